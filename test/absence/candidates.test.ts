/** What stands between both projects and is not known to be ours: shown as what it is, never added to, and never worked beside. */
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSynchronization } from '../../src/activities/steps/createSynchronization.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { type Direct, direct } from '../support/activity.ts';
import { answerAll, openScene, REQUESTER, retry, type Scene, send, until, untilState } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { synchronization } from './behind.ts';

const byPerson = () =>
  openScene({
    isForged: true,
    ...{ issues: 6, ambiguous: false },
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.createSynchronization = 'person';
    },
  });

interface Made {
  integrationKey: string;
  createdDate: string;
}

const make = ({ control }: Scene, by: string, description: string): Promise<Made> =>
  control<Made>('POST', 'ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ summary: 'Theirs', description, by },
  });

/** Somebody has paired the first so many issues in it. */
async function pair(scene: Scene, { integrationKey }: Made, count: number): Promise<void> {
  const { first, second } = synchronization(scene, integrationKey);
  const pairs = [...scene.world.original.first.entries.values()].slice(0, count);
  const data = {
    firstConnector: pairs.map(({ localIssueKey, remoteIssueKey }) => ({
      ...{ connectorKey: first.connectorKey, localIssueKey, remoteIssueKey, comments: [] },
    })),
    secondConnector: pairs.map(({ localIssueKey, remoteIssueKey }) => ({
      ...{ connectorKey: second.connectorKey, localIssueKey: remoteIssueKey, remoteIssueKey: localIssueKey },
      comments: [],
    })),
  };
  await scene.control('POST', 'ui/pair', { instance: 'jira-new', integrationKey, data, by: 'ann' });
}

const questionIn = ({ tasks }: MigrationPicture) => tasks[0]?.questions.find(({ id }) => id === 'created');

const touched = (scene: Scene) => scene.writes().filter(({ instance }) => instance === 'jira-new');

const answerWith = (handle: WorkflowHandle, created: string, picture: MigrationPicture) =>
  send(handle, 'answer', {
    ...{ by: REQUESTER, task: 'createSynchronization', answers: { created } },
    about: { created: questionIn(picture)?.about },
  });

it.concurrent('one of somebody else is shown with its creator, its date and its pairs, and asked about anew when it got more', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await byPerson();
  const handle = await scene.start();
  await untilTask(scene, handle, 'createSynchronization');
  const theirs = await make(scene, 'ann', 'do not touch');
  await pair(scene, theirs, 3);
  const isShown = (pairs: string) => (picture: MigrationPicture) =>
    questionIn(picture)?.choices[0]?.evidence?.includes(pairs) === true;
  const before = await until(handle, isShown('3 pairs'), 'three pairs');
  await pair(scene, theirs, 4);
  // What was answered about three pairs says nothing of four.
  await answerWith(handle, theirs.integrationKey, before);
  const asked = await until(handle, isShown('4 pairs'), 'four pairs');
  expect(questionIn(asked)?.choices).toMatchObject([
    {
      value: theirs.integrationKey,
      evidence: `made by ann on ${theirs.createdDate}, STOPPED, 4 pairs, "do not touch"`,
    },
  ]);
  expect(touched(scene)).toEqual([]);
});

it.concurrent('of two without a mark each is shown, a person names one, and nothing is done to it before the other is gone', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await byPerson();
  const handle = await scene.start();
  await untilTask(scene, handle, 'createSynchronization');
  const theirs = await make(scene, 'ann', 'do not touch');
  await pair(scene, theirs, 4);
  const mine = await make(scene, 'otto', 'made by hand, the mark was forgotten');
  const asked = await until(handle, (picture) => questionIn(picture)?.choices.length === 2, 'both');
  expect(asked).toMatchObject({ state: 'WaitingForPerson', blockers: [] });
  expect(questionIn(asked)?.choices).toMatchObject([
    { value: theirs.integrationKey, evidence: expect.stringContaining(`made by ann on ${theirs.createdDate}`) },
    { value: mine.integrationKey, evidence: expect.stringContaining(`made by otto on ${mine.createdDate}`) },
  ]);
  expect(questionIn(asked)?.choices.map(({ evidence }) => /\d pairs?/.exec(evidence ?? '')?.[0])).toEqual([
    '4 pairs',
    '0 pairs',
  ]);
  expect(await answerWith(handle, 'INT-77', asked)).toMatchObject({ accepted: false });
  expect(await answerWith(handle, mine.integrationKey, asked)).toMatchObject({ accepted: true });
  const held = await untilState(handle, 'NeedsAttention');
  expect(held.blockers).toMatchObject([
    { code: 'TwoCreated', items: [theirs.integrationKey, mine.integrationKey].toSorted() },
  ]);
  expect(touched(scene)).toEqual([]);
  const other = { instance: 'jira-new', integrationKey: theirs.integrationKey, by: 'ann' };
  await scene.control('POST', 'ui/delete', other);
  await retry(handle);
  const gate = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(gate).toMatchObject({ state: 'AwaitingApproval', created: mine.integrationKey });
});

describe('a creation whose answer was lost and that was read to have had no effect', () => {
  let scene: Scene;
  let open: Direct;

  beforeAll(async () => {
    scene = await byPerson();
    const handle = await scene.start();
    await untilTask(scene, handle, 'createSynchronization');
    // What is made and deleted here is seen by its watcher too, and a look of its own would be the newer attempt.
    await send(handle, 'pause', { by: REQUESTER });
    await untilState(handle, 'Paused');
    open = await direct(scene, handle, 'createSynchronization');
    const [step, part, instance] = ['createSynchronization', 'create', 'jira-new'];
    const { n } = await scene.store.ledger.append(open.holder, {
      kind: 'intent',
      subject: { step, part, instance, generation: 1, retry: 0, leaseMs: 1, method: 'POST', path: '/integrations' },
    });
    await scene.store.ledger.append(open.holder, {
      kind: 'outcome',
      subject: { step, part, instance, intent: n, outcome: 'absent' },
    });
  });
  afterAll(async () => {
    await open[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  const perform = () =>
    open.inStep('createSynchronization', async (context) => createSynchronization.perform?.(context));
  const posts = () =>
    scene.writes().filter(({ method, path = '' }) => method === 'POST' && path.endsWith('/integrations'));

  it('is not sent a second time when one stands there right before', async () => {
    const late = await make(scene, 'ann', 'what the lost request made');
    await expect(perform()).rejects.toThrow('must not be sent');
    expect(posts()).toEqual([]);
    await scene.control('POST', 'ui/delete', { instance: 'jira-new', integrationKey: late.integrationKey, by: 'ann' });
  });

  it('is sent a second time when none does', async () => {
    await perform();
    expect(posts()).toHaveLength(1);
  });
});
