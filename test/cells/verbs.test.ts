/** Every verb in every situation, on real runs: what is legal acts, what is not is answered with why not, and changes nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, it } from 'vitest';
import { VERBS, type Verb } from '../../src/contract/names.ts';
import { legalVerbs, type Situation } from '../../src/contract/verbs.ts';
import { approvedAndHeld } from '../support/braked.ts';
import { answersTo } from '../support/carefulPerson.ts';
import { happens } from '../support/findings.ts';
import {
  APPROVER,
  answerAll,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  type SceneOptions,
  send,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';

const HOUR_MS = 3_600_000;

interface Reached extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
}

async function open(options: SceneOptions = {}, changes: Parameters<Scene['start']>[0] = {}): Promise<Reached> {
  const scene = await openScene({ interval: 40, issues: 6, ambiguous: false, ...options });
  const handle = await scene.start(changes);
  return { scene, handle, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() };
}

const ORIGINAL = { instance: 'jira-old', path: '/INT-16$' };
const braked = (scene: Scene) => scene.store.brake.on('all', REQUESTER, 'a test');

/** How each situation comes about. */
const REACH: Record<Exclude<Situation, 'ended'>, () => Promise<Reached>> = {
  async running() {
    const reached = await open();
    await braked(reached.scene);
    await until(reached.handle, ({ step }) => step === 'stopOriginal', 'the stop, which the brake holds up');
    return reached;
  },
  async waiting() {
    const notBefore = new Date(Date.now() + HOUR_MS).toISOString();
    const reached = await open({}, { window: { notBefore } });
    await until(reached.handle, ({ waitingFor }) => waitingFor?.includes('window') ?? false, 'the window');
    return reached;
  },
  async waitingForPerson() {
    const reached = await open({ ambiguous: true });
    await untilState(reached.handle, 'WaitingForPerson');
    return reached;
  },
  async attention() {
    const reached = await open();
    const fault = { instance: 'jira-old', method: 'POST', path: '/stop$', action: 'status', status: 403 };
    await reached.scene.control('POST', 'faults', fault);
    await untilState(reached.handle, 'NeedsAttention');
    return reached;
  },
  async paused() {
    const reached = await REACH.waitingForPerson();
    await send(reached.handle, 'pause', { by: REQUESTER });
    await untilState(reached.handle, 'Paused');
    return reached;
  },
  async gate() {
    const reached = await open();
    await runToGate(reached.scene, reached.handle);
    return reached;
  },
  async deleting() {
    const held = await approvedAndHeld();
    const { scene, handle } = held;
    await scene.control('POST', 'faults', { ...ORIGINAL, method: 'DELETE', action: 'timeout' });
    await held.release();
    await happens(scene, ({ method }) => method === 'DELETE', 'the delete');
    await scene.control('POST', 'faults', { ...ORIGINAL, method: 'GET', action: 'html', count: 10_000 });
    await until(handle, ({ blockers }) => blockers.length > 0, 'that its outcome cannot be read');
    return { scene, handle, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
  },
  async deletingByPerson() {
    const reached = await open({
      configure: ({ instances }) => {
        // The new one is deleted by us on the way back.
        if (instances['jira-old']) instances['jira-old'].backbone.deleteSynchronization = 'person';
      },
    });
    await runToGate(reached.scene, reached.handle);
    await approve(reached.handle);
    await untilState(reached.handle, 'Deleting');
    return reached;
  },
  async goingBack() {
    const reached = await REACH.gate();
    await braked(reached.scene);
    // A brake counts after two seconds at most: what was read before the last write is kept so long.
    await sleep(2_100);
    await send(reached.handle, 'rollback', { by: REQUESTER });
    await until(
      reached.handle,
      ({ state, step }) => state === 'RollingBack' && step === 'startSynchronization',
      'the way',
    );
    return reached;
  },
};

/** A message that is right wherever its verb is legal. */
async function messageFor(verb: Verb, { handle }: Reached): Promise<object> {
  const picture = await statusOf(handle);
  switch (verb) {
    case 'approve':
      // Another reason: the same message again would be the approval that was accepted before.
      return { by: APPROVER, decision: picture?.decision ?? '0'.repeat(8), reason: 'a test' };
    case 'reject':
      return { by: APPROVER, reason: 'a test', then: 'keepBoth' };
    case 'answer': {
      const [task] = picture?.tasks ?? [];
      return task && picture?.state === 'WaitingForPerson'
        ? { by: REQUESTER, task: task.id, answers: answersTo(task.questions) }
        : { by: REQUESTER, task: picture?.state === 'Deleting' ? 'deleteOriginal' : 'verify', answers: { done: true } };
    }
    default:
      return { by: REQUESTER };
  }
}

/** Of a question the first choice. */
async function answerFirst(handle: WorkflowHandle): Promise<void> {
  const [task] = (await until(handle, ({ tasks }) => tasks.some(({ questions }) => questions.length > 0), 'it')).tasks;
  const answers = Object.fromEntries((task?.questions ?? []).map(({ id, choices }) => [id, choices[0]?.value]));
  await send(handle, 'answer', { by: REQUESTER, task: task?.id ?? '', answers });
}

/** What can be seen of it afterwards. */
async function acted(verb: Verb, situation: Situation, { scene, handle }: Reached): Promise<boolean> {
  switch (verb) {
    case 'pause':
      return (await untilState(handle, 'Paused')).state === 'Paused';
    case 'rollback': {
      await scene.store.brake.off('all', REQUESTER);
      if (situation === 'deletingByPerson') await answerFirst(handle);
      await untilState(handle, 'RolledBack');
      return scene.world.original.running && !scene.world.original.deleted;
    }
    // Nobody has approved in any of these: what it does is in test/gate/withdraw.test.ts.
    case 'withdraw':
      return false;
    case 'approve':
      return ((await handle.result()) as { state: string }).state === 'Completed';
    case 'reject':
      return ((await handle.result()) as { state: string }).state === 'KeptBoth';
    case 'resume':
    case 'retry':
    case 'answer': {
      const entered = (await ledgerOf(scene, handle)).filter(
        ({ kind, subject }) => kind === 'verb' && subject.verb === verb,
      );
      if (situation === 'paused') await untilState(handle, 'WaitingForPerson');
      if (situation === 'attention' && verb === 'retry') await answerAll(scene, handle, 'AwaitingApproval');
      return entered.length === 1;
    }
  }
}

describe.each(Object.keys(REACH) as (keyof typeof REACH)[])('in the situation %s', (situation) => {
  const legal = legalVerbs(situation, situation === 'goingBack' ? 'back' : 'forward');

  it.concurrent(`refuses ${VERBS.filter((verb) => !legal.includes(verb)).join(', ')}, and nothing changes`, {
    timeout: 90_000,
  }, async ({ expect }) => {
    await using reached = await REACH[situation]();
    const before = await statusOf(reached.handle);
    for (const verb of VERBS.filter((each) => !legal.includes(each))) {
      const answer = await send(reached.handle, verb, await messageFor(verb, reached));
      expect(answer, verb).toMatchObject({ accepted: false, legal, reason: expect.stringMatching(/\S/) });
    }
    expect(await statusOf(reached.handle)).toMatchObject({ state: before?.state, step: before?.step });
    const refused = (await ledgerOf(reached.scene, reached.handle)).filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(VERBS.length - legal.length);
  });

  it.concurrent.for(legal)('%s acts', { timeout: 90_000 }, async (verb, { expect }) => {
    await using reached = await REACH[situation]();
    const answer = await send(reached.handle, verb, await messageFor(verb, reached));
    expect(answer.accepted, answer.reason).toBe(true);
    expect(await acted(verb, situation, reached)).toBe(true);
  });
});
