import { describe, expect, it } from 'vitest';
import {
  catalogue,
  configuration,
  moved,
  SELECT,
  stayed,
  TEXT,
  translate,
  withConfiguration,
  withNew,
} from './world.ts';

const SEVERITY = 'field:customfield_10105@jira-old->jira-new';

describe('translating a configuration', () => {
  it('maps every kind of reference by name and type, and says by which rule', () => {
    const { configuration: translated, changes, questions, unresolved } = translate();
    expect(questions).toEqual([]);
    expect(unresolved).toEqual([]);
    expect(Object.fromEntries(changes.map(({ path, new: now }) => [path, now]))).toEqual({
      'firstConnector.fieldDefaults[fd-1].fieldId': 'customfield_10605',
      'firstConnector.fieldDefaults[fd-1].value.id': '10801',
      'firstConnector.advancedSettings["sync.correlationFieldId"]': 'customfield_10606',
      'issueTypeMappings[itm-1].firstIssueTypeId': '10500',
      'issueTypeMappings[itm-2].firstIssueTypeId': '10502',
      'fieldMappings[fm-3].values[0].firstOptionId': '501',
      'fieldMappings[fm-4].firstFieldId': 'customfield_10605',
      'fieldMappings[fm-4].values[0].firstOptionId': '10800',
      'fieldMappings[fm-4].values[1].firstOptionId': '10801',
      'workflowMappings[wm-1].firstIssueTypeId': '10500',
      'workflowMappings[wm-1].statuses[0].firstStatusId': '503',
    });
    expect(new Set(changes.map(({ rule }) => rule))).toEqual(new Set(['name and type', 'option set']));
    expect(changes.every(({ evidence }) => evidence.includes('named'))).toBe(true);
    expect(translated.secondConnector).toEqual(configuration().secondConnector);
  });

  it('names the rule of each reference that kept its value, too', () => {
    const rules = Object.fromEntries(translate().references.map(({ path, rule }) => [path, rule]));
    expect(rules['fieldMappings[fm-1].firstFieldId']).toBe('system field');
    expect(rules['fieldMappings[fm-4].secondFieldId']).toBe('same instance');
  });

  it('changes no member that says who the synchronization is, but the project keys', () => {
    const { configuration: translated, changes } = translate({ projectKeys: { first: 'PX', second: 'PB' } });
    expect(translated.integrationKey).toBe('INT-16');
    expect(translated.firstConnector).toMatchObject({
      connectorKey: 'CON-48-PA',
      projectKey: 'PX',
      connection: configuration().firstConnector.connection,
    });
    expect(changes.at(-1)).toMatchObject({ path: 'firstConnector.projectKey', old: 'PA', new: 'PX', rule: 'new home' });
  });

  it('translates the right side when the sides are exchanged', () => {
    const { configuration: translated, questions } = translate({
      swapped: true,
      sides: { first: stayed(catalogue(700), 'jira-b'), second: moved(catalogue(0), catalogue(500)) },
      projectKeys: { first: 'PB', second: 'PA' },
    });
    expect(questions).toEqual([]);
    expect(translated.issueTypeMappings).toEqual([
      { id: 'itm-1', direction: 'SECOND_TO_FIRST', firstIssueTypeId: '10700', secondIssueTypeId: '10500' },
      { id: 'itm-2', direction: 'EACH_OTHER', firstIssueTypeId: '10702', secondIssueTypeId: '10502' },
    ]);
    expect(translated.firstConnector.projectKey).toBe('PB');
    expect(translated.secondConnector.fieldDefaults).toEqual([
      { fieldDefaultKey: 'fd-1', fieldId: 'customfield_10605', value: { id: '10801' } },
    ]);
  });

  it('does not touch its input', () => {
    const source = Object.freeze(configuration());
    translate({ configuration: source });
    expect(source).toEqual(configuration());
  });

  it('asks when names agree only apart from case or spaces, and says so', () => {
    const { questions } = translate({
      sides: withNew((now) => {
        now.fields[2] = { id: 'customfield_10605', name: ' severity\u00a0', custom: true, type: SELECT };
      }),
    });
    expect(questions[0]?.text).toContain('the name there differs in case, spaces or width');
    expect(questions[0]?.choices[0]).toMatchObject({
      value: 'customfield_10605',
      evidence: 'same name but for case, spaces or width, same type; 2 of 2 options',
    });
  });
});

