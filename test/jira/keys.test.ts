/** Keys and names of others become parts of addresses and values of JQL, and nothing else. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isKey } from '../../src/contract/key.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import { jqlText, keysJql } from '../../src/jira/jql.ts';
import { scanEntries } from '../../src/pairs/scanner.ts';
import { answering, failureOf, json, listOf } from '../http/instances.ts';

const NO_KEYS = [
  '',
  '.',
  '..',
  '../myself',
  'PA/1',
  'PA\\1',
  'PA%2f1',
  'PA?x',
  'PA#x',
  'PA 1',
  'PA\n1',
  'PB-1)OR(project=PB',
  'PB-1"',
  'PB-1,PB-2',
  'x'.repeat(LIMITS.key + 1),
];

describe('a key', () => {
  it.each(NO_KEYS)('is not %j, and nothing is sent to where it would lead', async (text) => {
    expect(isKey(text)).toBe(false);
    const { instance, seen } = await answering((_, response) => json(response, {}));
    const reads: (() => Promise<unknown>)[] = [
      () => instance.jira.project(text),
      () => instance.backbone.synchronization(text),
      () => instance.jira.statuses(text),
    ];
    for (const read of reads) expect((await failureOf(Promise.resolve().then(read))).message).toContain('is no key');
    expect(seen).toEqual([]);
  });

  it.each(['PA', 'PA-31', 'CON-48-PA', 'INT_16', 'ÄÖ-1', 'a.b'])('may be %s', (text) => expect(isKey(text)).toBe(true));

  it('of a synchronization that an instance makes up is not taken', async () => {
    const connector = { connectorKey: 'CON-1', projectKey: 'PA' };
    const synchronization = {
      integrationKey: '../../rest/api/2/myself',
      firstConnector: connector,
      secondConnector: connector,
    };
    const { instance } = await answering((_, response) => json(response, [synchronization]));
    expect(await failureOf(instance.backbone.synchronizations('PA'))).toMatchObject({ code: 'UnreadableAnswer' });
  });
});

describe('the key of an issue', () => {
  const hostile = ['PB-1)OR(project=PB', 'PB-1"', '../myself', 'PB-1 ', 'x'.repeat(LIMITS.key + 1)];

  it.each(hostile)('that an instance makes up is not taken, in an answer or in synced issue data: %j', async (key) => {
    const { instance } = await answering((_, response) => json(response, { total: 1, issues: [{ ...ISSUE, key }] }));
    const code = expect.stringMatching(/^(UnreadableAnswer|BeyondLimit)$/);
    expect(await failureOf(listOf(instance.jira.issues({ jql: 'project = PA' })))).toMatchObject({ code });
    for (const keys of [
      { localIssueKey: key, remoteIssueKey: 'PB-1' },
      { localIssueKey: 'PA-1', remoteIssueKey: key },
    ]) {
      const data = await answering((_, response) => json(response, [{ connectorKey: 'CON-1', ...keys }]));
      const reading = scanEntries(
        data.instance.backbone.syncInformation('CON-1'),
        { entry: () => {} },
        { list: 'first' },
      );
      expect(await failureOf(reading)).toMatchObject({ code });
    }
  });

  it.each(['PA-31', 'ÄÖ-1', 'P_2-7', 'pa-1'])('may be %s', async (key) => {
    const { instance } = await answering((_, response) =>
      json(response, [{ connectorKey: 'CON-1', localIssueKey: key, remoteIssueKey: key }]),
    );
    let seen = 0;
    await scanEntries(instance.backbone.syncInformation('CON-1'), { entry: () => void seen++ }, { list: 'first' });
    expect(seen).toBe(1);
  });
});

describe('JQL', () => {
  it('of the issues of a resync has each key as a value, whoever it is for', () => {
    expect(keysJql(['PB-1', 'PB-1)OR(project=PB'])).toBe('key in ("PB-1", "PB-1)OR(project=PB")');
  });

  it('is made in one place', async () => {
    const bare = /(?<!jqlText)`(?:key|project|issuetype|status|updated) (?:in \(|>?= )\$\{/;
    const places = globSync('src/**/*.ts').filter((file) => bare.test(readFileSync(file, 'utf8')));
    expect(places).toEqual([]);
  });

  it('has what comes from elsewhere as a value, whatever it holds', () => {
    expect(jqlText`project = ${'PA" OR project = "PB'} AND key in (${['PA-1', '\\"']})`).toBe(
      'project = "PA\\" OR project = \\"PB" AND key in ("PA-1", "\\\\\\"")',
    );
  });

  it('of a key with a quote asks for that key alone', async () => {
    const { instance, seen } = await answering((_, response) => json(response, { total: 0, issues: [] }));
    await failureOf(listOf(instance.jira.issuesByKey(['PA-1") OR (project = PB'])));
    expect(JSON.parse(seen[0]?.body ?? '{}').jql).toMatch(/^key in \("PA-1\\"\) OR \(project = PB"\) ORDER BY key/);
  });
});

const ISSUE = {
  id: '1',
  fields: {
    summary: 's',
    issuetype: { id: '1', name: 'Bug' },
    status: { name: 'Open' },
    reporter: null,
    created: '2026-09-27T10:03:11.123+0200',
    updated: '2026-09-27T10:03:11.123+0200',
  },
};
