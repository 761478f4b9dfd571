import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, decisionRows, decisionsOf, readDecisions } from '../../src/mapping/decisions.ts';
import { csvText, problemText } from '../../src/sheets/lines.ts';
import { SELECT, translate, withConfiguration, withNew } from './world.ts';

const read = (text: string) => readDecisions({ name: 'decided.csv', bytes: Buffer.from(text) });
const decisionsCsv = (decisions: Decision[]): string => csvText(decisionRows(decisions));
const SEVERITY = 'field:customfield_10105@jira-old->jira-new';

describe('decided answers as a file', () => {
  const twins = withNew((now) =>
    now.fields.push({ id: 'customfield_10900', name: 'Severity', custom: true, type: SELECT }),
  );

  it('list what is open with its candidates, and translate once they are filled in', async () => {
    const open = translate({ sides: twins });
    const csv = decisionsCsv(decisionsOf(open));
    const [header, line = ''] = csv.split('\r\n');
    expect(header).toBe('question,value,was,rule,evidence,candidates,places');
    expect(line).toContain(`${SEVERITY},,,open,`);
    expect(line).toContain('customfield_10605: Severity');
    expect(await read(csv)).toMatchObject({ decided: {}, problems: [], open: 1 });
    const filled = await read(csv.replace(`${SEVERITY},,`, `${SEVERITY},customfield_10605,`));
    expect(filled).toMatchObject({ decided: { [SEVERITY]: 'customfield_10605' }, problems: [], open: 0 });
    const after = translate({ sides: twins, decided: filled.decided });
    expect(after.questions).toEqual([]);
    expect((await read(decisionsCsv(decisionsOf(after)))).decided).toEqual(filled.decided);
  });

  it('can list what rules have found too, and giving that back changes nothing', async () => {
    const found = translate();
    const { decided, problems } = await read(decisionsCsv(decisionsOf(found, true)));
    expect(problems).toEqual([]);
    expect(decided[SEVERITY]).toBe('customfield_10605');
    const again = translate({ decided });
    expect(again.configuration).toEqual(found.configuration);
    expect(new Set(again.changes.map(({ rule }) => rule))).toEqual(new Set(['decided answer']));
  });

  it('come back as they were, whatever the texts hold, and no cell is a formula', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('=1+1', "'=x", '@a', '-1', 'a,"b"\nc', 'a;b'),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (was, value) => {
        const [trimmed, before] = [value.trim(), was.trim()];
        fc.pre(trimmed !== '' && before !== '');
        const id = `text:templates.comment#00000000@${'a'}->b`;
        const decision = {
          question: id,
          value: trimmed,
          was: before,
          rule: '',
          evidence: '',
          candidates: '',
          places: '',
        };
        const csv = decisionsCsv([decision]);
        expect(await read(csv)).toMatchObject({ decided: { [id]: trimmed }, problems: [] });
        const cells = csv.split('\r\n')[1]?.slice(id.length + 1) ?? '';
        expect(cells).not.toMatch(/^"?[=+\-@]/);
      }),
    );
  });

  it('keep the answer to a text', async () => {
    const source = withConfiguration((one) => Object.assign(one, { filter: { firstJql: 'cf[10105] = Major' } }));
    const [question] = translate({ configuration: source }).questions;
    const { decided } = await read(`question,value\n"${question?.id}","summary ~ ""a, b"""\n`);
    const after = translate({ configuration: source, decided });
    expect(after.configuration.filter).toEqual({ firstJql: 'summary ~ "a, b"' });
  });

  it('are refused as a whole when a line is wrong, each named', async () => {
    const { decided, problems } = await read(
      [
        'question;value;places',
        `${SEVERITY};customfield_1;x`,
        `${SEVERITY};customfield_2;x`,
        `${SEVERITY};customfield_1;x`,
        'copyGap;resync;x',
        'status:3@a->b;Done;x',
        'field:customfield_1@a->b;Severity;x',
        ';1;x',
        'status:4@a->b',
        'text:filter.firstJql#00000000@a->b;status in (Done;x',
        'twice:comments#00000000@a->b;both;x',
      ].join('\n'),
    );
    expect(decided).toEqual({});
    expect(problems.map(problemText)).toEqual([
      `decided.csv:3 answers ${SEVERITY} with "customfield_2", line 2 with "customfield_1"`,
      'decided.csv:5 "copyGap" is no mapping question; they read like field:customfield_10105@jira-old->jira-new',
      'decided.csv:6 "Done" is no id of a status',
      'decided.csv:7 "Severity" is no id of a field',
      'decided.csv:8 names no question',
      'decided.csv:9 has 1 cells, the first line has 3',
      'decided.csv:10 "status in (Done" is no JQL: at its character 11, this bracket is not closed',
      'decided.csv:11 "both" is neither first nor last',
    ]);
    expect((await read('id,answer\n')).problems.map(problemText)).toEqual([
      'decided.csv:1 has no column question (id, answer)',
      'decided.csv:1 has no column value (id, answer)',
    ]);
    expect((await read('')).problems.map(problemText)).toEqual(['decided.csv:1 is empty']);
  });
});
