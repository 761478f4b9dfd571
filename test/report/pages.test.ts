import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument as StoredPlan } from '../../src/activities/planDocument.ts';
import { pictureRow } from '../../src/cli/picture.ts';
import { type MigrationState, STATES, STEP_NAMES } from '../../src/contract/names.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { PREDICATE_NAMES } from '../../src/evidence/predicates.ts';
import { evidencePage } from '../../src/report/evidencePage.ts';
import { planPage } from '../../src/report/planPage.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { duration, moment, stepTitle, workTitle } from '../../src/report/words.ts';
import { DEVIATION, evidence, observed, picture, planDocument } from './samples.ts';

const task = (change: Partial<HumanTask> = {}): HumanTask => ({
  id: 'correctConfiguration-1',
  step: 'correctConfiguration',
  title: 'Decide 1 value',
  why: 'Two fields have the name.',
  who: 'Whoever knows the fields.',
  seen: ['two fields'],
  clicks: ['Open Administration.', 'Compare the fields.'],
  files: [{ name: 'INT-3-configuration.json', digest: 'a'.repeat(64) }],
  questions: [
    {
      id: 'field:x@a->b',
      text: 'Which field?',
      choices: [{ value: 'customfield_1', label: 'Severity', evidence: 'same name and type' }],
      about: 'b'.repeat(64),
    },
    { id: 'text:y@a->b', text: 'What shall stand there?', choices: [], about: 'c'.repeat(64) },
  ],
  since: '2026-11-21T08:00:00.000Z',
  ...change,
});

const rejection = (after: string) => JSON.parse(`{"by":"you@example.com","reason":"<why>","then":"${after}"}`);

