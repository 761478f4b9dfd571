/** A year on: Temporal's data is gone, and the questions of an auditor are answered from the store alone. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditLine } from '../../src/audit/list.ts';
import type { AuditRecord } from '../../src/audit/types.ts';
import { migrator } from '../cli/command.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { APPROVER, openScene, REQUESTER, runToGate, type Scene, send } from '../support/migration.ts';

/** Nothing listens there: whoever asked Temporal would fail. */
const NOWHERE = '127.0.0.1:9';

async function forgotten(client: Client, { workflowId }: WorkflowHandle): Promise<void> {
  await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId } });
  const isKnown = () =>
    client.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => true,
        (error: Error) => error.name !== 'WorkflowNotFoundError',
      );
  // The server deletes when it finds the time; the hook's own limit ends this.
  while (await isKnown()) await sleep(500);
}

/** Answers the decision that was approved. */
async function leavePast(scene: Scene): Promise<string> {
  const handle = await scene.start({ batch: 'wave-1' });
  const { decision } = await runToGate(scene, handle);
  const grant = { decision: decision ?? '', reason: 'read the evidence' };
  const refusals = [
    await send(handle, 'approve', { by: REQUESTER, ...grant }),
    await send(handle, 'approve', { by: 'mallory@example.com', ...grant }),
    await send(handle, 'approve', { by: APPROVER, decision: '0'.repeat(64) }),
  ];
  expect(refusals.map(({ accepted }) => accepted)).toEqual([false, false, false]);
  expect(await send(handle, 'approve', { by: APPROVER, ...grant })).toMatchObject({ accepted: true });
  await handle.result();
  await forgotten(scene.client, handle);
  return decision ?? '';
}

