/** Thousands of messages that mean nothing: the migration still hears those that do, and ends as if they had not been sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import type { Verb } from '../../src/contract/names.ts';
import {
  APPROVER,
  answerAll,
  ledgerOf,
  openScene,
  REQUESTER,
  type Scene,
  send,
  statusOf,
  untilState,
} from '../support/migration.ts';

const SIGNALS = 5_000;
const UPDATES = 300;
const AT_THE_GATE = 400;
/** The first ones each, then a count at each doubling. */
const MOST_ENTRIES = 120;
/** A server ends a run at 51,200. */
const MOST_EVENTS = 30_000;

let scene: Scene;
let handle: WorkflowHandle;

beforeAll(async () => {
  scene = await openScene({ issues: 4 });
  handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
});
afterAll(() => scene[Symbol.asyncDispose]());

const plain = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const odd = { metadata: { encoding: Buffer.from('binary/odd') }, data: Buffer.from('?') };

/** Each another one, so that none is the repetition of one before. */
const BAD: readonly ((n: number) => [string, object])[] = [
  (n) => [`aprove${n}`, plain({ by: APPROVER })],
  () => ['retry', odd],
  (n) => ['retry', plain({ by: `mallory${n}@example.com`, force: true })],
  (n) => ['approve', plain({ by: `mallory${n}@example.com`, decision: '0123456789' })],
  (n) => ['answer', plain({ by: REQUESTER, task: `task${n}`, answers: {} })],
  () => ['pause', plain(['kim', 'lee'])],
];

async function flood(count: number): Promise<void> {
  const { workflowId } = handle;
  await pMap(
    Array.from({ length: count }, (_, n) => n),
    async (n) => {
      const [signalName, payload] = BAD[n % BAD.length]?.(n) ?? ['', {}];
      await scene.client.workflowService.signalWorkflowExecution({
        ...{ namespace: 'default', workflowExecution: { workflowId } },
        ...{ signalName, input: { payloads: [payload] } },
      });
    },
    { concurrency: 40 },
  );
}

/**
 * By update. While signals come faster than a workflow task ends, the server begins the task anew again and again, and takes no update
 * before it ends (gRPC 9, FAILED_PRECONDITION): whoever waits for an answer asks again.
 */
async function heard(verb: Verb, message: object): Promise<VerbAnswer> {
  for (;;) {
    try {
      return await send(handle, verb, message);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (!(cause instanceof Error && Reflect.get(cause, 'code') === 9)) throw error;
      await sleep(500);
    }
  }
}

const refusals = async () => (await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'refused');
/** However they were entered. */
const refusedIn = (entries: Awaited<ReturnType<typeof refusals>>): number =>
  entries.reduce((sum, { subject }) => sum + (subject.verb === 'several' ? Number(subject.count) : 1), 0);

describe('after thousands of bad messages', { timeout: 240_000 }, () => {
  it('a pause is heard, and so is what ends it', async () => {
    await flood(SIGNALS);
    expect(await heard('pause', { by: REQUESTER, reason: 'somebody floods it' })).toMatchObject({
      accepted: true,
    });
    await untilState(handle, 'Paused');
    expect(await heard('resume', { by: REQUESTER })).toMatchObject({ accepted: true });
    await untilState(handle, 'WaitingForPerson');
  });

  it('bad ones by update are still answered with what is wrong and what is legal', async () => {
    const answers = await pMap(
      Array.from({ length: UPDATES }, (_, n) => n),
      (n) => handle.executeUpdate<VerbAnswer, [unknown]>(n % 2 ? 'aprove' : 'retry', { args: [{ n }] }),
      { concurrency: 5 },
    );
    for (const { accepted, reason, legal } of answers) {
      expect({ accepted, legal }).toEqual({
        accepted: false,
        legal: ['answer', 'retry', 'rollback', 'pause', 'resume'],
      });
      expect(reason).toMatch(/there is no verb aprove|retry needs by/);
    }
  });

  it('at the gate those of strangers, and for other decisions, cost the approvers nothing', async () => {
    await answerAll(scene, handle, 'AwaitingApproval');
    const decision = (await statusOf(handle))?.decision ?? '';
    const before = (await ledgerOf(scene, handle)).length;
    await pMap(
      Array.from({ length: AT_THE_GATE }, (_, n) => n),
      async (n) => {
        const by = n % 3 === 0 ? REQUESTER : `mallory${n}@example.com`;
        await handle.signal('approve', { by, decision: n % 2 ? decision : '0'.repeat(64) });
      },
      { concurrency: 20 },
    );
    expect(await heard('approve', { by: REQUESTER, decision })).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/^You requested this migration/),
    });
    expect((await ledgerOf(scene, handle)).length - before).toBeLessThan(5);
    expect(await heard('approve', { by: APPROVER, decision })).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
  });

  it('the ledger has how many there were, in few entries, and the history is far from its limit', async () => {
    const entries = await refusals();
    expect(refusedIn(entries)).toBe(SIGNALS + UPDATES + AT_THE_GATE + 1);
    expect(entries.length).toBeLessThan(MOST_ENTRIES);
    expect((await handle.describe()).historyLength).toBeLessThan(MOST_EVENTS);
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});
