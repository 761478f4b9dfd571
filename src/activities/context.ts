/** What a step sees: the migration's record, both synchronizations' homes, people's answers, and the one way to write. */
import { Context } from '@temporalio/activity';
import type { Config } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { type StepName, undoName } from '../contract/names.ts';
import { tightened } from '../contract/policy.ts';
import type { StartInput } from '../contract/start.ts';
import type { CheckResult, Facts, Performer, Plan, PolicySnapshot, Side, StepInput } from '../contract/steps.ts';
import { type Answers, fileName, type HumanTask } from '../contract/tasks.ts';
import type { Instance } from '../jira/instance.ts';
import type { State } from '../migration/state.ts';
import type { Claim, Holder, Store } from '../store/store.ts';
import type { ActivityDeps } from './deps.ts';
import { KnownLedger } from './knownLedger.ts';
import { answersIn, factsIn } from './recall.ts';

export interface StepContext {
  deps: ActivityDeps;
  config: Config;
  store: Store;
  /** What was entered until now. Entries are made by `store.ledger`. */
  known: KnownLedger;
  step: StepName;
  input: StepInput;
  /** The fold of the ledger when this attempt began. */
  state: State;
  /** What that says, and what was learnt since. */
  facts: Facts;
  answers: Answers;
  claim: Claim;
  holder: Holder;
  start: StartInput;
  open(instance: string): Instance;
  /** What was measured of clocks in this attempt, by instance: entered with its result. */
  clocks: Map<string, string>;
}

/**
 * Fenced by the claim: the run must hold it, or nothing is done (`ClaimLost`). `sends`: it may write to an instance. Of these one is at
 * work at a time, and whoever was at it before, frozen or cut off, enters nothing from now on. What sends nothing runs beside them.
 */
export async function stepContext(
  deps: ActivityDeps,
  step: StepName,
  input: StepInput,
  { sends = true } = {},
): Promise<StepContext> {
  const { claim, holder: run } = await claimOfThisRun(deps, input.migration);
  const holder: Holder = sends ? { ...run, attempt: attemptNumber(Context.current().info) } : run;
  if (holder.attempt !== undefined) await deps.store.claims.begin({ ...holder, attempt: holder.attempt });
  // An attempt that died, or a run that is gone, has left in the ledger what it knew before it wrote anything. And nothing is done on
  // the word of whoever asks: who can put tasks on the queue could say anything.
  const created = () => context.facts.createdArtifact;
  const known = new KnownLedger(deps.store.ledger, input.migration, claim.recordedStart, created);
  const state = await known.state();
  const [facts, { answers }] = await Promise.all([
    factsIn(deps.store, state),
    answersIn(deps.store, input.migration, state),
  ]);
  const context: StepContext = {
    deps,
    config: deps.config,
    store: deps.store,
    known,
    step,
    input,
    state,
    facts,
    answers,
    claim,
    holder,
    start: claim.recordedStart,
    open: (name) => deps.instances.open(name),
    clocks: new Map(),
  };
  return context;
}

/** The order of the attempts of one run: activities are numbered as the workflow begins them, and attempts within each. */
export function attemptNumber({ activityId, attempt }: { activityId: string; attempt: number }): number {
  const activity = Number(activityId);
  if (!Number.isSafeInteger(activity))
    throw new MigratorError('Unexpected', `the activity id ${activityId} is no number.`);
  return activity * ATTEMPTS + Math.min(attempt, ATTEMPTS - 1);
}

/** More than one activity ever has: one a second for a year. */
const ATTEMPTS = 2 ** 25;

/** The claim, when this very run holds it; a reset run has another run id and ends here. */
export async function claimOfThisRun(deps: ActivityDeps, migration: string): Promise<{ claim: Claim; holder: Holder }> {
  const claim = await deps.store.claims.get(migration);
  const { runId } = Context.current().info.workflowExecution ?? { runId: '' };
  if (!claim || claim.runId !== runId || claim.closed) {
    throw new MigratorError('ClaimLost', `migration ${migration}, run ${runId}.`);
  }
  return { claim, holder: { migration, epoch: claim.epoch, runId } };
}

/** The operator's policy as this worker has it now, tightened by the start object. */
export const policyNow = ({ config, start }: StepContext): PolicySnapshot => tightened(config.policy, start.policy);

/** The plan of preflight; a step after it cannot run without one. */
export function planOf(context: StepContext): Plan {
  if (!context.facts.plan) throw new MigratorError('Unexpected', `${context.step} ran without a plan.`);
  return context.facts.plan;
}

/** A fact an earlier step must have left. */
export function factOf<K extends keyof Facts>(context: StepContext, name: K): NonNullable<Facts[K]> {
  const value = context.facts[name];
  if (value === undefined || value === null)
    throw new MigratorError('Unexpected', `${context.step} ran without ${name}.`);
  return value;
}

/** Who performs this step, or takes it back, as recorded in the plan; before there is a plan, nobody. */
export function plannedPerformer({ facts, step, input }: StepContext): Performer {
  const planned = facts.plan?.steps.find((entry) => entry.step === step);
  return (input.undoing ? planned?.undo?.by : planned?.by) ?? 'read';
}

export function performerOf(context: StepContext): Performer {
  planOf(context);
  return plannedPerformer(context);
}

/** Not done: ours to perform, or a person's, as the plan has it. */
export const toBeDone = (
  context: StepContext,
  missing: string[],
  task: () => HumanTask | Promise<HumanTask>,
  facts: Partial<Facts> = {},
): CheckResult =>
  performerOf(context) === 'rest'
    ? { state: 'notDone', missing, next: 'perform', facts }
    : { state: 'notDone', missing, next: 'person', task, facts };

/** What intents and outcomes name as their step: taking a step back is work of its own. */
export const workOf = ({ step, input }: StepContext): string => (input.undoing ? undoName(step) : step);

export const sideName = (side: Side): string => `${side.instance}/${side.project}`;

/** A task with a stable id, so that the same need is one task however often it is looked at. */
export function taskFor(
  context: StepContext,
  task: Omit<HumanTask, 'id' | 'step' | 'since' | 'seen' | 'files' | 'questions'> &
    Partial<Pick<HumanTask, 'files' | 'questions'>>,
): HumanTask {
  const { url } = context.config.artifacts;
  const files = (task.files ?? []).map(({ name, digest }) => ({
    name,
    digest,
    ...(url ? { link: `${url}/${digest}/${fileName(name)}` } : {}),
  }));
  const since = new Date().toISOString();
  return { id: context.step, step: context.step, questions: [], seen: [], since, ...task, files };
}

/** Who can act in Backbone on the project of a side: Backbone lets in those who administer the project. */
export const administratorOf = (side: Side): string =>
  `An administrator of project ${side.project} on ${side.instance}.`;
