/** What becomes of an answer to a text: it is used, or refused with what is wrong, where, and what to do. Never dropped. */
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../src/mapping/catalogue.ts';
import { catalogue, moved, SELECT, stayed, TEXT, translate, withConfiguration, withNew } from './world.ts';

const SEVERITY = 'field:customfield_10105@jira-old->jira-new';

/** Asks about one text, answers it, and says what stands there then and what is asked still. */
function answered(
  source: ReturnType<typeof withConfiguration>,
  answer: string,
  sides = withNew(() => {}),
  decided: Record<string, string> = {},
) {
  const { questions } = translate({ configuration: source, sides });
  const [question] = questions.filter(({ id }) => id.startsWith('text:'));
  if (!question) throw new Error('the text is not asked about');
  return translate({ configuration: source, sides, decided: { ...decided, [question.id]: answer } });
}

const filter = (firstJql: string) => withConfiguration((one) => Object.assign(one, { filter: { firstJql } }));
const jqlOf = (result: ReturnType<typeof translate>) => Reflect.get(Object(result.configuration.filter), 'firstJql');
const refusal = (result: ReturnType<typeof translate>) => {
  expect(result.questions).toHaveLength(1);
  const { text = '' } = result.questions[0] ?? {};
  return /is refused: (.*?) Used in/s.exec(text)?.[1] ?? `not refused: ${text}`;
};

/** "Severity" is another field there; the old one is "Severity (migrated)". */
const renamed = withNew((now) => {
  now.fields[2] = { id: 'customfield_10605', name: 'Severity (migrated)', custom: true, type: SELECT };
  now.fields.push({ id: 'customfield_10900', name: 'Severity', custom: true, type: TEXT });
});

describe('a name in JQL', () => {
  it('means what was decided for its field, though the new instance has another one of that name', () => {
    const { questions } = translate({
      configuration: filter('Severity is not EMPTY'),
      sides: renamed,
      decided: { [SEVERITY]: 'customfield_10605' },
    });
    expect(questions).toHaveLength(1);
    expect(questions[0]?.text).toContain('names "Severity", which is "Severity (migrated)" (customfield_10605) there');
    expect(questions[0]?.text).toContain('"cf[10605] is not EMPTY"');
  });

  it('of a status, an option or a version means what was decided for it', () => {
    const edit = (now: Catalogue) => {
      now.statuses[1] = { id: '504', name: 'Done (migrated)', category: 'done' };
      now.statuses.push({ id: '590', name: 'Done', category: 'new' });
      now.options.customfield_10605 = [
        { id: '10800', value: 'Minor', disabled: false },
        { id: '10801', value: 'Major (migrated)', disabled: false },
        { id: '10802', value: 'Major', disabled: false },
      ];
      now.versions = [
        { id: '12500', name: '1.0 old' },
        { id: '12501', name: '1.0' },
      ];
    };
    const sides = withNew(edit);
    sides.first.old.versions = [{ id: '12000', name: '1.0' }];
    const ask = (jql: string) =>
      translate({
        configuration: filter(jql),
        sides,
        decided: {
          'status:4@jira-old->jira-new': '504',
          'option:customfield_10105/10301@jira-old->jira-new': '10801',
          'version:12000@jira-old->jira-new': '12500',
        },
      }).questions.map(({ text }) => text);
    expect(ask('status = Done')[0]).toContain('"status = 504"');
    expect(ask('Severity = Major')[0]).toContain('"Severity = \\"Major (migrated)\\""');
    expect(ask('fixVersion = "1.0"')[0]).toContain('"fixVersion = 12500"');
    expect(ask('Severity = Minor')).toEqual([]);
  });

  it('stays where the decision is the thing of that name, and needs no question', () => {
    const sides = withNew((now) =>
      now.fields.push({ id: 'customfield_10900', name: 'Severity (migrated)', custom: true, type: SELECT }),
    );
    const decided = { [SEVERITY]: 'customfield_10605' };
    expect(translate({ configuration: filter('Severity = Major'), sides, decided }).questions).toEqual([]);
  });

  it('that only the new instance knows is asked about, as what the old one means is not known', () => {
    const sides = withNew((now) =>
      now.fields.push({ id: 'customfield_10950', name: 'Team', custom: true, type: TEXT }),
    );
    const { questions } = translate({ configuration: filter('Team ~ "a"'), sides });
    expect(questions[0]?.text).toContain('"Team", which jira-old does not know');
  });

  it('in the text of the advanced editor goes through the same decision', () => {
    const source = withConfiguration((one) => Object.assign(one, { workflowMappings: [{ text: 'Start -> Done' }] }));
    const sides = withNew((now) => {
      now.statuses[1] = { id: '504', name: 'Done (migrated)', category: 'done' };
      now.statuses.push({ id: '590', name: 'Done', category: 'done' });
    });
    const { questions } = translate({
      configuration: source,
      sides,
      decided: { 'status:4@jira-old->jira-new': '504' },
    });
    expect(questions[0]?.text).toContain('names status "Done", which is "Done (migrated)" there');
  });
});

