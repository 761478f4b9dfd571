/** Whatever somebody sends is answered in words with the legal verbs, entered in the ledger, and changes nothing. */
import { DatabaseSync } from 'node:sqlite';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { VERBS } from '../../src/contract/names.ts';
import { answersTo } from '../support/carefulPerson.ts';
import {
  APPROVER,
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';

const STRANGER = 'mallory@example.com';
const REASON = 'because CHG-4711 was withdrawn by Mallory';

let scene: Scene;
let handle: WorkflowHandle;

beforeAll(async () => {
  scene = await openScene();
  handle = await scene.start();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Sends an update with whatever arguments. */
const update = (name: string, ...args: unknown[]): Promise<VerbAnswer> =>
  args.length === 0
    ? handle.executeUpdate<VerbAnswer, []>(name)
    : handle.executeUpdate<VerbAnswer, [unknown]>(name, { args: [args[0]] });

const refusals = async () => (await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'refused');

/** A signal has no answer: that it was looked at is seen in the ledger. */
async function refusedInLedgerAfter(send: () => Promise<unknown>): Promise<string> {
  const before = (await refusals()).length;
  await send();
  await expect.poll(async () => (await refusals()).length, { timeout: 10_000 }).toBe(before + 1);
  return String((await refusals()).at(-1)?.subject.verb);
}

/** Refused with these words and verbs, entered, and nothing else has changed. */
async function refused(answer: VerbAnswer, words: RegExp, legal: string[]): Promise<void> {
  expect(answer).toMatchObject({ accepted: false, reason: expect.stringMatching(words), legal });
}

describe('while a task is open', () => {
  const LEGAL = ['answer', 'retry', 'rollback', 'pause', 'resume'];
  beforeAll(() => untilState(handle, 'WaitingForPerson'));

  it.each([
    ['approve', { by: APPROVER, decision: '0123456789' }, /approve is not what is waited for/],
    ['reject', { by: APPROVER, reason: REASON, then: 'keepBoth' }, /reject is not what is waited for/],
  ])('%s is refused: it is too early', async (verb, message, words) => {
    expect(await refusedInLedgerAfter(async () => refused(await update(verb, message), words, LEGAL))).toBe(verb);
  });

  it.each([
    ['nothing', []],
    ['undefined', [undefined]],
    ['null', [null]],
    ['an array', [['kim', 'lee']]],
    ['a number', [42]],
    ['a text', ['kim']],
    ['an empty object', [{}]],
    ['bytes', [new Uint8Array([1, 2, 3])]],
  ])('%s instead of an object is refused with an example, as update and as signal', async (_, args) => {
    const send = async () =>
      refused(await update('retry', ...args), /retry (takes one JSON|needs by|does not know)/, LEGAL);
    expect(await refusedInLedgerAfter(send)).toBe('retry');
    expect(await refusedInLedgerAfter(() => handle.signal('answer', ...args))).toBe('answer');
  });

  it('a misspelled verb is answered with the verbs there are, as update and as signal', async () => {
    const answer = await update('aprove', { by: APPROVER, decision: '0123456789' });
    await refused(answer, /there is no verb aprove/, LEGAL);
    for (const verb of VERBS) expect(answer.reason).toContain(verb);
    expect(await refusedInLedgerAfter(() => handle.signal('Retry', { by: REQUESTER }))).toBe('unknown');
  });

  it('a signal in an unknown encoding is refused, and later good ones are heard', async () => {
    const { workflowId } = handle;
    const odd = { metadata: { encoding: Buffer.from('binary/odd') }, data: Buffer.from('?') };
    const send = () =>
      scene.client.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId },
        signalName: 'retry',
        input: { payloads: [odd] },
      });
    expect(await refusedInLedgerAfter(send)).toBe('retry');
    expect(await update('retry', { by: REQUESTER })).toMatchObject({ accepted: true });
    await untilState(handle, 'WaitingForPerson');
  });

  it('unknown members are named', async () => {
    const send = async () =>
      refused(
        await update('retry', { by: REQUESTER, force: true }),
        /does not know force; its members are by, reason/,
        LEGAL,
      );
    expect(await refusedInLedgerAfter(send)).toBe('retry');
  });

  it('an unknown task is refused with the open ones', async () => {
    const answer = await update('answer', { by: REQUESTER, task: 'verfy', answers: { done: true } });
    await refused(answer, /no task verfy is open; open: preflight/, LEGAL);
  });

  it('an answer to a later task is kept until that is asked', async () => {
    const answer = await update('answer', { by: REQUESTER, task: 'verify', answers: { done: true } });
    expect(answer).toMatchObject({ accepted: true, reason: expect.stringMatching(/kept until verify is asked/) });
  });

  it('wrong answers are refused with the legal ones', async () => {
    const question = (await statusOf(handle))?.tasks[0]?.questions[0];
    const send = (answers: unknown) => update('answer', { by: REQUESTER, task: 'preflight', answers });
    const id = question?.id ?? '';
    await refused(await send({}), /is not answered; choose one of customfield_10321, customfield_10299/, LEGAL);
    await refused(await send({ [id]: 'customfield_1' }), /"customfield_1" is not one of/, LEGAL);
    await refused(await send({ [id]: 'customfield_10321', more: 'x' }), /does not ask more/, LEGAL);
    await refused(await send('customfield_10321'), /answers is an object/, LEGAL);
  });

  it('of two people who answer at once the first one counts, and the other is told', async () => {
    const task = (await statusOf(handle))?.tasks[0];
    const right = answersTo(task?.questions ?? []);
    const other = Object.fromEntries(Object.keys(right).map((id) => [id, 'customfield_10299']));
    const answers = await Promise.all([
      update('answer', { by: REQUESTER, task: 'preflight', answers: right }),
      update('answer', { by: APPROVER, task: 'preflight', answers: other }),
    ]);
    expect(answers.map(({ accepted }) => accepted).sort()).toEqual([false, true]);
    expect(answers.find(({ accepted }) => !accepted)?.reason).toMatch(/answer is (too early|not)/);
    const verbs = (await ledgerOf(scene, handle)).filter(
      ({ kind, subject }) => kind === 'verb' && subject.task === 'preflight',
    );
    expect(verbs).toHaveLength(1);
  });
});