describe('what has no single answer is asked, never guessed', () => {
  it.each([
    ['a "(migrated)" twin', { id: 'customfield_10900', name: 'Severity (migrated)', custom: true, type: SELECT }],
    ['a field of the same name', { id: 'customfield_10900', name: 'Severity', custom: true, type: SELECT }],
  ])('asks when there is %s', (_, twin) => {
    const {
      configuration: kept,
      questions,
      unresolved,
    } = translate({ sides: withNew((now) => now.fields.push(twin)) });
    expect(questions.map(({ id }) => id)).toEqual([SEVERITY]);
    expect(
      questions[0]?.choices
        .slice(0, 2)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['customfield_10605', 'customfield_10900']);
    expect(questions[0]?.choices[0]?.label).toBe(`Severity (customfield_10605, ${SELECT})`);
    expect(questions[0]?.text).toContain('fieldMappings[fm-4].firstFieldId');
    expect((kept.fieldMappings as unknown[])[2]).toEqual((configuration().fieldMappings as unknown[])[2]);
    expect(unresolved.join('\n')).toContain('fieldMappings[fm-4].values[0].firstOptionId: 10300 waits for field');
  });

  it('asks when only the "(migrated)" namesake is there', () => {
    const { questions } = translate({
      sides: withNew((now) => {
        now.fields[2] = { id: 'customfield_10605', name: 'Severity (migrated 2)', custom: true, type: SELECT };
      }),
    });
    expect(questions[0]).toMatchObject({ id: SEVERITY, choices: [{ value: 'customfield_10605' }] });
  });

  it('asks when two old things share the name', () => {
    const old = catalogue(0);
    old.fields.push({ id: 'customfield_10999', name: 'Severity', custom: true, type: SELECT });
    const { questions } = translate({
      sides: { first: moved(old, catalogue(500)), second: stayed(catalogue(700), 'jira-b') },
    });
    expect(questions.map(({ id }) => id)).toEqual([SEVERITY]);
  });

  it('lists all fields of the type, and the namesake of another, when none fits', () => {
    const { questions } = translate({
      sides: withNew((now) => {
        now.fields[2] = { id: 'customfield_10605', name: 'Severity', custom: true, type: TEXT };
        now.fields.push({ id: 'customfield_10700', name: 'Gravity', custom: true, type: SELECT });
      }),
    });
    expect(questions[0]?.choices).toEqual([
      {
        value: 'customfield_10605',
        label: `Severity (customfield_10605, ${TEXT})`,
        evidence: 'same name, other type; 2 of 2 options',
      },
      { value: 'customfield_10700', label: `Gravity (customfield_10700, ${SELECT})`, evidence: 'same type' },
    ]);
  });

  it('asks for free text when there is no candidate at all', () => {
    const { questions } = translate({ sides: withNew((now) => now.fields.splice(2)) });
    expect(questions.map(({ choices }) => choices.length)).toEqual([0, 0]);
  });

  it('asks for the id instead of listing thousands of candidates', () => {
    const { questions } = translate({
      sides: withNew((now) => {
        now.fields = Array.from({ length: 3000 }, (_, n) => ({
          id: `customfield_${n}`,
          name: `Field ${n}`,
          custom: true,
          type: SELECT,
        }));
      }),
    });
    expect(questions[0]).toMatchObject({ id: SEVERITY, choices: [] });
    expect(questions[0]?.text).toContain('There are 3000 candidates: answer with the id of one.');
    expect(JSON.stringify(questions).length).toBeLessThan(2000);
  });

  it('does not take a sub-task type for a standard type, nor a status of another category', () => {
    const { questions } = translate({
      sides: withNew((now) => {
        now.issueTypes[0] = { id: '10500', name: 'Bug', subtask: true };
        now.statuses[0] = { id: '503', name: 'In Progress', category: 'new' };
      }),
    });
    expect(questions.map(({ id }) => id)).toEqual([
      'issueType:10000@jira-old->jira-new',
      'status:3@jira-old->jira-new',
    ]);
  });

  it('asks for an option that is missing, doubled or disabled', () => {
    for (const options of [
      [{ id: '1', value: 'Minor', disabled: false }],
      [
        { id: '1', value: 'Minor', disabled: false },
        { id: '2', value: 'Major', disabled: false },
        { id: '3', value: 'major', disabled: false },
      ],
      [
        { id: '1', value: 'Minor', disabled: false },
        { id: '2', value: 'Major', disabled: true },
      ],
    ]) {
      const { questions } = translate({
        sides: withNew((now) => {
          now.options.customfield_10605 = options;
        }),
      });
      expect(questions.map(({ id }) => id)).toEqual(['option:customfield_10105/10301@jira-old->jira-new']);
    }
  });

  it('asks for what the old instance does not know any more', () => {
    const source = withConfiguration((one) => {
      one.firstConnector.fieldDefaults = [{ fieldId: 'customfield_19999', value: { id: '1' } }];
    });
    expect(translate({ configuration: source }).questions[0]?.text).toContain('jira-old does not know it');
  });

  it('asks each question once, however often the reference stands there', () => {
    const { questions } = translate({ sides: withNew((now) => now.issueTypes.splice(0, 1)) });
    expect(questions.map(({ id }) => id)).toEqual(['issueType:10000@jira-old->jira-new']);
    expect(questions[0]?.text).toContain(
      'issueTypeMappings[itm-1].firstIssueTypeId, workflowMappings[wm-1].firstIssueTypeId',
    );
  });
});