describe('a field and a JQL that are asked together', () => {
  const source = filter('Severity = Major AND cf[10105] is not EMPTY');

  it('leave the JQL open until the field is decided, and then propose it from that', () => {
    const together = translate({ configuration: source, sides: renamed }).questions;
    expect(together.map(({ id, optional }) => [id.split(/[#@]/)[0], optional])).toEqual([
      ['field:customfield_10105', undefined],
      ['text:filter.firstJql', true],
    ]);
    expect(together[1]?.text).toContain(
      `It can be left open: once ${SEVERITY} is answered, the whole value is proposed.`,
    );
    const after = translate({ configuration: source, sides: renamed, decided: { [SEVERITY]: 'customfield_10605' } });
    expect(after.questions.map(({ id, optional }) => [id, optional])).toEqual([[together[1]?.id, undefined]]);
    expect(after.questions[0]?.text).toContain('"cf[10605] = Major AND cf[10605] is not EMPTY"');
  });

  it('use the answer to the JQL that came in the same message', () => {
    const plain = filter('Severity = Major');
    const decided = { [SEVERITY]: 'customfield_10605' };
    const result = answered(plain, '"Severity (migrated)" = Major', renamed, decided);
    expect(result.questions).toEqual([]);
    expect(jqlOf(result)).toBe('"Severity (migrated)" = Major');
    expect(result.references.find(({ path }) => path === 'filter.firstJql')?.rule).toBe('decided answer');
  });

  it('use it, too, where the decision leaves nothing to ask', () => {
    const sides = withNew((now) =>
      now.fields.push({ id: 'customfield_10900', name: 'Severity', custom: true, type: SELECT }),
    );
    const both = translate({ configuration: filter('Severity = Major'), sides }).questions;
    const id = both.find((one) => one.id.startsWith('text:'))?.id ?? '';
    const gone = withNew(() => {});
    const decided = { [SEVERITY]: 'customfield_10605', [id]: 'cf[10605] = Minor' };
    const result = translate({ configuration: filter('Severity = Major'), sides: gone, decided });
    expect(result.questions).toEqual([]);
    expect(jqlOf(result)).toBe('cf[10605] = Minor');
  });

  it('refuse one that leaves the old name, since that means another field there', () => {
    const decided = { [SEVERITY]: 'customfield_10605' };
    const result = answered(filter('Severity is not EMPTY'), 'Severity is not EMPTY', renamed, decided);
    expect(refusal(result)).toBe(
      'line 1: "Severity" is another one on jira-new; what jira-old calls so is cf[10605] there. Answer with the whole value once more.',
    );
    expect(jqlOf(result)).toBe('Severity is not EMPTY');
  });
});

describe('an answer in JQL', () => {
  const source = filter('cf[10105] = Major');

  it.each([
    ['cf[10605] = Major'],
    ['Severity = Major ORDER BY created DESC, Severity'],
    ['Severity in (Major, "Minor") AND NOT (status was in (Done) BEFORE "-7d" OR assignee = currentUser())'],
    ['Severity = 10801 and status changed from "In Progress" to Done by kim'],
    ['Severity is EMPTY and issue in linkedIssues(PA-1) and !(priority = High) && issue.property[a.b].c = 3'],
    ['text ~ "a \\" ( b" || project = PA and updated >= startOfDay(-1d)'],
  ])('is used when it reads and all it names is there: %s', (answer) => {
    const result = answered(source, answer);
    expect(result.questions).toEqual([]);
    expect(jqlOf(result)).toBe(answer);
  });

  it.each([
    ['cf[10105] = Major', 'line 1: cf[10105] is field "Severity" of jira-old; there it is cf[10605].'],
    ['status = Done AND\ncf[19999] = Major', 'line 2: cf[19999] is no field of jira-new.'],
    ['Severty = Major', 'line 1: jira-new has no field "Severty".'],
    ['Severity = Huge', 'line 1: field "Severity" of jira-new has no value "Huge".'],
    ['Severity = 10301', 'line 1: field "Severity" of jira-new has no value "10301".'],
    ['status = 3', 'line 1: 3 is no status of jira-new.'],
    ['status = Finished', 'line 1: jira-new has no status "Finished".'],
    ['(Severity = Major', 'line 1, column 1: this bracket is not closed.'],
    ['Severity = Major)', 'line 1, column 17: this bracket closes none.'],
    ['Severity in (Major, (Minor)', 'line 1, column 13: this bracket is not closed.'],
    ['summary ~ "a', 'line 1, column 11: this quote is not closed.'],
    ['Severity = Major AND', 'line 1, column 21: a condition is due where the text ends.'],
    ['Severity =', 'line 1, column 11: a value is due where the text ends.'],
    ['Severity Major', 'line 1, column 10: "Major" stands where an operator is due.'],
    ['status = In Progress', 'line 1, column 10: "In" stands where a value is due.'],
    [
      'status = Ready Now',
      'line 1, column 16: "Now" stands where AND, OR or the end is due; a value of several words needs quotes.',
    ],
    ['', 'it is empty, which lets every issue through. Write project = PA where that is meant.'],
  ])('is refused with what, where and what to do: %s', (answer, what) => {
    expect(refusal(answered(source, answer))).toBe(`${what} Answer with the whole value once more.`);
  });

  it('is refused when it names the project as it was called before', () => {
    const both = { configuration: filter('project = PA'), projectKeys: { first: 'PX', second: 'PB' } };
    const [question] = translate(both).questions;
    const result = translate({ ...both, decided: { [question?.id ?? '']: 'project = PA' } });
    expect(refusal(result)).toContain('project PA is PX now');
    expect(translate({ ...both, decided: { [question?.id ?? '']: 'project = PX' } }).questions).toEqual([]);
  });

  it('may keep what neither instance lists, which nobody but a person can know', () => {
    const odd = filter('"Time to resolution" = breached() AND component = Mobile');
    const result = answered(odd, '"Time to resolution" = breached() AND component = Mobile');
    expect(result.questions).toEqual([]);
  });

  it('names everything that is wrong at once', () => {
    const said = refusal(answered(source, 'Severty = Major AND status = 3'));
    expect(said).toContain('no field "Severty"');
    expect(said).toContain('3 is no status');
  });
});

describe('an answer of JSON', () => {
  const source = withConfiguration((one) =>
    Object.assign(one, { whatever: '{"field":"customfield_10105",\n"value":"10300"}' }),
  );

  it('is used when it reads and its ids are there', () => {
    const answer = '{"field":"customfield_10605",\n"value":"10800"}';
    const result = answered(source, answer);
    expect(result.questions).toEqual([]);
    expect(result.configuration.whatever).toBe(answer);
  });

  it.each([
    ['{"field":"customfield_10605",\n"value":"10800"', 'line 2, column 16: the text ends too early.'],
    ['customfield_10605', 'line 1, column 1: no JSON value begins here.'],
    ['{"field":"customfield_10605","field":1}', 'line 1: "field" stands twice in one object.'],
    [
      '{"field":"customfield_10605",\n"value":"10300"}',
      'line 2: 10300 is option "Minor" of jira-old, and nothing on jira-new.',
    ],
    [
      '{"field":"customfield_10105",\n"value":"10800"}',
      'line 1: customfield_10105 is field "Severity" of jira-old; there it is customfield_10605.',
    ],
  ])('is refused with the line otherwise: %s', (answer, what) => {
    expect(refusal(answered(source, answer))).toBe(`${what} Answer with the whole value once more.`);
  });

  it('is refused where an old id is another thing there', () => {
    const sides = withNew((now) =>
      now.fields.push({ id: 'customfield_10105', name: 'Other', custom: true, type: TEXT }),
    );
    const result = answered(source, '{"field":"customfield_10105","value":"10800"}', sides);
    expect(refusal(result)).toContain(
      'customfield_10105 is field "Severity" of jira-old; there it is customfield_10605',
    );
  });
});

describe('an answer to the text of the advanced editor', () => {
  const source = withConfiguration((one) =>
    Object.assign(one, { workflowMappings: [{ text: 'from 3\nto 4\nwait 7' }] }),
  );

  it('names in its question the lines of numbers that nobody knows', () => {
    const [question] = translate({ configuration: source }).questions;
    expect(question?.text).toContain('3 is status "In Progress", 503 there');
    expect(question?.text).toContain('7 on line 3 is neither');
  });

  it('is used when its numbers are there, and those that nobody knew may stay', () => {
    const result = answered(source, 'from 503\nto 504\nwait 7');
    expect(result.questions).toEqual([]);
  });

  it('is refused with the lines of old and of unknown numbers', () => {
    const sides = withNew((now) => {
      now.transitions = [{ id: '531', name: 'Finish', to: 'Done', issueTypes: ['Bug'] }];
    });
    sides.first.old.transitions = [{ id: '31', name: 'Finish', to: 'Done', issueTypes: ['Bug'] }];
    const said = refusal(answered(source, 'from 503\nto 4\nwait 8\nby 531', sides));
    expect(said).toContain('line 2: 4 is status "Done" of jira-old; there it is 504.');
    expect(said).toContain('line 3: 8 is neither a status nor a transition of jira-new.');
  });
});

describe('answers given beforehand', () => {
  it('to a text that nothing is wrong with take effect all the same', () => {
    const plain = filter('status = Done');
    const odd = withNew((now) => {
      now.statuses[1] = { id: '504', name: 'Finished', category: 'done' };
    });
    const id = translate({ configuration: plain, sides: odd }).questions.find((one) => one.id.startsWith('text:'))?.id;
    const result = translate({ configuration: plain, decided: { [id ?? '']: 'status = "In Progress"' } });
    expect(jqlOf(result)).toBe('status = "In Progress"');
  });

  it('to a text of a partner that cannot be read are taken when they read', () => {
    const unread = { ...stayed({ ...catalogue(700), fields: [], statuses: [] }, 'jira-b'), unread: true as const };
    const sides = { first: moved(catalogue(0), catalogue(500)), second: unread };
    const source = withConfiguration((one) => Object.assign(one, { filter: { secondJql: 'summary ~ INT-16' } }));
    const [question] = translate({ configuration: source, sides }).questions;
    const decide = (answer: string) =>
      translate({ configuration: source, sides, decided: { [question?.id ?? '']: answer } }).questions;
    expect(decide('Anything = x')).toEqual([]);
    expect(decide('Anything = (x')[0]?.text).toContain('this bracket is not closed');
  });
});
