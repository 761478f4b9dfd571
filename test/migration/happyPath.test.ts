import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { STEP_NAMES } from '../../src/contract/names.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Plan } from '../../src/contract/steps.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { verifyChain } from '../support/chain.ts';
import { APPROVER, ledgerOf, openScene, REQUESTER, runToEnd, type Scene, SECRETS } from '../support/migration.ts';
import { artifactDigests, artifactText, historyText, ledgerText } from './left.ts';

const BASIC = Buffer.from(`migrator:${SECRETS.SANDBOX_PASSWORD}`).toString('base64');

describe('a migration under people at work', () => {
  let scene: Scene;
  let handle: WorkflowHandle;
  let picture: MigrationPicture;
  let entries: LedgerEntry[];

  beforeAll(async () => {
    scene = await openScene({ gap: 3, issues: 12 });
    await scene.control('POST', 'people', { action: 'start', everyMs: 120, seed: 7 });
    handle = await scene.start();
    picture = await runToEnd(scene, handle);
    await scene.control('POST', 'people', { action: 'stop' });
    entries = await ledgerOf(scene, handle);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('ends Completed with every documented step done, in the order of the guide', () => {
    expect(picture.state).toBe('Completed');
    expect(picture.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
      STEP_NAMES.map((step) => `${step} done`),
    );
  });

  it('loses no change and doubles nothing, and deletes only the original', async () => {
    const verdict = await scene.sandbox.verdict();
    expect(verdict).toMatchObject({
      settled: true,
      duplicates: 0,
      lostChanges: 0,
      originalDeleted: true,
      wrongDeletes: 0,
      bothRan: false,
      inError: 0,
    });
    expect(verdict.edits).toBeGreaterThan(5);
    expect(verdict.comments).toBeGreaterThan(0);
    expect(verdict.pairs).toBeGreaterThanOrEqual(12);
  });

  // People create issues meanwhile, so that one more round of questions may be needed: a task, its answer, another look.
  it('costs at most 200 events and 100 KB of history, and 40 events and 20 KB for each round of questions after the first', async () => {
    const { historyLength, historySize } = await handle.describe();
    const rounds = entries.filter(({ kind, subject }) => kind === 'verb' && subject.verb === 'answer').length - 1;
    expect(historyLength).toBeLessThanOrEqual(200 + 40 * rounds);
    expect(historySize).toBeLessThanOrEqual((100 + 20 * rounds) * 1024);
  });

  it('writes nothing that the plan does not list for us and the ledger does not announce (P5)', async () => {
    const { plan } = await planDocument(scene, entries);
    const intents = entries.filter(({ kind }) => kind === 'intent');
    const planned = new Map(plan.steps.map((step) => [step.step, step]));
    for (const { subject } of intents) {
      const step = planned.get(subject.step as Plan['steps'][number]['step']);
      expect(step, `${subject.step} is planned as ours`).toMatchObject({ by: 'rest' });
      expect(step?.queue).toContain(String(subject.instance));
    }
    const announced = intents.map(({ subject }) => `${subject.instance} ${subject.method} ${subject.path}`).sort();
    const sent = scene
      .writes()
      .map(({ instance, method, path = '' }) => `${instance} ${method} ${path.replace(/^.*\/api\/1/, '')}`)
      .sort();
    expect(sent).toEqual(announced);
  });

  it('writes no issue: Jira itself is only read', () => {
    const jira = scene.record().filter(({ kind, path = '' }) => kind === 'request' && path.includes('/rest/api/'));
    expect(jira.length).toBeGreaterThan(20);
    expect(jira.filter(({ method, path = '' }) => method !== 'GET' && !path.includes('/search'))).toEqual([]);
  });

  it('enters an outcome for every intent', () => {
    const intents = entries.filter(({ kind }) => kind === 'intent').map(({ n }) => n);
    const settled = entries.filter(({ kind }) => kind === 'outcome').map(({ subject }) => subject.intent);
    expect(intents.length).toBeGreaterThan(5);
    expect(intents.filter((n) => !settled.includes(n))).toEqual([]);
  });

  it('sends the delete once, after the grant', () => {
    const deletes = scene.writes().filter(({ method, path = '' }) => method === 'DELETE' && path.endsWith('/INT-16'));
    expect(deletes.map(({ instance, status }) => [instance, status])).toEqual([['jira-old', 204]]);
    const grant = entries.find(({ kind }) => kind === 'grant')?.n ?? Number.POSITIVE_INFINITY;
    const intent = entries.find(({ kind, subject }) => kind === 'intent' && subject.method === 'DELETE')?.n ?? 0;
    expect(intent).toBeGreaterThan(grant);
  });

  it('leaves a chain that verifies, and one that does not when an entry is changed', () => {
    expect(verifyChain(entries)).toEqual({ ok: true, entries: entries.length });
    const forged = entries.map((entry) => (entry.kind === 'grant' ? { ...entry, actor: 'somebody' } : entry));
    expect(verifyChain(forged).ok).toBe(false);
  });

  it('names nobody in the ledger itself: names stand in the erasable table alone', async () => {
    const text = JSON.stringify(entries);
    expect(text).not.toContain(REQUESTER);
    expect(text).not.toContain(APPROVER);
    const texts = Object.values(await scene.store.ledger.texts(entries[0]?.migration ?? ''));
    expect(texts).toEqual(expect.arrayContaining([REQUESTER, APPROVER]));
  });

  it('keeps evidence whose digest is the decision that was approved', async () => {
    const evidence = await scene.store.artifacts.getJson<Evidence>(picture.evidence ?? '');
    expect(evidence.digest).toBe(picture.decision);
    expect(entries.find(({ kind }) => kind === 'grant')?.digests.decision).toBe(picture.decision);
    expect(evidence.predicates.filter(({ holds }) => !holds)).toEqual([]);
    expect(evidence.decision.original.key).toBe('INT-16');
    expect(evidence.decision.pairs).toBe(12);
  });

  it.each([...Object.values(SECRETS), BASIC])('leaves the secret %s nowhere (P7)', async (secret) => {
    expect(await historyText(handle)).not.toContain(secret);
    expect(await ledgerText(scene, handle)).not.toContain(secret);
    const digests = artifactDigests(scene);
    expect(digests.length).toBeGreaterThan(8);
    for (const digest of digests) expect(await artifactText(scene, digest)).not.toContain(secret);
  });
});

interface PlanText {
  plan: Omit<Plan, 'artifact'>;
}

function planDocument({ store }: Scene, entries: LedgerEntry[]): Promise<PlanText> {
  const done = entries.find(
    ({ kind, subject }) => kind === 'step' && subject.step === 'preflight' && subject.result === 'done',
  );
  return store.artifacts.getJson<PlanText>(done?.digests.plan ?? '');
}
