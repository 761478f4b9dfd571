import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Verdict } from '../../sandbox/control/verdict.ts';
import { migrate } from './careful-admin.ts';
import { open } from './harness.ts';

it('ends without duplicates and lost changes when a careful administrator migrates under people at work', async () => {
  await using client = await open({ seed: 3, gap: 3 });
  await client.control('POST', '/sandbox/people', { action: 'start', everyMs: 25, seed: 4 });
  await sleep(1200);
  const { made, dropped } = await migrate(client);
  await sleep(600);
  const deleted = await client.backbone('jira-old', 'DELETE', '/integrations/INT-16');
  expect(deleted.status).toBe(204);
  await client.control('POST', '/sandbox/people', { action: 'stop' });
  const { body: verdict } = await client.control<Verdict>('GET', '/sandbox/verdict?settleMs=8000');
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({
    settled: true,
    duplicates: 0,
    lostChanges: 0,
    originalDeleted: true,
    wrongDeletes: 0,
    bothRan: false,
    inError: 0,
  });
  expect(verdict.edits).toBeGreaterThan(30);
  expect(verdict.comments).toBeGreaterThan(5);
  expect(verdict.newIssues).toBeGreaterThan(3);
  expect(verdict.gapMs).toBeGreaterThan(0);
  expect(dropped).toBeGreaterThan(0);
  expect(made.fieldMappings).toHaveLength(5);
}, 30_000);

it('shows the copy gap: before the migration, what people changed on B is not on the new A', async () => {
  await using client = await open({ gap: 4 });
  const verdict = await client.sandbox.verdict(1000);
  expect(verdict.edits).toBe(4);
  expect(verdict.details.every((finding) => finding.instance === 'jira-new')).toBe(true);
  expect(verdict.lostChanges).toBe(6);
});

it('loses work when the imported pairs say that everything was seen', async () => {
  await using client = await open({ seed: 5 });
  await client.control('POST', '/sandbox/people', {
    action: 'once',
    kind: 'edit',
    instance: 'jira-partner',
    key: 'PB-4',
    field: 'description',
    value: 'after the copy',
  });
  await sleep(200);
  await migrate({
    ...client,
    sandbox: {
      ...client.sandbox,
      ready: { ...client.sandbox.ready, move: { ...client.sandbox.ready.move, copyStarted: '2099-01-01T00:00:00Z' } },
    },
  });
  const verdict = await client.sandbox.verdict();
  expect(verdict.details).toMatchObject([{ what: 'newest edit is not there', field: 'description' }]);
}, 20_000);

it('calls the delete of the original wrong while nothing runs with its pairs', async () => {
  await using client = await open();
  await client.backbone('jira-old', 'DELETE', '/integrations/INT-16');
  expect(await client.sandbox.verdict(500)).toMatchObject({ originalDeleted: true, wrongDeletes: 1 });
});

it('calls the delete of a synchronization that is nobody’s business wrong', async () => {
  await using client = await open();
  const { body } = await client.backbone<{ integrationKey: string }[]>(
    'jira-new',
    'GET',
    '/integrations?projectKey=OPS',
  );
  await client.backbone('jira-new', 'DELETE', `/integrations/${body[0]?.integrationKey}`);
  expect(await client.sandbox.verdict(500)).toMatchObject({ originalDeleted: false, wrongDeletes: 1 });
});

it('lets a run take back what it made, and sees when old and new run at the same time', async () => {
  await using client = await open();
  const { made } = await migrate(client);
  expect(await client.sandbox.verdict(800)).toMatchObject({ bothRan: false, wrongDeletes: 0 });
  await client.backbone('jira-old', 'POST', '/integrations/INT-16/start');
  await sleep(60);
  await client.backbone('jira-new', 'DELETE', `/integrations/${made.integrationKey}`);
  const verdict = await client.sandbox.verdict(800);
  expect(verdict).toMatchObject({ bothRan: true, wrongDeletes: 0, originalDeleted: false });
  expect(verdict.bothRanMs).toBeGreaterThan(50);
}, 20_000);

it('starts from the command line, says so in one line, writes the configuration and ends on SIGTERM', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'sandbox.yaml');
  const main = new URL('../../sandbox/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--seed', '2', '--issues', '3', '--write-config', file]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString()) as { ready: boolean; original: string; instances: Record<string, string> };
  expect(ready).toMatchObject({ ready: true, original: 'INT-16' });
  expect(await readFile(file, 'utf8')).toContain(`baseUrl: ${ready.instances['jira-partner']}`);
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});
