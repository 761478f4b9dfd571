/** One Jira that answers with whatever harms is one migration's trouble: all others go on, in the same worker. */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { LIMITS } from '../../src/contract/limits.ts';
import { serving } from '../http/instances.ts';
import { openScene, retry, runToEnd, untilState } from '../support/migration.ts';

const HEAD = { 'content-type': 'application/json' };
/** 200 MB of white space, lists within lists, and a name that is longer than any. */
const PACKED = gzipSync(Buffer.alloc(200_000_000, ' '));
const NESTED = '['.repeat(200_000) + ']'.repeat(200_000);
const LONG = JSON.stringify({
  baseUrl: `https://${'x'.repeat(LIMITS.address)}`,
  version: '9',
  deploymentType: 'Server',
});

it('asks a person about the one that is hostile, again and again, while another migration ends as ever', {
  timeout: 120_000,
}, async () => {
  let asked = 0;
  const { url } = await serving((_, response) => {
    switch (asked++ % 3) {
      case 0:
        return response.writeHead(200, { ...HEAD, 'content-encoding': 'gzip' }).end(PACKED);
      case 1:
        return response.writeHead(200, HEAD).end(NESTED);
      default:
        return response.writeHead(200, HEAD).end(LONG);
    }
  });
  await using scene = await openScene({
    issues: 4,
    configure: ({ instances, timing }) => {
      const { 'jira-old': old } = instances;
      if (!old) throw new Error('no jira-old');
      instances['jira-hostile'] = { ...old, name: 'jira-hostile', baseUrl: url };
      timing.httpTimeout = 10_000;
    },
  });
  const hostile = await scene.start({
    original: { instance: 'jira-hostile', synchronization: 'INT-16' },
    new: { instance: 'jira-new', projects: { 'jira-hostile/PA': 'jira-new/PA' } },
  });
  const other = await scene.start();
  const end = runToEnd(scene, other);
  for (let n = 0; n < 3; n++) {
    const { blockers } = await untilState(hostile, 'NeedsAttention');
    expect(blockers).toMatchObject([{ code: 'BeyondLimit', reason: expect.stringContaining('jira-hostile') }]);
    const before = asked;
    await retry(hostile);
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(before);
  }
  expect((await end).state).toBe('Completed');
  expect(await scene.sandbox.verdict()).toMatchObject({ originalDeleted: true, duplicates: 0, lostChanges: 0 });
  expect((await untilState(hostile, 'NeedsAttention')).steps[0]).toMatchObject({ step: 'preflight' });
});
