/** One message that is larger, deeper or odder than any person sends: it is refused like every wrong one, and the next one is heard. */
import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH_WORKFLOW, type BatchAnswer, type BatchPicture } from '../../src/contract/batch.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { migrationsQueue } from '../../src/contract/names.ts';
import { anyJson, deepJson } from '../contract/anyJson.ts';
import { ledgerOf, openScene, REQUESTER, type Scene, send, statusOf, untilState } from '../support/migration.ts';

let scene: Scene;
let handle: WorkflowHandle;
let question: string;

beforeAll(async () => {
  scene = await openScene({ issues: 4 });
  handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  question = tasks[0]?.questions.find(({ choices }) => choices.length > 0)?.id ?? '';
  expect(question).not.toBe('');
});
afterAll(() => scene[Symbol.asyncDispose]());

/** As bytes: no JSON of this side could be written so. */
const raw = (name: string, data: string | Uint8Array, encoding: string | Uint8Array = 'json/plain') =>
  scene.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId },
    signalName: name,
    input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
  });

const refusals = async () => (await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'refused');

/** A pause, and what ends it: both are heard, and the task is asked as before. */
async function heard(): Promise<void> {
  expect(await send(handle, 'pause', { by: REQUESTER })).toMatchObject({ accepted: true });
  expect(await send(handle, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
  await untilState(handle, 'WaitingForPerson');
}

const answering = (answers: string): string => `{"by":"x","task":"verify","answers":{"a":${answers}}}`;
const ATTACKS: readonly [string, string, () => string | Uint8Array, RegExp][] = [
  [
    'an answer whose value is no text',
    'answer',
    () => answering('0').replace('verify', 'preflight').replace('"a":0', `"${question}":{"toString":1,"valueOf":1}`),
    /is not one of/,
  ],
  ['lists within each other', 'pause', () => `{"by":"x","reason":${deepJson(100_000)}}`, /within each other/],
  [
    'numbers that are longer when they are recorded',
    'answer',
    () => answering(`[${'1E20,'.repeat(19_000)}1]`),
    /larger than/,
  ],
  [
    'numbers by the hundred thousand',
    'answer',
    () => answering(`[${'1E20,'.repeat(300_000)}1]`),
    /larger than|elements/,
  ],
  [
    'bytes that are no UTF-8',
    'pause',
    () => Buffer.concat([Buffer.from('{"by":"'), Buffer.alloc(900_000, 255), Buffer.from('"}')]),
    /larger than/,
  ],
  ['a member that is no text', 'pause', () => '{"by":"x","reason":{"toString":1}}', /reason is a text/],
  [
    'a name that is longer than any',
    'pause',
    () => JSON.stringify({ by: 'x'.repeat(LIMITS.name + 1) }),
    /by has more than/,
  ],
];

describe('a message of', () => {
  it.each(ATTACKS)('%s is refused by signal, recorded, and everybody is still heard', async (_, name, data, words) => {
    const before = (await refusals()).length;
    await raw(name, data());
    await expect.poll(async () => (await refusals()).length, { timeout: 20_000 }).toBe(before + 1);
    const texts = await scene.store.ledger.texts((await statusOf(handle))?.migration ?? '');
    const answered = (await refusals()).at(-1)?.digests.answered;
    expect(texts[answered ?? '']).toMatch(words);
    await heard();
  });

  it('an encoding of a hundred thousand letters is refused', async () => {
    const before = (await refusals()).length;
    await raw('pause', '{}', 'a'.repeat(300_000));
    await expect.poll(async () => (await refusals()).length, { timeout: 20_000 }).toBe(before + 1);
    await heard();
  });

  it('any JSON at all is answered, and changes nothing', async () => {
    const texts = fc.sample(anyJson, { numRuns: 40, seed: 4711 });
    for (const json of texts) {
      const value: unknown = JSON.parse(json);
      for (const [verb, message] of [
        ['answer', value],
        ['answer', { by: REQUESTER, task: 'preflight', answers: value }],
        ['answer', { by: REQUESTER, task: 'preflight', answers: { [question]: value } }],
        ['pause', { by: value, reason: [value] }],
      ] as const) {
        const answer = await handle.executeUpdate<VerbAnswer, [unknown]>(verb, { args: [message] });
        expect([json, answer]).toEqual([json, expect.objectContaining({ accepted: false })]);
      }
    }
    await heard();
  }, 120_000);
});

it('answers that are given ahead are kept up to a bound of all of them, and further ones are refused', async () => {
  const large = (task: string) => send(handle, 'answer', { by: REQUESTER, task, answers: { a: 'v'.repeat(200_000) } });
  expect(await large('verify')).toMatchObject({ accepted: true });
  expect(await large('pairIssues')).toMatchObject({ accepted: true });
  expect(await large('importConfiguration')).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('512 kB'),
  });
  await heard();
});

it.each([
  ['lists within each other', deepJson(20_000)],
  ['numbers that are longer when they are recorded', `[${'1E20,'.repeat(60_000)}1]`],
])('a start of %s is refused as such, and holds nothing up', async (_, json) => {
  const data = Buffer.from(`{"reason":${json}}`);
  for (const type of ['migrateSynchronization', BATCH_WORKFLOW]) {
    const workflowId = `${scene.config.taskQueuePrefix}large-${type}-${data.length}`;
    await scene.client.workflowService.startWorkflowExecution({
      namespace: 'default',
      workflowId,
      requestId: workflowId,
      workflowType: { name: type },
      taskQueue: { name: migrationsQueue(scene.config.taskQueuePrefix) },
      input: { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data }] },
    });
    const ended = scene.client.workflow.getHandle(workflowId).result();
    await expect(ended).rejects.toMatchObject({ cause: { type: 'InvalidStart' } });
  }
});

it('a batch refuses them too, and goes on', async () => {
  await using other = await openScene({ issues: 4 });
  const { original, move } = other.sandbox.ready;
  const migration = {
    original: { instance: 'jira-old', synchronization: original },
    new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
    move,
  };
  const batch = await other.client.workflow.start(BATCH_WORKFLOW, {
    taskQueue: migrationsQueue(other.config.taskQueuePrefix),
    workflowId: `${other.config.taskQueuePrefix}batch`,
    args: [{ name: 'wave-1', migrations: [migration], requestedBy: REQUESTER, reason: 'CHG-4711' }],
  });
  const told = (verb: string, message: unknown) =>
    batch.executeUpdate<BatchAnswer, [unknown]>(verb, { args: [message] });
  try {
    await expect.poll(() => batch.query<BatchPicture | null>('status'), { timeout: 30_000 }).not.toBeNull();
    expect(await told('pause', { by: 'x'.repeat(1_000_000) })).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('larger than'),
    });
    expect(await told('pause', { by: REQUESTER, reason: 'r'.repeat(LIMITS.reason + 1) })).toMatchObject({
      accepted: false,
    });
    expect(await told('pause', { by: REQUESTER })).toMatchObject({ accepted: true });
  } finally {
    await batch.terminate('the test is over');
  }
}, 60_000);
