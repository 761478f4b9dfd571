/** Step 4.2 of the guide: resync from A to B and afterwards from B to A, which recreates the sync info panel. */

import { resync as resyncRequest } from '../../backbone/requests.ts';
import { pairsOf } from '../../pairs/keys.ts';
import { factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import { backlogCarried } from '../drained.ts';
import { issuesOfPairs } from '../issues.ts';
import { readStatus } from '../reading.ts';
import { planResync, type ResyncChunk, type ResyncPlan } from '../resyncPlan.ts';
import type { Step } from '../step.ts';
import { write } from '../write.ts';
import { expectedData } from './pairIssues.ts';

type Direction = 'resyncAToB' | 'resyncBToA';

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
      const facts = { resync: context.facts.resync };
      const plan = await resyncPlan(context);
      const open = await openPhase(context, plan, name);
      if (open.length === 0) return { state: 'done', basis: 'read', facts, note: note(plan, name) };
      const missing = open.map((chunk) => `${chunk.part}: ${chunk.keys.length} pairs`);
      if (performerOf(context) === 'rest') return { state: 'notDone', missing, next: 'perform', facts };
      if (context.answers[name] === 'done') return { state: 'done', basis: 'attested', facts };
      return { state: 'notDone', missing, next: 'person', facts };
    },

    async perform(context) {
      for (const chunk of await openPhase(context, await resyncPlan(context), name)) await sendChunk(context, chunk);
    },

    async instruct(context, missing) {
      const { key } = factOf(context, 'created');
      const [from, to] = name === 'resyncAToB' ? ['A', 'B'] : ['B', 'A'];
      return taskFor(context, {
        title: `Resync ${key} from ${from} to ${to}`,
        why: 'The instance has no interface for us to resync (configuration: resync: person).',
        clicks: [
          `Open ${key} and trigger a resync from project ${from} to project ${to}. Select only the summary field.`,
          ...missing,
        ],
        questions: [{ id: name, text: 'Is the resync done?', choices: [{ value: 'done', label: 'Yes, it is done' }] }],
      });
    },
  };
}

const resyncPlan = (context: StepContext): Promise<ResyncPlan> =>
  context.store.artifacts.getJson<ResyncPlan>(factOf(context, 'resync'));

/** A phase is sent only when what the one before it sent has been carried: held pairs go to B after B's newer content came. */
const phasesOf = (plan: ResyncPlan, name: Direction): ResyncChunk[][] =>
  name === 'resyncAToB' ? [plan.aToB] : [plan.bToA, plan.held];

/**
 * What is still to be sent of the first phase that is not through. A resync has no job id: whether it was sent is what the
 * ledger says of its intent.
 */
async function openPhase(context: StepContext, plan: ResyncPlan, name: Direction): Promise<ResyncChunk[]> {
  const entries = await context.store.ledger.read(context.holder.migration);
  const sent = new Set(
    entries
      .filter((entry) => entry.kind === 'outcome' && ['answered', 'present'].includes(String(entry.subject.outcome)))
      .map((entry) => entry.subject.part),
  );
  const open = phasesOf(plan, name).map((chunks) => chunks.filter((chunk) => !sent.has(chunk.part)));
  return open.find((chunks) => chunks.length > 0) ?? [];
}

async function sendChunk(context: StepContext, chunk: ResyncChunk): Promise<void> {
  const { a } = planOf(context);
  const created = factOf(context, 'created');
  const { backbone } = context.open(a.instance);
  const fromA = chunk.part.startsWith('A');
  const connector = fromA ? created.firstConnector : created.secondConnector;
  const equal = await withoutFreshEdits(context, chunk);
  if (equal.length === 0) return;
  const keys = new Set(equal);
  const outgoing = async () =>
    new Map(
      (await backbone.syncInformation(connector))
        .filter((entry) => keys.has(entry.localIssueKey))
        .map((entry) => [entry.localIssueKey, entry.outgoingMessageSequenceId ?? 0]),
    );
  const before = await outgoing();
  await write(context, {
    part: chunk.part,
    instance: a.instance,
    request: resyncRequest(connector, {
      jql: `key in (${equal.join(', ')})`,
      fieldMappings: chunk.fieldMappings,
    }),
    // Seen when every pair sent something since; sent twice it does no harm, since it carries the current content.
    settled: async () => {
      const now = await outgoing();
      return [...before].every(([key, sequence]) => (now.get(key) ?? 0) > sequence);
    },
  });
}

/**
 * A pair whose summaries have begun to differ since the plan is being worked on: that change carries itself, and a resync of
 * the other side could overwrite it. Only whole-summary chunks are thinned out; repairs were decided by who changed last.
 */
async function withoutFreshEdits(context: StepContext, chunk: ResyncChunk): Promise<string[]> {
  const { heldPairs } = await resyncPlan(context);
  const decided = new Set(heldPairs.flatMap((pair) => [pair.first, pair.second]));
  const chunkKeys = new Set(chunk.keys);
  const pairs = pairsOf(await expectedData(context)).filter(
    (pair) => chunkKeys.has(pair.first) || chunkKeys.has(pair.second),
  );
  const { onA, onB } = await issuesOfPairs(context, pairs);
  const fresh = new Set(
    pairs
      .filter((pair) => !decided.has(pair.first) && onA.get(pair.first)?.summary !== onB.get(pair.second)?.summary)
      .flatMap((pair) => [pair.first, pair.second]),
  );
  return chunk.keys.filter((key) => !fresh.has(key));
}

async function notHealthy(context: StepContext) {
  const { a } = planOf(context);
  const { key } = factOf(context, 'created');
  const status = await readStatus(context.open(a.instance), key);
  if (status?.running && status.errors === 0) return undefined;
  return {
    state: 'blocked' as const,
    code: status?.running ? 'IssuesInError' : 'NewOneNotRunning',
    reason: status?.running ? `${status.errors} issues of ${key} are in error.` : `${key} does not run.`,
    remedy: `Look at the Troubleshooting tab of ${key} on ${a.instance}, mend it, then send retry.`,
    items: [],
  };
}

const note = (plan: ResyncPlan, name: Direction): string =>
  [
    `${phasesOf(plan, name)
      .flat()
      .reduce((sum, chunk) => sum + chunk.keys.length, 0)} pairs`,
    ...(plan.repairs.length > 0 ? [`${plan.repairs.length} with changes since the copy, field by field`] : []),
    ...plan.notes,
  ].join('; ');
