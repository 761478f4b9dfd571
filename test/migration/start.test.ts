import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSides } from '../../src/activities/preflight/sides.ts';
import {
  answerAll,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  untilState,
} from '../support/migration.ts';
import { artifactDigests } from './left.ts';
import { failureOf, refusalsOf } from './refused.ts';

/** Each with what its refusal has to name. */
const INVALID: [what: string, sent: (usual: object) => unknown, named: string[]][] = [
  ['a misspelt dryRun', (usual) => ({ ...usual, dryrun: true }), ['dryrun: is not a member known here']],
  ['a dryRun in words', (usual) => ({ ...usual, dryRun: 'yes' }), ['dryRun: must be boolean']],
  ['no reason', (usual) => ({ ...usual, reason: ' ' }), ['reason: must not be empty']],
  ['no requester', (usual) => ({ ...usual, requestedBy: undefined }), ['requestedBy: is missing']],
  ['a move without times', (usual) => ({ ...usual, move: undefined }), ['move: is missing']],
  [
    'a looser policy',
    (usual) => ({ ...usual, policy: { selfApproval: true } }),
    ['policy.selfApproval: may only be false'],
  ],
  [
    'an instance nobody knows',
    (usual) => ({ ...usual, new: { instance: 'jira-x', projects: { 'jira-old/PA': 'jira-x/PA' } } }),
    ['new.instance: "jira-x" is not an instance', 'jira-old, jira-new, jira-partner'],
  ],
  ['nothing', () => undefined, ['(the whole)']],
  ['a text', () => '{"original": 1}', ['(the whole)']],
  [
    'several mistakes at once',
    () => ({ original: { instance: 'jira-old' }, new: { instance: 7, projects: [] }, order: 'backwards', prio: 1 }),
    [
      'original.synchronization: is missing',
      'new.instance: must be string',
      'new.projects:',
      'order: ',
      'prio: is not a member known here',
      'requestedBy: is missing',
      'reason: is missing',
    ],
  ],
];

describe('a start object that is not valid', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it.each(INVALID)('%s is refused with every problem named, before anything is read', async (_, sent, named) => {
    const failure = await failureOf(await scene.startWith(sent(usualStart(scene))));
    expect(failure).toMatchObject({ type: 'InvalidStart', nonRetryable: true });
    for (const text of named) expect(failure.message).toContain(text);
    expect(scene.record().filter(({ kind }) => kind === 'request')).toEqual([]);
    expect(await scene.store.projections.list()).toEqual([]);
  });

  it('claims nothing: the corrected one begins', async () => {
    await untilState(await scene.start(), 'WaitingForPerson');
    expect(scene.record().filter(({ kind }) => kind === 'request')).not.toEqual([]);
  });
});

it('never runs two migrations of one original: the second one names the first', async () => {
  await using scene = await openScene();
  const first = await scene.start();
  await untilState(first, 'WaitingForPerson');
  const failure = await failureOf(await scene.start({ requestedBy: 'somebody@example.com' }));
  expect(failure).toMatchObject({ type: 'ClaimHeld', nonRetryable: true });
  expect(failure.message).toContain(first.workflowId);
  await runToGate(scene, first);
});

it('frees the original when a migration ended: a second dry run is not in the way of the first', async () => {
  await using scene = await openScene();
  for (const _ of [1, 2]) {
    const handle = await scene.start({ dryRun: true });
    expect((await answerAll(scene, handle, 'Planned')).state).toBe('Planned');
  }
});

