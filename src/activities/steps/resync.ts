/** Step 4.2 of the guide: resync from A to B and afterwards from B to A, which recreates the sync info panel. */

import { resync as resyncRequest } from '../../backbone/requests.ts';
import { without } from '../../contract/lists.ts';
import type { CheckResult, Facts } from '../../contract/steps.ts';
import { keysJql } from '../../jira/jql.ts';
import { factOf, performerOf, planOf, type StepContext } from '../context.ts';
import { backlogCarried } from '../drained.ts';
import { readPresentCreated } from '../presence.ts';
import { answerTo } from '../questions.ts';
import {
  type Direction,
  keysToSend,
  type Phase,
  type PhasePairs,
  partsSent,
  phasePairs,
  phasesOf,
  resyncPlan,
  senderOf,
  sentBefore,
  sentBy,
} from '../resync/chunks.ts';
import { planResync, type ResyncChunk, type ResyncPlan } from '../resync/plan.ts';
import { type AskedResync, askResync, resyncQuestion, resyncTask, silentSince } from '../resync/task.ts';
import type { Step } from '../step.ts';
import { write } from '../write.ts';

export const resyncAToB = resyncStep('resyncAToB');
export const resyncBToA = resyncStep('resyncBToA');

function resyncStep(name: Direction): Step {
  return {
    name,

    async check(context) {
      const blocked = await notHealthy(context);
      if (blocked) return blocked;
      if (!(await backlogCarried(context))) {
        return { state: 'notDone', missing: ['messages are under way'], next: 'wait' };
      }
      if (!context.facts.resync) {
        context.facts = { ...context.facts, resync: await context.store.artifacts.putJson(await planResync(context)) };
      }
      const facts: Partial<Facts> = { resync: context.facts.resync };
      const plan = await resyncPlan(context);
      if (performerOf(context) === 'person') return checkPerson(context, phasesOf(plan, name), note(plan, name));
      const phase = await openPhase(context, plan, name);
      if (!phase) return { state: 'done', basis: 'read', facts, note: note(plan, name) };
      const missing = phase.chunks.map((chunk) => `${chunk.part}: ${chunk.keys.length} pairs`);
      return { state: 'notDone', missing, next: 'perform', facts };
    },

    async perform(context) {
      const phase = await openPhase(context, await resyncPlan(context), name);
      const [first] = phase?.chunks ?? [];
      if (!phase || !first) return;
      const pairs = await phasePairs(context, phase);
      const before = sentBefore(context, senderOf(context, first));
      for (const chunk of phase.chunks) await sendChunk(context, chunk, pairs, before);
    },
  };
}

/** Phase by phase: asked for, and believed when a person says so and reading does not contradict it. */
async function checkPerson(context: StepContext, phases: Phase[], note: string): Promise<CheckResult> {
  const { resync, resyncAsked } = context.facts;
  const open = phases.filter(({ chunks }) => chunks.length > 0);
  const before = resyncAsked ? await context.store.artifacts.getJson<AskedResync>(resyncAsked) : undefined;
  // Asked for later means that what comes before it is through.
  const reached = Math.max(
    0,
    open.findIndex(({ id }) => id === before?.phase),
  );
  for (const phase of open.slice(reached)) {
    const asked = before?.phase === phase.id ? before : await askResync(context, phase);
    if (asked.requests.length === 0) continue;
    const digest = await context.store.artifacts.putJson(asked);
    const facts = { resync, resyncAsked: digest } as Partial<Facts>;
    const question = resyncQuestion(context, phase.id, digest);
    const answer = answerTo(context, question);
    const silent = answer === 'done' ? await silentSince(context, asked) : [];
    if (answer === undefined || silent.length > 0) {
      const requests = asked.requests.map(
        ({ fields }, n) => `resync ${n + 1} of ${asked.requests.length}: ${fields.join(', ')}`,
      );
      const missing = silent.length > 0 ? silent : requests;
      return {
        state: 'notDone',
        missing,
        next: 'person',
        task: () => resyncTask(context, asked, { digest, question }),
        facts,
      };
    }
  }
  return { state: 'done', basis: 'attested', facts: resync ? { resync } : {}, note };
}

/** The first phase that is not through, with what is still to be sent of it. */
async function openPhase(context: StepContext, plan: ResyncPlan, name: Direction): Promise<Phase | undefined> {
  const sent = await partsSent(context);
  return phasesOf(plan, name)
    .map(({ id, chunks }) => ({ id, chunks: chunks.filter((chunk) => !sent.has(chunk.part)) }))
    .find(({ chunks }) => chunks.length > 0);
}

async function sendChunk(
  context: StepContext,
  chunk: ResyncChunk,
  pairs: PhasePairs,
  sentSoFar: ReturnType<typeof sentBefore>,
): Promise<void> {
  const connector = senderOf(context, chunk);
  const equal = await keysToSend(context, chunk, pairs);
  if (equal.length === 0) return;
  const before = await sentSoFar(equal);
  await write(context, {
    part: chunk.part,
    instance: planOf(context).a.instance,
    left: without(chunk.keys, equal),
    request: resyncRequest(connector, { jql: keysJql(equal), fieldMappings: chunk.fieldMappings }),
    // Sent twice it does no harm, since it carries the current content. So a repair is: that its pairs sent something since could be
    // anybody's edit of another field. What repairs nothing is seen when every pair did.
    settled: async () => {
      if (!chunk.summaryOnly) return false;
      const now = await sentBy(context, connector, equal);
      return [...before].every(([key, sequence]) => (now.get(key) ?? 0) > sequence);
    },
  });
}

async function notHealthy(context: StepContext) {
  const { a } = planOf(context);
  const { key } = factOf(context, 'created');
  const { running, errors } = await readPresentCreated(context);
  if (running && errors === 0) return undefined;
  return {
    state: 'blocked' as const,
    code: running ? 'IssuesInError' : 'NewOneNotRunning',
    reason: running ? `${errors} issues of ${key} are in error.` : `${key} does not run.`,
    remedy: `Look at the Troubleshooting tab of ${key} on ${a.instance}, mend it, then send retry.`,
    items: [],
  };
}

const note = (plan: ResyncPlan, name: Direction): string =>
  [
    `${new Set(phasesOf(plan, name).flatMap(({ chunks }) => chunks.flatMap(({ keys }) => keys))).size} pairs`,
    ...(plan.repairs.length > 0 ? [`${plan.repairs.length} with changes since the copy, field by field`] : []),
    ...plan.notes,
  ].join('; ');
