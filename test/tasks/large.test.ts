/** What an instance has thousands of is asked in pieces, and what is too long is shown cut: no task ends a run by its size. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bounded } from '../../src/activities/bounded.ts';
import { MigratorError } from '../../src/contract/errors.ts';
import type { StepResult } from '../../src/contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../src/contract/tasks.ts';
import { openScene, send, until, untilState } from '../support/migration.ts';
import { rewritingBefore } from '../support/rewriting.ts';
import { untilTask } from './untilTask.ts';

async function behind(which: string, rewrite: (path: string, body: string) => string) {
  let target = '';
  const proxy = await rewritingBefore(() => target, rewrite);
  const scene = await openScene({
    ...{ ambiguous: false, issues: 4 },
    configure: ({ instances }) => {
      const one = instances[which];
      if (!one) throw new Error('not configured');
      target = one.baseUrl;
      one.baseUrl = proxy.url;
    },
  });
  return { proxy, scene };
}

const CONFIGURATION = /\/integrations\/INT-\d+$/;

it('asks the first of thousands of questions, names a file with all of them, hears the answers and asks the next', {
  timeout: 120_000,
}, async () => {
  const values = Array.from({ length: 4000 }, (_, at) => ({ firstOptionId: `${50_000 + at}`, secondOptionId: '1' }));
  const mapping = { id: 'fm-99', direction: 'EACH_OTHER', type: 'correlation', values };
  const { proxy, scene } = await behind('jira-old', (path, body) => {
    if (!CONFIGURATION.test(path)) return body;
    const one = JSON.parse(body) as { fieldMappings: object[] };
    one.fieldMappings.push({ ...mapping, firstFieldId: 'priority', secondFieldId: 'priority' });
    return JSON.stringify(one);
  });
  await using _ = proxy;
  await using __ = scene;
  const run = await scene.start();
  const [task] = (await untilState(run, 'WaitingForPerson')).tasks;
  if (!task) return expect.fail('no task');
  const asked = task.questions.map(({ id }) => id);
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.length).toBeLessThan(4000);
  expect(task.clicks.at(-1)).toContain(`the first ${asked.length} of 4,000 questions`);
  const whole = await scene.store.artifacts.getJson<{ task: HumanTask }>(digestIn(task.clicks.at(-1)));
  expect(whole.task.questions).toHaveLength(4000);

  const answers = Object.fromEntries(task.questions.map(({ id, choices }) => [id, choices[0]?.value ?? '10001']));
  expect(await send(run, 'answer', { by: 'kim@example.com', task: task.id, answers })).toMatchObject({
    accepted: true,
  });
  const next = await until(run, ({ tasks }) => tasks.some(({ questions }) => questions[0]?.id !== asked[0]), 'others');
  expect(next.tasks[0]?.questions.filter(({ id }) => asked.includes(id))).toEqual([]);
});

it('asks to correct a configuration with ten conflicts of 900 kB', { timeout: 120_000 }, async () => {
  const long = 'x'.repeat(900_000);
  const { proxy, scene } = await behind('jira-new', (path, body) =>
    /\/conflicts$/.test(path) && !/draft/.test(path)
      ? JSON.stringify(Array.from({ length: 10 }, (_, n) => `conflict ${n} ${long}`))
      : body,
  );
  await using _ = proxy;
  await using __ = scene;
  const run = await scene.start();
  const { clicks } = await untilTask(scene, run, 'correctConfiguration');
  const words = clicks.join(' ');
  expect(words).toContain('conflict 2');
  expect(words.length).toBeLessThan(200_000);
  const whole = await scene.store.artifacts.getJson<{ task: HumanTask }>(digestIn(words));
  expect(whole.task.seen).toContainEqual(expect.stringContaining(`conflict 9 ${long}`));
});

const digestIn = (text = ''): string => /artifact get ([0-9a-f]{64})/.exec(text)?.[1] ?? '';

const CALM = { store: { artifacts: { putJson: async () => 'a'.repeat(64) } } } as unknown as Parameters<
  typeof bounded
>[0];

const textOf = fc
  .tuple(fc.constantFrom('x', '\n', 'ä', '😀', '"'), fc.constantFrom(1, 100, 17_000))
  .map(([sign, times]) => sign.repeat(times));
const linesOf = fc
  .tuple(textOf, fc.constantFrom(0, 1, 30, 210))
  .map(([text, times]) => Array<string>(times).fill(text));
const question = fc.tuple(textOf, textOf, textOf, fc.constantFrom(0, 1, 40)).map(
  ([id, text, label, choices]): AskedQuestion => ({
    ...{ id: id.slice(0, 9_000), text, about: 'b'.repeat(64) },
    choices: Array.from({ length: choices }, (_, n) => ({ value: `${n}`, label, evidence: label })),
  }),
);
const facts = linesOf.map((residue) => ({ residue }));
const trouble = fc.record({ code: fc.constant('NotProved'), reason: textOf, remedy: textOf, items: linesOf });
const result: fc.Arbitrary<StepResult> = fc.oneof(
  fc.record({ state: fc.constant('waiting' as const), missing: linesOf, facts }),
  trouble.chain((one) => facts.map((found) => ({ state: 'blocked' as const, ...one, facts: found }))),
  fc.record({ state: fc.constant('refused' as const), refusals: fc.array(trouble, { maxLength: 12 }), facts }),
  fc.tuple(fc.array(question, { maxLength: 12 }), linesOf, textOf, facts).map(([questions, lines, text, found]) => ({
    ...{ state: 'task' as const, facts: found },
    task: {
      ...{
        id: 'preflight',
        step: 'preflight' as const,
        title: text,
        why: text,
        who: text,
        since: '2026-11-20T20:00:00Z',
      },
      ...{ clicks: lines, seen: lines, files: [], waitingFor: text, questions },
    },
  })),
);

it('gives no more to read than a history takes, whatever was found, and names what has the rest', async () => {
  await fc.assert(
    fc.asyncProperty(result, async (found) => {
      const given = await bounded(CALM, found).catch((error: unknown) => {
        if (error instanceof MigratorError && error.code === 'BeyondLimit') return error;
        throw error;
      });
      if (given instanceof MigratorError) return expect(given.remedy).toContain('migrator artifact get');
      const [all, shown] = [JSON.stringify(found), JSON.stringify(given)];
      expect(Buffer.byteLength(shown)).toBeLessThan(700_000);
      if (shown !== all) expect(shown).toContain(`migrator artifact get ${'a'.repeat(64)}`);
      if (given.state !== 'task' || found.state !== 'task') return;
      // What is asked keeps its name and what it is about: an answer counts for exactly that.
      expect(given.task.questions.length > 0).toBe(found.task.questions.length > 0);
      for (const { id, about } of given.task.questions)
        expect(found.task.questions).toContainEqual(expect.objectContaining({ id, about }));
    }),
    { numRuns: 25 },
  );
});
