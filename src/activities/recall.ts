/**
 * What a migration had learnt, read back from its ledger. A step names what it learnt in the intent, before it writes: whoever comes
 * after finds the same, and makes nothing a second time. Nothing is believed of whoever asks for a step: that could say anything.
 */
import { DONE_TO_NEW } from '../contract/order.ts';
import type { Facts, Plan, SynchronizationIdentity } from '../contract/steps.ts';
import { type Answers, type EarlyAnswer, keptEarly, withoutTexts } from '../contract/tasks.ts';
import { ARTIFACT_FACTS, VALUE_FACTS } from '../migration/facts.ts';
import { happenedAt, type State } from '../migration/state.ts';
import type { Artifacts, Store } from '../store/store.ts';
import type { StepContext } from './context.ts';
import type { PlanDocument } from './planDocument.ts';

/** With what is read where it lies. */
export async function factsIn({ artifacts }: Store, state: State): Promise<Facts> {
  const { facts, attested, spent, asked } = state;
  const { planArtifact, createdArtifact, residueArtifact } = facts;
  const [stoppedAt, startedAt] = [happenedAt(state.stopped), happenedAt(state.started)];
  return {
    ...facts,
    ...(planArtifact ? { plan: await readPlan(artifacts, planArtifact) } : {}),
    ...(createdArtifact ? { created: await artifacts.getJson<SynchronizationIdentity>(createdArtifact) } : {}),
    ...(residueArtifact ? { residue: await artifacts.getJson<string[]>(residueArtifact) } : {}),
    ...(stoppedAt ? { stoppedAt } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(attested.length > 0 ? { attested } : {}),
    ...(spent > 0 ? { spent } : {}),
    asked,
  };
}

/** The plan that people answered, once preflight is done. */
export const planIn = async ({ artifacts }: Store, { done, facts }: State): Promise<Plan | undefined> =>
  done.includes('preflight') && facts.planArtifact ? readPlan(artifacts, facts.planArtifact) : undefined;

async function readPlan(artifacts: Artifacts, artifact: string): Promise<Plan> {
  const { plan } = await artifacts.getJson<PlanDocument>(artifact);
  return { ...plan, artifact };
}

/** All answers that stand, and those to tasks that were not asked yet. */
export async function answersIn(
  { artifacts, ledger }: Store,
  migration: string,
  state: State,
): Promise<{ answers: Answers; early: Record<string, EarlyAnswer> }> {
  const read = new Map<string, Answers>();
  const given = async (digest: string) => {
    const known = read.get(digest) ?? withoutTexts(await artifacts.getJson<Answers>(digest));
    read.set(digest, known);
    return known;
  };
  const answers: Answers = {};
  for (const [question, digest] of Object.entries(state.answers)) {
    const answer = (await given(digest))[question];
    if (answer) answers[question] = answer;
  }
  const early: Record<string, EarlyAnswer> = {};
  const kept = Object.entries(state.early);
  const names = kept.length > 0 ? await ledger.texts(migration) : {};
  for (const [task, { answers: digest, actor }] of kept)
    early[task] = keptEarly(names[actor ?? ''] ?? '', await given(digest));
  return { answers, early };
}

/** The digests that this attempt learnt and no entry has yet; and always the synchronization to which something is done. */
export function newDigests({ facts, state, step }: StepContext): Record<string, string> {
  const { createdArtifact } = facts;
  const learnt = ARTIFACT_FACTS.flatMap((name) => {
    const digest = facts[name];
    return digest && digest !== state.facts[name] ? [[name, digest]] : [];
  });
  return {
    ...Object.fromEntries(learnt),
    ...(DONE_TO_NEW[step] && createdArtifact ? { createdArtifact } : {}),
  };
}

/** The counts, digests and times among what was learnt, as an entry says them. */
export const valuesOf = ({ stoppedAt, startedAt, ...facts }: Partial<Facts>): Record<string, number | string> => ({
  ...Object.fromEntries(
    VALUE_FACTS.flatMap((name) => {
      const value = facts[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ),
  ...(stoppedAt ? { stoppedAt } : {}),
  ...(startedAt ? { startedAt } : {}),
});

/** Whether no entry says this yet: whoever looks next would have to find it out again. */
export function isNews(learnt: Partial<Facts>, { facts, asked, stopped, started }: State): boolean {
  return (
    [...ARTIFACT_FACTS, ...VALUE_FACTS].some((name) => learnt[name] !== undefined && learnt[name] !== facts[name]) ||
    (learnt.stoppedAt ?? happenedAt(stopped)) !== happenedAt(stopped) ||
    (learnt.startedAt ?? happenedAt(started)) !== happenedAt(started) ||
    (learnt.asked ?? asked) !== asked
  );
}
