import { describe, expect, it } from 'vitest';
import { mergePairs, normalized, officialUser } from '../../src/mapping/idMapping.ts';
import { type IdMappingOptions, readIdMappingFile } from '../../src/mapping/idMappingFile.ts';
import { problemText } from '../../src/sheets/lines.ts';
import { catalogue, moved, SELECT, stayed, translate } from './world.ts';

const file = (name: string, content: string | Uint8Array) => ({
  name,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
});

const read = (name: string, content: string | Uint8Array, options: IdMappingOptions = {}) =>
  readIdMappingFile(file(name, content), options);

const mapped = async (name: string, content: string, options: IdMappingOptions = {}) => {
  const { pairs, problems } = await read(name, content, options);
  expect(problems.map(problemText)).toEqual([]);
  return Object.fromEntries([...mergePairs(pairs).mapping].map(([key, { target }]) => [key, target]));
};

const wrong = async (content: string | Uint8Array, options: IdMappingOptions = {}) => {
  const { pairs, problems } = await read('ids', content, options);
  if (problems.length > 0) expect(pairs).toEqual([]);
  return problems.map(problemText);
};

describe('the official mapping', () => {
  it('is read from two columns, whatever separates and names them', async () => {
    const options = { kind: 'status' } as const;
    expect(await mapped('s.csv', 'serverId,cloudId\n3,10003\n4,10004\n', options)).toEqual({
      'status:3': '10003',
      'status:4': '10004',
    });
    expect(
      await mapped('s.csv', '\ufeff"Before";"After"\r\n3;10003\r\n', {
        ...options,
        columns: { source: 'before', target: 'After' },
      }),
    ).toEqual({
      'status:3': '10003',
    });
    expect(await mapped('f.csv', 'old\tnew\n10105\tcustomfield_10605\n', { kind: 'field' })).toEqual({
      'field:customfield_10105': 'customfield_10605',
    });
    expect(await mapped('f.csv', 'old,new\ncustomfield_10105,customfield_10605\n')).toEqual({
      'field:customfield_10105': 'customfield_10605',
    });
  });

  it('is read from lines of JSON, where the later transaction wins and a deleted pair is gone', async () => {
    const lines = [
      '{"columns":["entityType","sourceId","targetId","migrationScopeId","createdAtTimestamp","DELETED","TXN_SEQUENCE"]}',
      '["jira/classic:customField","10105","10605","m1","1","false",9007199254740993]',
      '["jira/classic:customField","10105","10606","m2","2","false",9007199254740992]',
      '{"entityType":"jira/classic:issueType","sourceId":"1","targetId":"11","DELETED":false,"TXN_SEQUENCE":5}',
      '{"entityType":"jira/classic:issueType","sourceId":"1","targetId":"11","DELETED":true,"TXN_SEQUENCE":6}',
      '["jira:issue","10000","20000","m1","1","false",1]',
      '["identity:user","email/Kim@Example.com","5b10a2844c20165700ede21a","m1","1","false",1]',
      '["identity:user","jira.username/kim","5b10a2844c20165700ede21a","m1","1","false",1]',
    ];
    expect(await mapped('m.jsonl', lines.join('\n'))).toEqual({
      'field:customfield_10105': 'customfield_10605',
      'userEmail:kim@example.com': '5b10a2844c20165700ede21a',
      'user:kim': '5b10a2844c20165700ede21a',
    });
    expect((await read('m.jsonl', lines.join('\n'))).passedOver).toEqual({ 'jira:issue': 1 });
  });

  it('is read from a JSON object, flat or by kind', async () => {
    expect(await mapped('p.json', '{"1": "10001"}', { kind: 'priority' })).toEqual({ 'priority:1': '10001' });
    expect(await mapped('p.json', '{"jira:priority": {"1": 10001},\n "status": {"3": "30"}}')).toEqual({
      'priority:1': '10001',
      'status:3': '30',
    });
  });

  it('names each wrong line and uses none of a file', async () => {
    expect(await wrong('from,to\n1,2\n', { kind: 'status' })).toEqual([
      'ids:1 has no column sourceId (from, to); say which it is with --columns',
      'ids:1 has no column targetId (from, to); say which it is with --columns',
    ]);
    expect(await wrong('old,new\n1,2\n3\n,4\n5,\nx,6\n7,8,9\n', { kind: 'status' })).toEqual([
      'ids:3 has 1 cells, the first line has 2',
      'ids:4 has no old id',
      'ids:5 has no new id',
      'ids:6 "x" and "6" are not both ids of a status',
      'ids:7 has 3 cells, the first line has 2',
    ]);
    expect(await wrong('old,new\n1,2\n')).toEqual([
      'ids:2 does not say of which kind its ids are; say it with --kind, for example --kind status',
    ]);
    expect((await wrong('old,new\n1,"2\n', { kind: 'status' }))[0]).toMatch(/^ids:\d a quotation mark/);
    expect(await wrong('')).toEqual(['ids:1 is empty']);
    expect(await wrong('old,new\n')).toEqual(['ids:1 there is no line below the names of the columns']);
    expect(await wrong('old,new,old\n1,2,3\n')).toEqual(['ids:1 has column "old" twice']);
  });

  it('names what is wrong with JSON by its line', async () => {
    expect(await wrong('{"1": "2",\n "3": }')).toEqual(['ids:2 is not JSON: no JSON value begins here']);
    expect(await wrong('{"columns":["sourceId","targetId"]}\n["1","2"]\n["3"', { kind: 'status' })).toEqual([
      'ids:3 is not JSON: the text ends too early',
    ]);
    expect(await wrong('["1","2"]\n["3","4"]', { kind: 'status' })).toEqual([
      'ids:1 is a list, and no line before it names the columns',
      'ids:2 is a list, and no line before it names the columns',
    ]);
    const columns = '{"columns":["entityType","sourceId","targetId","DELETED","TXN_SEQUENCE"]}';
    expect(await wrong(`${columns}\n["status","1","2","perhaps","1"]\n["status","1","2","true","late"]`)).toEqual([
      'ids:2 its mark of deletion "perhaps" is neither true nor false',
      'ids:3 its sequence "late" is no number',
    ]);
  });

  it('names other encodings', async () => {
    const text = 'old,new\n1,2\n';
    expect((await wrong(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])))[0]).toMatch(
      /^ids:1 is in UTF-16/,
    );
    expect((await wrong(Buffer.from(text, 'utf16le')))[0]).toMatch(/^ids:1 is in UTF-16/);
    expect((await wrong(Buffer.from('old,new\n1,2\nGr\xf6\xdfe,3\n', 'latin1')))[0]).toMatch(
      /^ids:3 holds bytes that are not UTF-8/,
    );
  });

  it('contradictions are named with both places, whichever file they stand in; what stands twice is a note', async () => {
    const one = await read('one.csv', 'old,new\n1,2\n3,4\n3,4\n', { kind: 'status' });
    const other = await read('other.csv', 'old,new\n1,5\n', { kind: 'status' });
    const { problems, notes } = mergePairs([...one.pairs, ...other.pairs]);
    expect(problems.map(problemText)).toEqual(['other.csv:2 says status 1 became 5, one.csv:2 says 2']);
    expect(notes.map(problemText)).toEqual(['one.csv:4 says again what one.csv:3 says']);
  });

  it('goes before names, with its line as the evidence', async () => {
    const now = catalogue(500);
    now.fields.push({ id: 'customfield_10900', name: 'Severity (migrated)', custom: true, type: SELECT });
    now.options.customfield_10900 = [
      { id: '1', value: 'Minor', disabled: false },
      { id: '2', value: 'Major', disabled: false },
    ];
    const { pairs } = await read('f.csv', 'old,new\ncustomfield_10105,customfield_10900\n');
    const official = mergePairs(pairs).mapping;
    const side = { ...moved(catalogue(0), now), official };
    const { changes, questions } = translate({ sides: { first: side, second: stayed(catalogue(700), 'jira-b') } });
    expect(questions).toEqual([]);
    expect(changes.find(({ path }) => path === 'fieldMappings[fm-4].firstFieldId')).toEqual({
      path: 'fieldMappings[fm-4].firstFieldId',
      old: 'customfield_10105',
      new: 'customfield_10900',
      rule: 'official mapping',
      evidence: 'f.csv:2 says customfield_10105 became customfield_10900, and is named "Severity (migrated)" there',
      question: 'field:customfield_10105@jira-old->jira-new',
    });
  });

  it.each([
    ['is not there', 'customfield_1', 'which is not on jira-new'],
    ['is of another type', 'customfield_10606', 'which is of another type'],
  ])('is asked about when what it names %s', async (_, target, why) => {
    const { pairs } = await read('f.csv', `old,new\ncustomfield_10105,${target}\n`);
    const side = { ...moved(catalogue(0), catalogue(500)), official: mergePairs(pairs).mapping };
    const { questions } = translate({ sides: { first: side, second: stayed(catalogue(700), 'jira-b') } });
    expect(questions[0]?.text).toContain(`f.csv:2 says customfield_10105 became ${target}, ${why}`);
  });
});

