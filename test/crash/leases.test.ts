/** P2, where every write goes through: what was entered of an earlier attempt decides whether it is sent, and reading decides that. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Write, write } from '../../src/activities/write.ts';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { type Direct, direct } from '../support/activity.ts';
import { openScene, runToGate, type Scene } from '../support/migration.ts';

const LEASE_MS = 700;
const STEP = 'startSynchronization';

describe('a write', () => {
  let scene: Scene;
  let gate: Direct;

  beforeAll(async () => {
    scene = await openScene({ issues: 4, ambiguous: false, isForged: true });
    const handle = await scene.start();
    await runToGate(scene, handle);
    gate = await direct(scene, handle, 'verify');
  });
  afterAll(async () => {
    await gate[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  /** Of what is stopped already: whether it is sent is all there is to see. */
  const planned = (part: string, changes: Partial<Write> = {}): Write => ({
    part,
    instance: 'jira-new',
    request: { method: 'POST', path: '/integrations/INT-4/stop' },
    settled: async () => false,
    ...changes,
  });
  const send = (part: string, changes: Partial<Write> = {}, generation = 0) =>
    gate.inStep(STEP, (context) =>
      write({ ...context, state: { ...context.state, generation } }, planned(part, changes)),
    );
  /** How often something is sent meanwhile. */
  const sentBy = async (act: () => Promise<unknown>): Promise<number> => {
    const count = () => scene.writes().filter(({ path }) => path?.endsWith('/INT-4/stop')).length;
    const before = count();
    await act();
    return count() - before;
  };
  const entries = async (part: string) =>
    (await scene.store.ledger.read(gate.holder.migration)).filter(({ subject }) => subject.part === part);
  /** Of a worker that died. */
  const intent = (part: string) => {
    const subject = { step: STEP, part, generation: 1, retry: 0, instance: 'jira-new', leaseMs: LEASE_MS };
    return scene.store.ledger.append(gate.holder, { kind: 'intent', subject } satisfies EntryDraft);
  };

  it('is not sent again: what was answered', async () => {
    expect(await sentBy(() => send('answered'))).toBe(1);
    expect(await sentBy(() => send('answered'))).toBe(0);
    expect(await sentBy(() => send('answered', {}, 1))).toBe(1);
  });

  it('is sent again only when a person says so: what was refused', async () => {
    const refused = () => expect(send('refused')).rejects.toMatchObject({ code: 'IntentSettledOnlyByRetry' });
    await scene.control('POST', 'faults', { path: '/INT-4/stop$', action: 'status', status: 409 });
    expect(await sentBy(refused)).toBe(1);
    expect(await sentBy(refused)).toBe(0);
    expect(await sentBy(() => send('refused', {}, 1))).toBe(1);
  });

  it('that has no outcome is settled by reading: what is there is not sent again', async () => {
    await intent('there');
    expect(await sentBy(() => send('there', { settled: async () => true }))).toBe(0);
    expect((await entries('there')).at(-1)).toMatchObject({ kind: 'outcome', subject: { outcome: 'present' } });
  });

  it('that has no outcome is read as absent not before its lease is over', async () => {
    const { at } = await intent('absent');
    expect(await sentBy(() => send('absent'))).toBe(1);
    const settled = (await entries('absent')).find(({ subject }) => subject.outcome === 'absent');
    expect(Date.parse(settled?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(at) + LEASE_MS);
  });

  it('that has no outcome is not settled by one look', async () => {
    await intent('looked at');
    const looks = [true, false, false];
    expect(await sentBy(() => send('looked at', { settled: async () => looks.shift() ?? false }))).toBe(1);
  });

  it('is not sent when somebody turned back while it was prepared', async () => {
    const turned = () =>
      gate.inStep(STEP, (context, cancel) => {
        const still = async () => {
          cancel();
          return true;
        };
        return write(context, planned('turned back', { still }));
      });
    expect(await sentBy(() => expect(turned()).rejects.toThrow())).toBe(0);
    expect(await entries('turned back')).toEqual([]);
  });
});