describe('decided answers', () => {
  const twin = { id: 'customfield_10900', name: 'Severity', custom: true, type: SELECT };

  it('win, and let the options of the field be found', () => {
    const {
      configuration: translated,
      questions,
      changes,
    } = translate({
      sides: withNew((now) => now.fields.push(twin)),
      decided: { [SEVERITY]: 'customfield_10605' },
    });
    expect(questions).toEqual([]);
    expect(translated.fieldMappings).toMatchObject([
      {},
      {},
      { firstFieldId: 'customfield_10605', values: [{ firstOptionId: '10800' }, {}] },
    ]);
    expect(changes.find(({ path }) => path === 'fieldMappings[fm-4].firstFieldId')?.rule).toBe('decided answer');
  });

  it('are asked again when the new instance has no such thing', () => {
    const { questions, unresolved } = translate({ decided: { [SEVERITY]: 'customfield_1' } });
    expect(questions[0]).toMatchObject({ id: SEVERITY });
    expect(questions[0]?.text).toContain('the answer "customfield_1" is not on jira-new');
    expect(unresolved.length).toBeGreaterThan(0);
  });

  it('do not serve another pair of instances', () => {
    const { questions } = translate({
      sides: withNew((now) => now.fields.push(twin)),
      decided: { 'field:customfield_10105@jira-old->jira-other': 'customfield_10605' },
    });
    expect(questions).toHaveLength(1);
  });
});