describe('what an official mapping says of a user', () => {
  const official = new Map(
    ['user:kim', 'userKey:lee', 'userKey:JIRAUSER10100', 'userEmail:max@example.com'].map((key, n) => [
      key,
      { target: `account-${n}`, where: `f.csv:${n}` },
    ]),
  );
  const target = (user: Parameters<typeof officialUser>[1]) => officialUser(official, user)?.target;

  it('is found by name, by key or by address, the name first', async () => {
    expect(target({ id: 'kim', key: 'lee', email: 'max@example.com' })).toBe('account-0');
    expect(target({ id: 'kimberly', key: 'lee' })).toBe('account-1');
    expect(target({ id: 'JIRAUSER10100' })).toBe('account-2');
    expect(target({ id: 'maximilian', email: 'Max@example.com' })).toBe('account-3');
  });

  it('is found by an address however it is spelled, as people are compared everywhere', () => {
    for (const email of [' max@example.com', 'Max <MAX@example.com>', 'max@exa\u200bmple.com'])
      expect(target({ id: 'maximilian', email })).toBe('account-3');
    expect(normalized('user', 'email/Zo\u0065\u0308 <ZO\u0045\u0308@example.com>')).toEqual({
      kind: 'userEmail',
      id: 'zo\u00eb@example.com',
    });
    expect(target({ id: 'maximilian', email: 'm.ax@example.com' })).toBeUndefined();
  });

  it('is never of somebody else whose key is the name, as it is of users who were renamed', async () => {
    expect(target({ id: 'lee', key: 'JIRAUSER10300' })).toBeUndefined();
    expect(target({ id: 'lee' })).toBeUndefined();
  });
});
