/**
 * What a migration had learnt, read back from its ledger. The workflow's memory ends with its run; the entries stay. So a step
 * names what it learnt in the intent, before it writes: whoever comes after finds the same, and makes nothing a second time.
 */
import { ARTIFACT_FACTS, factsWithout, TIME_FACTS, VALUE_FACTS, withBasis, withFacts } from '../contract/facts.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { STEP_NAMES, type StepName } from '../contract/names.ts';
import { DONE_TO_NEW } from '../contract/order.ts';
import type { Facts, Plan, SynchronizationIdentity } from '../contract/steps.ts';
import type { Store } from '../store/store.ts';
import type { StepContext } from './context.ts';
import { createdOf } from './knownLedger.ts';
import type { PlanDocument } from './planDocument.ts';

/** The digests that this attempt learnt and no entry has yet; and always the synchronization to which something is done. */
export function newDigests({ facts, recalled, step }: StepContext): Record<string, string> {
  const { createdArtifact } = facts;
  const learnt = ARTIFACT_FACTS.flatMap((name) => {
    const digest = facts[name];
    return digest && digest !== recalled[name] ? [[name, digest]] : [];
  });
  return {
    ...Object.fromEntries(learnt),
    ...(DONE_TO_NEW[step] && createdArtifact ? { createdArtifact } : {}),
  };
}

/** The counts, digests and times among what was learnt, as an entry says them. */
export const valuesOf = (facts: Partial<Facts>): Record<string, number | string> =>
  Object.fromEntries(
    [...VALUE_FACTS, ...TIME_FACTS].flatMap((name) => {
      const value = facts[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Whether no entry says this yet: whoever looks next would have to find it out again. */
export function isNews(facts: Partial<Facts>, entries: readonly LedgerEntry[]): boolean {
  const entered = factsOf(entries);
  return [...ARTIFACT_FACTS, ...VALUE_FACTS, ...TIME_FACTS].some(
    (name) => facts[name] !== undefined && facts[name] !== entered[name],
  );
}

/**
 * Facts as they were entered last; times as far as entries tell them. What is an artifact of its own (plan, new synchronization) is
 * read by `withArtifacts`.
 */
export function factsOf(entries: readonly LedgerEntry[]): Facts {
  let facts: Facts = {};
  for (const entry of entries) {
    const { kind, subject, digests } = entry;
    // Forward again after going back: what was made for the first time round holds no more.
    if (kind === 'state' && subject.rollback !== undefined) facts = factsWithout(facts, 'forwardAgain');
    // An entry about the gate has the decision as the policy of that moment makes it.
    if (kind !== 'step' && kind !== 'intent' && !digests.proved) continue;
    const entered: Partial<Facts> = {};
    for (const name of ARTIFACT_FACTS) if (digests[name]) entered[name] = digests[name];
    for (const name of VALUE_FACTS) if (subject[name] !== undefined) Object.assign(entered, { [name]: subject[name] });
    facts = withFacts(facts, entered);
    const step = isDone(entry) && STEP_NAMES.find((name) => name === subject.step);
    if (step) facts = withBasis(facts, step, subject.basis);
  }
  const here = concerning(entries, facts);
  const stoppedAt = happenedAt(here, 'stopOriginal', 'stoppedAt');
  const startedAt = happenedAt(here, 'startSynchronization', 'startedAt');
  const spent = spentApprovals(entries);
  return {
    ...facts,
    ...(stoppedAt ? { stoppedAt } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(spent > 0 ? { spent } : {}),
  };
}

/** What was done to this new synchronization, or to none. */
export const concerning = (
  entries: readonly LedgerEntry[],
  { createdArtifact }: Pick<Facts, 'createdArtifact'>,
): readonly LedgerEntry[] => entries.filter((entry) => [undefined, createdArtifact].includes(createdOf(entry)));

/** The facts that are artifacts of their own, read where they lie. */
export async function withArtifacts(store: Store, facts: Facts): Promise<Facts> {
  const { planArtifact, createdArtifact } = facts;
  return {
    ...facts,
    ...(planArtifact ? { plan: await readPlan(store, planArtifact) } : {}),
    ...(createdArtifact ? { created: await store.artifacts.getJson<SynchronizationIdentity>(createdArtifact) } : {}),
  };
}

async function readPlan(store: Store, artifact: string): Promise<Plan> {
  const { plan } = await store.artifacts.getJson<PlanDocument>(artifact);
  return { ...plan, artifact };
}

/**
 * When a step took effect. Where nobody saw its end, not before it was sent or asked for: a moment earlier it was read as not done. Of
 * what a person was asked for by a run that is gone nobody saw when it was done. Too early makes the repair of what people changed
 * since look further back; too late would lose changes.
 */
function happenedAt(
  entries: readonly LedgerEntry[],
  step: StepName,
  name: (typeof TIME_FACTS)[number],
): string | undefined {
  const own = entries.filter(
    ({ kind, subject }) => ['step', 'intent'].includes(kind) && subject.step === step && !subject.undo,
  );
  const read = own.find(({ subject }) => typeof subject[name] === 'string')?.subject[name];
  if (typeof read === 'string') return read;
  const takenOver = entries.findLast(isTakeover)?.n ?? 0;
  const begun = own.find(({ kind, subject, n }) => kind === 'intent' || (n < takenOver && subject.result === 'task'));
  return (own.find(isDone) ?? begun)?.at;
}

const isTakeover = ({ kind, subject }: LedgerEntry): boolean => kind === 'verb' && subject.verb === 'takeover';

export const isDone = ({ kind, subject }: LedgerEntry): boolean =>
  kind === 'step' && subject.result === 'done' && !subject.undo;

/** Approvals are spent by an attempt that left the original where it was, and by a takeover: they were given to another run. */
function spentApprovals(entries: readonly LedgerEntry[]): number {
  let [spent, granted] = [0, false];
  for (const { kind, subject } of entries) {
    if (kind === 'grant') granted = true;
    const over = subject.grantsSpent === true || (granted && subject.verb === 'takeover' && kind === 'verb');
    if (!over) continue;
    spent++;
    granted = false;
  }
  return spent;
}