describe('a past migration', { timeout: 60_000 }, () => {
  let scene: Scene;
  let decision: string;
  beforeAll(async () => {
    scene = await openScene({ isForged: true });
    decision = await leavePast(scene);
  }, 180_000);
  afterAll(() => scene?.[Symbol.asyncDispose]());

  it('tells who had the original deleted, who approved it, what was known, written and refused', async () => {
    const audit = (...args: string[]) => migrator(['audit', ...args, '--store', scene.storeFile, '--address', NOWHERE]);

    const lines = (await audit('list', '--json')).json<AuditLine[]>();
    expect(lines).toMatchObject([{ original: 'jira-old/INT-16', outcome: 'Completed', batch: 'wave-1', refused: 3 }]);

    const record = (await audit('show', 'jira-old/INT-16', '--json')).json<AuditRecord>();
    const person = (name: string) => ({ by: 'person', name, grade: 'claimed' });
    expect(record.deletion).toMatchObject({
      original: 'jira-old/INT-16',
      askedBy: person(REQUESTER),
      reason: 'CHG-4711',
      decision,
      approvals: [{ who: person(APPROVER), why: 'read the evidence', decision }],
      confirmed: { n: expect.any(Number) },
    });
    expect(record.refused.map(({ who }) => who)).toEqual([REQUESTER, 'mallory@example.com', APPROVER].map(person));

    const answered = record.refused.map(({ answered: sentence }) => sentence);
    expect(answered).toContain("mallory@example.com is not among the approvers of the operator's configuration.");

    const known = record.decisions.find((each) => each.decision === decision)?.evidence;
    expect(known?.digest).toBe(decision);
    expect(known?.predicates.length).toBeGreaterThan(10);
    expect(known?.predicates.every(({ holds }) => holds)).toBe(true);

    // The instances' own record is the judge of what was written where.
    const told = record.writes.map(({ instance, method, path }) => [instance, method, path]);
    const seen = scene.writes().map(({ instance, method, path = '' }) => [instance, method, path]);
    expect(told).toEqual(seen.map(([instance, method, path = '']) => [instance, method, shortened(path, told)]));
    for (const { request, outcomes } of record.writes) {
      expect(request).toMatch(/^[0-9a-f]{64}$/);
      expect(outcomes.at(-1)).toMatchObject({ outcome: 'answered', response: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
    expect(record.deletion?.sent.map((n) => record.writes.find((write) => write.n === n)?.path)).toEqual([
      '/integrations/INT-16',
    ]);

    const shown = (await audit('show', record.migration)).stdout;
    for (const word of [
      REQUESTER,
      APPROVER,
      'mallory@example.com',
      decision,
      'DELETE /integrations/INT-16',
      ...answered,
    ])
      expect(shown).toContain(word);
  });

  it('is found by what is known of it, and by nothing else', async () => {
    const found = async (...filter: string[]) =>
      (await migrator(['audit', 'list', ...filter, '--store', scene.storeFile, '--json'])).json<AuditLine[]>().length;
    for (const filter of [
      ['--person', 'mallory@example.com'],
      ['--instance', 'jira-new', '--outcome', 'Completed'],
      ['--synchronization', 'INT-16'],
      ['--batch', 'wave-1', '--from', '2020-01-01T00:00:00Z'],
    ])
      expect(await found(...filter), filter.join(' ')).toBe(1);
    for (const filter of [
      ['--person', 'nobody@example.com'],
      ['--instance', 'jira-partner-2'],
      ['--synchronization', 'INT-1'],
      ['--batch', 'wave-2'],
      ['--outcome', 'KeptBoth'],
      ['--to', '2020-01-01T00:00:00Z'],
    ])
      expect(await found(...filter), filter.join(' ')).toBe(0);
    const wrong = await migrator(['audit', 'list', '--from', 'yesterday', '--store', scene.storeFile]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: --from yesterday') });
  });

  it('is verified, sealed, reported on one page that loads nothing, and told to be damaged when it is', async () => {
    const folder = await temporaryDirectory();
    const audit = (...args: string[]) => migrator(['audit', ...args, '--store', scene.storeFile]);
    const lastLine = ({ stdout }: { stdout: string }) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

    const whole = await audit('verify', '--json');
    expect(whole.code).toBe(0);
    expect(lastLine(whole)).toEqual({
      verdict: 'whole',
      entries: expect.any(Number),
      migrations: 1,
      firstBad: null,
    });
    const seal = join(folder, 'seal.json');
    const key = join(folder, 'seal.key');
    expect((await migrator(['audit', 'keys', 'create', '--key', key])).code).toBe(0);
    expect((await audit('seal', '--out', seal, '--key', key)).code).toBe(0);
    expect((await audit('verify', '--seal', seal, '--public-key', `${key}.pub`)).code).toBe(0);
    await writeFile(join(folder, 'wrong.json'), '{}');
    expect((await audit('verify', '--seal', join(folder, 'wrong.json'))).code).toBe(2);

    const page = join(folder, 'page.html');
    expect((await audit('report', 'INT-99', '--out', page)).code).toBe(1);
    expect((await audit('report', 'jira-old/INT-16', '--out', page)).code).toBe(0);
    const markup = await readFile(page, 'utf8');
    expect(markup).toContain(`default-src 'none'`);
    expect(markup).toContain('<svg viewBox');
    expect(markup).not.toMatch(/(?:src|href)=|url\(|@import|<script/);
    for (const word of [REQUESTER, APPROVER, 'mallory@example.com', 'The record is whole'])
      expect(markup).toContain(word);

    using database = new DatabaseSync(scene.storeFile, { timeout: 5000 });
    database.exec(`update ledger set entry = replace(entry, 'approve', 'pause') where kind = 'grant'`);
    const damaged = await audit('verify', '--json');
    expect(damaged.code).toBe(1);
    const granted = database.prepare(`select n from ledger where kind = 'grant'`).get()?.n;
    expect(lastLine(damaged)).toMatchObject({ verdict: 'damaged', firstBad: { n: granted, why: 'edited' } });
    await rm(page);
    expect((await audit('report', 'jira-old/INT-16', '--out', page)).code).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('The record is damaged in 1 place');
  });
});

/** The instance sees the path with what its base URL puts before it. */
const shortened = (path: string, told: readonly string[][]): string =>
  told.map(([, , known = '']) => known).find((known) => path.endsWith(known)) ?? path;