it('plans and nothing else on a dry run, however long it is told to go on', async () => {
  await using scene = await openScene({ gap: 2 });
  const handle = await scene.start({ dryRun: true });
  await answerAll(scene, handle, 'Planned');
  expect(await handle.result()).toMatchObject({ state: 'Planned', decision: null, created: null, legal: [] });
  await expect(retry(handle)).rejects.toThrow();
  expect(scene.writes()).toEqual([]);
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  const entries = await ledgerOf(scene, handle);
  expect(entries.filter(({ kind }) => kind === 'intent')).toEqual([]);
  const plan = entries.find(({ subject }) => subject.step === 'preflight' && subject.result === 'done')?.digests.plan;
  expect(artifactDigests(scene)).toContain(plan);
  expect(await scene.store.artifacts.getJson(plan ?? '')).toMatchObject({
    plan: { pairs: 8, copyGap: 4, a: { instance: 'jira-new', project: 'PA' }, b: { instance: 'jira-partner' } },
    copyGap: { oldA: ['PA-1', 'PA-2'], b: expect.arrayContaining(['PB-4']), bornOnOldA: [] },
  });
});

it('asks nothing that the start object has decided', async () => {
  await using scene = await openScene();
  const first = await scene.start({ dryRun: true });
  const { tasks } = await untilState(first, 'WaitingForPerson');
  const asked = tasks.flatMap(({ questions }) => questions.map(({ id }) => id));
  expect(asked).toHaveLength(1);
  await answerAll(scene, first, 'Planned');
  const second = await scene.start({ dryRun: true, mapping: { [asked[0] ?? '']: 'customfield_10321' } });
  expect(await second.result()).toMatchObject({ state: 'Planned', tasks: [] });
});

it('ends with nothing written when a person chooses to copy the project again', async () => {
  await using scene = await openScene({ gap: 2, ambiguous: false });
  const handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const answers = { copyGap: 'copyAgain' };
  await handle.executeUpdate('answer', { args: [{ by: 'kim@example.com', task: tasks[0]?.id, answers }] });
  const { CopyAgain } = await refusalsOf(scene, handle);
  expect(CopyAgain?.items).toEqual(expect.arrayContaining(['PB-4']));
});

it('never migrates a moved project without the times of its copy, even if the start object got past its schema', () => {
  const start = {
    original: { instance: 'jira-old', synchronization: 'INT-16' },
    new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
    requestedBy: 'kim@example.com',
    reason: 'CHG-1',
  };
  const sides = newSides(
    start,
    [
      { instance: 'jira-old', project: 'PA' },
      { instance: 'jira-partner', project: 'PB' },
    ],
    ['jira-old', 'jira-new', 'jira-partner'],
  );
  expect(sides).toEqual([expect.objectContaining({ code: 'MoveMissing' })]);
});

const usualStart = ({ sandbox: { ready } }: Scene): object => ({
  original: { instance: 'jira-old', synchronization: ready.original },
  new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
  move: ready.move,
  requestedBy: 'kim@example.com',
  reason: 'CHG-4711',
});

/** Only the start asks for a licence. */
const UNLICENSED = { unlicensed: ['jira-new'] };

describe('a start that the instance refuses', () => {
  it('says with what, as often as the step looks again, until it is sent again', { timeout: 60_000 }, async () => {
    await using scene = await openScene({ ...SMALL, switches: UNLICENSED });
    const handle = await scene.start();
    const { blockers } = await answerAll(scene, handle, 'NeedsAttention');
    expect(blockers).toMatchObject([
      { code: 'IntentSettledOnlyByRetry', reason: expect.stringContaining('answered 409: ') },
    ]);
    expect(blockers[0]?.reason).toMatch(/licen[cs]e/);
    await send(handle, 'pause', { by: REQUESTER });
    await send(handle, 'resume', { by: REQUESTER });
    const again = await untilState(handle, 'NeedsAttention');
    expect(again.blockers).toEqual(blockers);
    await scene.control('POST', 'switches', { unlicensed: [] });
    await retry(handle);
    await runToGate(scene, handle);
  });

  it('never sends a person to a message that there is none of', { timeout: 60_000 }, async () => {
    await using scene = await openScene({ ...SMALL, switches: { ...UNLICENSED, errorBody: 'empty' } });
    const { blockers } = await answerAll(scene, await scene.start(), 'NeedsAttention');
    expect(blockers[0]?.reason).toContain('answered 409, without a reason');
    expect(JSON.stringify(blockers)).not.toContain('Read its message');
  });
});

const SMALL = { issues: 4, ambiguous: false } as const;