describe('places that nobody named', () => {
  const withResponsibility = (value: unknown) =>
    withConfiguration((one) => {
      one.firstConnector.advancedSettings = { 'sync.responsibilityConfiguration': value };
    });

  it('are kept when they hold nothing of an instance', () => {
    expect(translate().configuration.notifications).toEqual({ recipients: ['admin'] });
  });

  it.each([
    ['a custom field in JSON text', withResponsibility('{"field":"customfield_10105","local":"10300"}')],
    ['a custom field in JSON', withResponsibility({ field: 'customfield_10105' })],
    ['option ids of the documented setting', withResponsibility({ local: '10300' })],
    [
      'a custom field in JQL',
      withConfiguration((one) => Object.assign(one, { filter: { firstJql: 'cf[10105] = Major' } })),
    ],
    [
      'an id in JQL',
      withConfiguration((one) => Object.assign(one, { filter: { firstJql: 'issuetype in (10000, 10001)' } })),
    ],
    ['users in JQL', withConfiguration((one) => Object.assign(one, { filter: { firstJql: 'assignee = kim' } }))],
    ['a member name', withConfiguration((one) => Object.assign(one, { templates: { customfield_10105: 'x' } }))],
    ['an id deep in a mapping', withConfiguration((one) => Object.assign(one, { links: [{ type: { id: '10200' } }] }))],
  ])('are asked about when they hold %s', (_, source) => {
    const { questions, unresolved, configuration: kept } = translate({ configuration: source });
    expect(questions).toHaveLength(1);
    expect(unresolved).toHaveLength(1);
    expect(questions[0]?.id).toMatch(/^text:.*#[0-9a-f]{8}@jira-old->jira-new$/);
    expect(kept.filter).toEqual(source.filter);
  });

  it('take the whole value that a person decides', () => {
    const source = withConfiguration((one) =>
      Object.assign(one, { filter: { firstJql: 'cf[10105] = Major', secondJql: '' } }),
    );
    const [question] = translate({ configuration: source }).questions;
    expect(question?.text).toContain('"cf[10605] = Major"');
    const after = translate({ configuration: source, decided: { [question?.id ?? '']: 'Severity = Major' } });
    expect(after.questions).toEqual([]);
    expect(after.configuration.filter).toEqual({ firstJql: 'Severity = Major', secondJql: '' });
  });

  it('do not let an answer for one text serve another at the same place', () => {
    const filter = (jql: string) => withConfiguration((one) => Object.assign(one, { filter: { firstJql: jql } }));
    const [one] = translate({ configuration: filter('cf[10105] = Major') }).questions;
    const [other] = translate({ configuration: filter('cf[10105] = Minor') }).questions;
    expect(one?.id).not.toBe(other?.id);
  });

  it('rename a member when a person decides its name', () => {
    const source = withConfiguration((one) =>
      Object.assign(one, { templates: { a: 1, customfield_10105: 'x', b: 2 } }),
    );
    const [question] = translate({ configuration: source }).questions;
    const after = translate({ configuration: source, decided: { [question?.id ?? '']: 'customfield_10605' } });
    expect(JSON.stringify(after.configuration.templates)).toBe('{"a":1,"customfield_10605":"x","b":2}');
  });

  it('are left alone on a side that stayed, and asked about where the project key changed', () => {
    const source = withConfiguration((one) =>
      Object.assign(one, { filter: { firstJql: 'project = PA', secondJql: 'cf[10805] = 1' } }),
    );
    expect(translate({ configuration: source }).questions).toEqual([]);
    const { questions } = translate({ configuration: source, projectKeys: { first: 'PX', second: 'PB' } });
    expect(questions.map(({ text }) => text).join()).toContain('JQL names project PA, which is PX now');
  });
});

describe('another project of the same instance', () => {
  const other = {
    ...stayed(catalogue(0), 'jira-old'),
    new: { ...catalogue(0), components: [{ id: '22', name: 'Backend' }] },
  };
  other.old = { ...catalogue(0), components: [{ id: '11', name: 'Backend' }] };
  const sides = { first: other, second: stayed(catalogue(700), 'jira-b') };
  const projectKeys = { first: 'PX', second: 'PB' };

  it('keeps what is of the instance, and finds what is of the project', () => {
    const source = withConfiguration((one) => {
      one.fieldMappings = [
        { id: 'fm-1', firstFieldId: 'components', secondFieldId: 'x', values: [{ firstOptionId: '11' }] },
        { id: 'fm-2', firstFieldId: 'customfield_10105', secondFieldId: 'x', values: [{ firstOptionId: '10300' }] },
      ];
    });
    const { changes, questions } = translate({ configuration: source, sides, projectKeys });
    expect(questions).toEqual([]);
    expect(changes.map(({ path, new: now, rule }) => [path, now, rule])).toEqual([
      ['fieldMappings[fm-1].values[0].firstOptionId', '22', 'name and type'],
      ['firstConnector.projectKey', 'PX', 'new home'],
    ]);
  });

  it('asks about JQL that names the old one, and about nothing that stays', () => {
    const filter = (jql: string) => withConfiguration((one) => Object.assign(one, { filter: { firstJql: jql } }));
    const ask = (jql: string) => translate({ configuration: filter(jql), sides, projectKeys }).questions;
    expect(ask('cf[10105] = Major AND status = 3')).toEqual([]);
    const [question] = ask('project = PA AND component = 11 AND status = 3');
    expect(question?.text).toContain('"project = PX AND component = 22 AND status = 3"');
  });

  it('asks about an issue type that the new project does not have', () => {
    const less = { ...other, new: { ...other.new, issueTypes: other.new.issueTypes.slice(1) } };
    const { questions } = translate({ sides: { ...sides, first: less }, projectKeys });
    expect(questions.map(({ id }) => id)).toEqual(['issueType:10000@jira-old->jira-old']);
  });
});