/** Every JSON block of a page, parsed. */
const pasted = (markdown: string): unknown[] =>
  [...markdown.matchAll(/^(`{3,})json\n([\s\S]*?)\n\1$/gm)].map(([, , text]) => JSON.parse(text ?? ''));

describe('the status page', () => {
  it('shows what may be left open apart from what ends the task', () => {
    const questions = task().questions.map((question) => ({ ...question, optional: true as const }));
    const text = statusPage(
      picture({
        state: 'WaitingForPerson',
        tasks: [task({ questions, waitingFor: 'no conflict is reported.' })],
        legal: ['answer'],
      }),
    );
    expect(text).toContain('**Question** `field:x@a->b` (may be left open): Which field?');
    const [decided, done] = pasted(text) as { answers: object }[];
    expect(Object.keys(decided?.answers ?? {})).toEqual(['field:x@a->b', 'text:y@a->b']);
    expect(done?.answers).toEqual({ done: true });
  });

  it('says state, step, what is done and what is now', () => {
    const text = statusPage(picture());
    expect(text).toContain('## Running: `jira-old/INT-16`');
    expect(text).toContain('Step **Stop original**');
    expect(text).toMatch(/Preflight \| ✓ done .* 4 s/);
    expect(text).toMatch(/Stop original \| ▶ now/);
  });

  it('says on the way back that a step is taken back, and calls what was sent for it so', () => {
    const back = picture({ state: 'RollingBack', step: 'stopOriginal', rollback: { class: 'R1', residue: [] } });
    expect(statusPage(back)).toContain('Step **Take back “Stop original”**');
    expect(pictureRow(back)).toContain('Take back “Stop original”');
    expect(workTitle('undoStopOriginal')).toBe(workTitle('stopOriginal', true));
  });

  it('shows each task with its clicks and an answer that parses and decides nothing by itself', () => {
    const text = statusPage(picture({ state: 'WaitingForPerson', tasks: [task()], legal: ['answer', 'rollback'] }));
    expect(text).toContain('1. Open Administration.\n2. Compare the fields.');
    expect(text).toContain('`customfield_1`');
    expect(pasted(text)[0]).toEqual({
      by: 'you@example.com',
      task: 'correctConfiguration-1',
      answers: { 'field:x@a->b': '<one of: customfield_1>', 'text:y@a->b': '<text>' },
      about: { 'field:x@a->b': 'bbbbbbbb', 'text:y@a->b': 'cccccccc' },
    });
  });

  it('shows the best of many choices, and says that there are more', () => {
    const choices = Array.from({ length: 30 }, (_, n) => ({ value: `customfield_${n}`, label: `Field ${n}` }));
    const text = statusPage(
      picture({ tasks: [task({ questions: [{ id: 'q', text: 'Which?', choices, about: 'd'.repeat(64) }] })] }),
    );
    expect(text).toContain('And 18 more');
    expect(text).not.toContain('customfield_20');
  });

  it('lets a thing to do be answered as done', () => {
    const text = statusPage(picture({ tasks: [task({ questions: [] })], legal: ['answer'] }));
    expect(pasted(text)[0]).toMatchObject({ answers: { done: true } });
  });

  it('suggests no answer where none may be sent', () => {
    const asked = task({ step: 'deleteOriginal', questions: [], waitingFor: 'INT-16 is not listed any more.' });
    const text = statusPage(picture({ state: 'Deleting', tasks: [asked], legal: ['retry', 'rollback'] }));
    expect(text).toContain('INT-16 is not listed any more');
    expect(text).not.toContain('`answer`');
  });

  it('has the exact JSON to approve and to reject at the gate, and only there', () => {
    const decision = 'd'.repeat(64);
    const text = statusPage(
      picture({ state: 'AwaitingApproval', decision, evidence: 'e'.repeat(64), legal: ['approve', 'reject', 'pause'] }),
    );
    expect(pasted(text).slice(0, 2)).toEqual([{ by: 'you@example.com', decision }, rejection('keepBoth')]);
    const paused = statusPage(picture({ state: 'Paused', decision, legal: ['resume'] }));
    expect(JSON.stringify(pasted(paused))).not.toContain('decision');
  });

  it('shows each blocker with its remedy', () => {
    const text = statusPage(
      picture({
        state: 'NeedsAttention',
        blockers: [{ code: 'IssuesInError', reason: '2 issues are in error.', remedy: 'Mend them.', items: ['PA-1'] }],
      }),
    );
    expect(text).toContain('### Blocked: IssuesInError');
    expect(text).toContain('**What to do:** Mend them.');
    expect(text).toContain('- PA-1');
  });

  it('has words for every state and step, and says when nothing can be sent', () => {
    for (const state of STATES)
      expect(statusPage(picture({ state, legal: [] }))).toMatch(/^## [A-Za-z]+: [\s\S]*Nothing can be sent any more/);
    for (const step of STEP_NAMES) expect(stepTitle(step)).toMatch(/^[A-Z]/);
  });

  it('is the same text for the same picture, and takes any text without breaking a table or a block', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '|', '`', '\n', '<', '#', '*', '[', '\\', '"', '~') });
    fc.assert(
      fc.property(text, text, fc.constantFrom<MigrationState>(...STATES), (one, other, state) => {
        const drawn = picture({
          state,
          legal: ['answer'],
          reason: one,
          steps: [{ step: 'verify', by: 'read', state: 'done', note: other }],
          tasks: [
            task({
              id: one,
              title: other,
              clicks: [one],
              questions: [{ id: other, text: one, choices: [{ value: other, label: one }], about: one }],
            }),
          ],
        });
        const page = statusPage(drawn);
        expect(statusPage(structuredClone(drawn))).toBe(page);
        expect(pasted(page)[0]).toMatchObject({ task: one });
        const row = page.split('\n').find((line) => line.startsWith('| Verify'));
        expect(row?.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(8);
      }),
    );
  });

  it('imports nothing that workflow code may not', () => {
    const seen = new Set<string>();
    const visit = (url: URL): void => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      for (const [, kind, from] of readFileSync(url, 'utf8').matchAll(
        /^(?:import|export)( type)? [^;]*?from '([^']+)'/gm,
      )) {
        if (kind !== undefined) continue;
        expect(from, url.href).toMatch(/^\./);
        visit(new URL(from ?? '', url));
      }
    };
    visit(new URL('../../src/report/statusPage.ts', import.meta.url));
    expect(seen.size).toBeGreaterThan(2);
    for (const url of seen)
      expect(readFileSync(new URL(url), 'utf8')).not.toMatch(
        /\b(process|Buffer|Intl|Date\.now|new Date|Math\.random|toLocale\w*)\b/,
      );
  });
});