describe('at the gate', () => {
  const LEGAL = ['approve', 'reject', 'rollback', 'pause'];
  let decision = '';
  beforeAll(async () => {
    decision = (await runToGate(scene, handle)).decision ?? '';
  });

  it('whoever requested the migration is told that someone else must approve it', async () => {
    await refused(await update('approve', { by: REQUESTER, decision }), /^You requested this migration, so/, LEGAL);
  });

  it('nobody can approve who is not among the approvers', async () => {
    const answer = await update('approve', { by: STRANGER, decision, reason: REASON });
    await refused(answer, /is not among the approvers/, LEGAL);
  });

  it('a stale or wrong digest is refused with the one that stands', async () => {
    const stale = decision.startsWith('0') ? '1'.repeat(64) : '0'.repeat(64);
    await refused(await update('approve', { by: APPROVER, decision: stale }), new RegExp(decision.slice(0, 8)), LEGAL);
    await refused(await update('approve', { by: APPROVER, decision: decision.slice(0, 7) }), /eight or more/, LEGAL);
    await refused(await update('approve', { by: APPROVER, decision: `${decision}0` }), /eight or more/, LEGAL);
  });

  it('a rejection says what follows', async () => {
    await refused(
      await update('reject', { by: APPROVER, reason: REASON, then: 'both' }),
      /"rollback" or "keepBoth"/,
      LEGAL,
    );
  });

  it('an approval is refused during a pause, and the pause ends where it began', async () => {
    expect(await update('pause', { by: REQUESTER })).toMatchObject({ accepted: true, legal: ['rollback', 'resume'] });
    await untilState(handle, 'Paused');
    await refused(await update('approve', { by: APPROVER, decision }), /paused: send resume first/, [
      'rollback',
      'resume',
    ]);
    await refused(await update('pause', { by: REQUESTER, reason: 'again' }), /send resume first/, [
      'rollback',
      'resume',
    ]);
    expect(await update('resume', { by: REQUESTER })).toMatchObject({ accepted: true, legal: LEGAL });
    await untilState(handle, 'AwaitingApproval');
  });

  it('nothing was deleted by any of this, and an approval by signal still counts', async () => {
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
    await handle.signal('approve', { by: APPROVER, decision: decision.slice(0, 8) });
    await until(handle, ({ state }) => state === 'Completed', 'the end');
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});

describe('the ledger', () => {
  it('holds every refusal, with who sent it as a hash', async () => {
    const entries = await refusals();
    const verbs = new Set(entries.map(({ subject }) => subject.verb));
    expect(verbs).toEqual(
      new Set([...VERBS.filter((verb) => !['rollback', 'resume', 'withdraw'].includes(verb)), 'unknown']),
    );
    const { actor, why } = entries.find(({ subject, why: reason }) => subject.verb === 'approve' && reason) ?? {};
    const texts = await scene.store.ledger.texts(entries[0]?.migration ?? '');
    expect([texts[actor ?? ''], texts[why ?? '']]).toEqual([STRANGER, REASON]);
  });

  it('holds the sentence that was answered, as a hash whose value can be erased', async () => {
    const entries = await refusals();
    const texts = await scene.store.ledger.texts(entries[0]?.migration ?? '');
    const answered = entries.map(({ digests }) => texts[digests.answered ?? '']);
    expect(answered.filter((sentence) => sentence === undefined)).toEqual([]);
    expect(answered).toContain(`${STRANGER} is not among the approvers of the operator's configuration.`);
    expect(answered).toContain(`there is no verb aprove; the verbs are ${VERBS.join(', ')}.`);
  });

  it('has no name, no reason and no answer in clear', () => {
    using database = new DatabaseSync(scene.storeFile, { readOnly: true });
    const rows = JSON.stringify(database.prepare('SELECT * FROM ledger').all());
    expect(rows).toContain('refused');
    for (const text of [REQUESTER, APPROVER, STRANGER, REASON, 'CHG-4711', 'example.com', 'among the approvers']) {
      expect(rows.includes(text), text).toBe(false);
    }
  });
});
