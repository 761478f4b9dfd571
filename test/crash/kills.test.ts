/** P10: the worker can die at any instruction, and the end is that of the undisturbed run. Killed for real, with SIGKILL. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { effects, expectNoSecret, expectSoundEnd, sentOf, WRITE_KINDS, type WriteKind } from '../support/findings.ts';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { mulberry32 } from '../support/random.ts';
import { ledgerOf, type Rehearsal, rehearse } from '../support/rehearsal.ts';

const KILLS = 10;
/** For the nth request, once the worker that took over has sent one; that takes a heartbeat's timeout. */
const PATIENCE_MS = 3_000;
const RECOVERY_MS = 6_500;
/** Replay one: CRASH_SEED=7 node test/run.ts test/crash/kills.test.ts */
const SEED = Number(process.env.CRASH_SEED ?? 1);

it.concurrent(`a worker killed at random ${KILLS} times in one run changes nothing in the end`, async ({ expect }) => {
  console.log(`kills: CRASH_SEED=${SEED}`);
  await using rehearsal = await rehearse({ seed: SEED });
  await rehearsal.control('POST', 'people', { action: 'start', everyMs: 150, seed: SEED });
  const handle = await rehearsal.start();
  // Nobody approves before most of them are over, so that the last ones meet the confirmation and the delete.
  const approving = act(rehearsal, handle, {
    approve: false,
    until: () => rehearsal.worker.restarts >= KILLS - 2,
    timeoutMs: 150_000,
  });
  const [kills, end] = await Promise.all([
    killAtRandom(rehearsal),
    approving.then(() => act(rehearsal, handle, { timeoutMs: 120_000 })),
  ]);
  console.log(`kills: ${kills.join(' · ')}`);
  expect(end.state).toBe('Completed');
  expect(rehearsal.worker.restarts).toBe(KILLS);
  await expectSoundEnd(rehearsal);
  await expectNoSecret(rehearsal, handle);
}, 300_000);

async function killAtRandom(rehearsal: Rehearsal): Promise<string[]> {
  const random = mulberry32(SEED);
  const how: string[] = [];
  while (how.length < KILLS) how.push(await killOnce(rehearsal, random));
  return how;
}

/** At the nth request from now, before or after its effect; or after a while, as when so many do not come. */
async function killOnce(rehearsal: Rehearsal, random: () => number): Promise<string> {
  const { worker, control, plant } = rehearsal;
  const { restarts } = worker;
  const pid = await pidOf(rehearsal);
  const patience = random() < 0.25 ? 100 + random() * 1500 : PATIENCE_MS;
  const nth = 1 + Math.floor(random() * 25);
  const when = random() < 0.5 ? 'before' : 'after';
  if (patience === PATIENCE_MS) await plant({ action: 'kill', pid, nth, when });
  if (patience === PATIENCE_MS) await firstRequest(rehearsal, () => worker.pid !== pid);
  const deadline = Date.now() + patience;
  while (worker.pid === pid && Date.now() < deadline) await sleep(10);
  const byRequest = worker.pid !== pid;
  await control('DELETE', 'faults');
  if (worker.pid === pid) process.kill(pid, 'SIGKILL');
  await until(() => worker.restarts > restarts, 'the worker to be started again');
  return byRequest ? `${when} request ${nth}` : `after ${Math.round(patience)} ms`;
}

async function firstRequest({ sandbox: { world } }: Rehearsal, over: () => boolean): Promise<void> {
  const { length } = world.record;
  const requests = () => world.record.after(length).some(({ kind }) => kind === 'request');
  for (const deadline = Date.now() + RECOVERY_MS; !requests() && !over() && Date.now() < deadline; ) await sleep(10);
}

async function pidOf({ worker }: Rehearsal): Promise<number> {
  await until(() => worker.pid !== undefined, 'a worker');
  return worker.pid ?? 0;
}

const kind = (name: string): Omit<WriteKind, 'name'> => {
  const found = WRITE_KINDS.find((each) => each.name === name);
  if (!found) throw new Error(`no write ${name}`);
  const { method, path } = found;
  return { method, path };
};

it.concurrent('a worker killed right after the delete took effect does not send it again, and the run completes', async () => {
  await using rehearsal = await rehearse();
  await rehearsal.plant({ action: 'kill', pid: await pidOf(rehearsal), when: 'after', ...kind('delete') });
  const handle = await rehearsal.start();
  expect((await act(rehearsal, handle)).state).toBe('Completed');
  expect(rehearsal.worker.restarts).toBe(1);
  expect(sentOf(await rehearsal.record(), kind('delete'))).toHaveLength(1);
  await expectSoundEnd(rehearsal);
}, 60_000);

it.concurrent('a worker killed between the intent to delete and its effect deletes only after a new approval', async () => {
  await using rehearsal = await rehearse();
  await rehearsal.plant({ action: 'kill', pid: await pidOf(rehearsal), when: 'before', ...kind('delete') });
  const handle = await rehearsal.start();
  expect((await act(rehearsal, handle)).state).toBe('Completed');
  const entries = await ledgerOf(rehearsal);
  expect(entries.filter((entry) => entry.kind === 'grant')).toHaveLength(2);
  expect(effects(await rehearsal.record(), 'integration deleted')).toBe(1);
  expect(sentOf(await rehearsal.record(), kind('delete'))).toHaveLength(2);
  await expectSoundEnd(rehearsal);
}, 60_000);

it.concurrent.each(['create', 'pair B'])(
  'a worker killed between the intent and the effect of "%s" sends it again, once',
  async (name) => {
    await using rehearsal = await rehearse();
    await rehearsal.plant({ action: 'kill', pid: await pidOf(rehearsal), when: 'before', ...kind(name) });
    const handle = await rehearsal.start();
    expect((await act(rehearsal, handle)).state).toBe('Completed');
    expect(rehearsal.worker.restarts).toBe(1);
    const intents = (await ledgerOf(rehearsal)).filter((entry) => entry.kind === 'intent');
    const generations = intents.filter(({ subject }) => subject.generation === 2);
    expect(generations.map(({ subject }) => subject.part)).toHaveLength(1);
    await expectSoundEnd(rehearsal);
  },
  60_000,
);