describe('the plan page', () => {
  it('tells before anything is written what will be', () => {
    const text = planPage(planDocument());
    for (const part of [
      'Nothing has been written',
      'POST /integrations/INT-16/stop',
      'May be created at B (1)',
      'PA-10',
      'Pairs: notVisible (1)',
      'Which field?',
      'may not approve',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('shows the document that preflight stores', () => {
    // Holds at compile time.
    const show: (stored: StoredPlan) => string = planPage;
    expect(show).toBe(planPage);
  });

  it('shows every refusal with its remedy', () => {
    const text = planPage({
      ...planDocument(),
      refusals: [{ code: 'NoAccess', reason: 'Not visible.', remedy: 'Grant it.', items: ['jira-new/PA'] }],
    });
    expect(text).toContain('**NoAccess**: Not visible. Grant it. (jira-new/PA)');
  });
});

describe('the evidence page', () => {
  it('names what differs from the translation, and who accepted it', () => {
    const one = evidence();
    expect(evidencePage(one)).not.toContain('Accepted deviations');
    one.decision.deviations = [DEVIATION];
    const page = evidencePage(one);
    expect(page).toContain('1 deviation from the translated configuration accepted.');
    for (const text of [DEVIATION.path, 'EACH_OTHER', 'FIRST_TO_SECOND', DEVIATION.by, 'ledger entry 41'])
      expect(page).toContain(text);
  });

  it('loads nothing from anywhere', () => {
    const page = evidencePage(evidence());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form|svg|a)\b/i);
    expect(page).not.toMatch(/\s(src|href|srcset|action|style|on\w+)\s*=/i);
    expect(page).not.toMatch(/@import|url\(/i);
  });

  it('escapes all text, wherever it comes in', () => {
    const poison = `<script>alert("1")</script>'&`;
    const poisoned = (value: unknown): unknown => {
      if (typeof value === 'string') return `${value}${poison}`;
      if (Array.isArray(value)) return value.map(poisoned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, poisoned(member)]));
    };
    const whole = {
      ...evidence(),
      observations: { ...evidence().observations, counts: { [poison]: 1 }, samples: { [poison]: [poison] } },
    };
    const page = evidencePage(poisoned(whole) as typeof whole);
    expect(page).not.toContain('<script');
    expect(page).not.toContain(poison.slice(-3));
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(50);
    // Nothing but our own elements.
    const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    expect([...tags].sort()).toEqual(
      [
        'body',
        'code',
        'dd',
        'details',
        'div',
        'dl',
        'dt',
        'h1',
        'h2',
        'h3',
        'head',
        'html',
        'li',
        'main',
        'meta',
        'p',
        'section',
        'span',
        'strong',
        'style',
        'summary',
        'table',
        'tbody',
        'td',
        'th',
        'thead',
        'title',
        'tr',
        'ul',
      ].filter((name) => tags.has(name)),
    );
  });

  it('says in its verdict what does not hold', () => {
    expect(evidencePage(evidence())).toContain(`All ${PREDICATE_NAMES.length} statements hold.`);
    const broken = evidencePage(evidence({ ...observed(), duplicates: ['PB-11'] }));
    expect(broken).toContain(`1 of ${PREDICATE_NAMES.length} statements do not hold: duplicates.`);
    expect(broken).toContain('<code>PB-11</code>');
    expect(broken).toContain('must not be deleted');
  });

  it('warns when the policy does not let a delete rest on what was attested', () => {
    const sentence = 'The policy does not let a delete rest on what a person attested.';
    expect(evidencePage(evidence())).toContain(sentence);
    const allowed = evidence();
    allowed.decision.policy.deleteOnAttested = true;
    expect(evidencePage(allowed)).not.toContain(sentence);
  });

  it('never reads as good without a statement', () => {
    expect(evidencePage({ ...evidence(), predicates: [] })).toContain('verdict bad');
  });

  it('has every part that an auditor asks for', () => {
    const page = evidencePage(evidence());
    for (const title of [
      'Decision',
      'What must hold',
      'Which synchronizations',
      'Steps',
      'Classified findings',
      'Accepted risks',
      'Attested, not read',
      'Observations',
      'Translated values',
    ]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    expect(page).toContain(evidence().digest);
    expect(page).toContain('kim@example.com <span class="soft">(person)</span>');
    expect(page).toContain('1 h 13 min');
  });

  it('keeps every key on the page, however many', () => {
    const keys = Array.from({ length: 40 }, (_, n) => `PB-${n + 100}`);
    const page = evidencePage(evidence({ ...observed(), duplicates: keys }));
    for (const key of keys) expect(page).toContain(`<code>${key}</code>`);
    expect(page).toContain('<summary>28 more</summary>');
  });

  it('stays a page that opens when a million keys break a statement', () => {
    const page = evidencePage(
      evidence({ ...observed(), duplicates: Array.from({ length: 1_000_000 }, (_, n) => `PB-${n}`) }),
    );
    expect(page.length).toBeLessThan(200_000);
    expect(page).toContain('and 998000 that are in the evidence artifact only');
  });
});

describe('times', () => {
  it('read as UTC to the second, and stay as they came in any other writing', () => {
    expect(moment('2026-11-21T08:00:05.123Z')).toBe('2026-11-21 08:00:05 UTC');
    expect(moment('2024-01-05T10:00:00+0100')).toBe('2024-01-05T10:00:00+0100');
  });
});

describe('durations', () => {
  it.each([
    [450, '450 ms'],
    [4200, '4 s'],
    [200_000, '3 min 20 s'],
    [93_600_000, '1 d 2 h'],
    [3_600_000, '1 h'],
    [-5, '0 ms'],
  ])('%i ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
