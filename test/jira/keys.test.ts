/** Keys and names of others become parts of addresses and values of JQL, and nothing else. */
import { describe, expect, it } from 'vitest';
import { isKey } from '../../src/contract/key.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import { jqlText } from '../../src/jira/jql.ts';
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

describe('JQL', () => {
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
