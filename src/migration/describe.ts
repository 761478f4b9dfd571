/** What everybody is shown of a migration, made of its state and of what its run waits for: one function, so that no two pages disagree. */
import { type MigrationState, type StepName, VERBS, type Verb } from '../contract/names.ts';
import type { StartInput } from '../contract/start.ts';
import {
  type Blocker,
  type GatePicture,
  hasApprovals,
  type MigrationPicture,
  type StepStatus,
} from '../contract/status.ts';
import type { Plan } from '../contract/steps.ts';
import type { HumanTask } from '../contract/tasks.ts';
import { type Direction, legalVerbs, type Situation } from '../contract/verbs.ts';
import { alarmOf } from '../contract/watch.ts';
import { happenedAt, type Standing } from './state.ts';

/** Where a run stands when nothing holds it up; paused and ended lie over it. */
export type Place = Exclude<Situation, 'paused' | 'ended' | 'goingBack'>;

/** What a run holds beside the state: what it waits for now, and in which words. */
export interface View {
  situation: Place;
  step: StepName;
  task?: HumanTask;
  blocker?: Blocker;
  waitingFor?: string;
  /** The approvals as they were judged last; until they are spent. */
  gate?: GatePicture;
  /** Why it is proved again. */
  why?: string;
  /** What a rollback leaves behind, a sentence each. */
  residue?: string[];
  final?: MigrationState;
  /** Since when a person is waited for, and how often somebody was reminded of it. */
  personSince?: string;
  reminders?: number;
}

/** A step is under way, and nothing else is open. */
export const underWay = (step: StepName): View => ({ situation: 'running', step });

/** What does not change while a run lasts. */
export interface Subject {
  migration: string;
  workflowId: string;
  start: StartInput;
  plan?: Plan | undefined;
}

const STATES_OF: Record<Place, MigrationState> = {
  running: 'Running',
  waiting: 'Running',
  waitingForPerson: 'WaitingForPerson',
  attention: 'NeedsAttention',
  gate: 'AwaitingApproval',
  deleting: 'Deleting',
  deletingByPerson: 'Deleting',
};

export function stateOf({ paused, back }: Standing, { final, situation, step }: View): MigrationState {
  if (final) return final;
  if (paused) return 'Paused';
  // A wait on the way back has its own name, everything else is rolling back.
  if (back) return situation === 'running' || situation === 'waiting' ? 'RollingBack' : STATES_OF[situation];
  return situation === 'running' && step === 'preflight' ? 'Planning' : STATES_OF[situation];
}

export function situationOf({ paused, back }: Standing, { final, situation }: View): Situation {
  if (final) return 'ended';
  if (paused) return 'paused';
  return back && situation === 'running' ? 'goingBack' : situation;
}

export const directionOf = ({ back }: Standing): Direction => (back ? 'back' : 'forward');

export function legalOf(state: Standing, view: View): Verb[] {
  const legal = legalVerbs(situationOf(state, view), directionOf(state), hasApprovals(view.gate));
  // Whoever approves now approves a world in which both run.
  return state.runsAgain && !view.final ? legal.filter((verb) => verb !== 'approve') : legal;
}

/** Seen by the watcher, whatever the run is doing. */
export function alarmNow(
  { runsAgain, started, facts }: Standing,
  { start }: Pick<Subject, 'start'>,
): Blocker | undefined {
  const { instance, synchronization } = start.original;
  const created = happenedAt(started) === undefined ? undefined : facts.createdKey;
  return runsAgain === undefined ? undefined : alarmOf(`${instance}/${synchronization}`, runsAgain, created);
}

/** In their order, with the one that is under way. */
export function stepsShown(state: Standing, view: View, plan: Plan | undefined): StepStatus[] {
  const { steps, back, since } = state;
  if (back || view.final) return withWhy(withApproval(steps, view), view);
  const at = steps.findIndex((status) => status.step === view.step && status.state !== 'done');
  const shown = steps.map((status, n): StepStatus => {
    if (n !== at) return status;
    const by = plan?.steps.find(({ step }) => step === status.step)?.by ?? status.by;
    const under = view.situation === 'running' ? 'running' : 'waiting';
    return { ...status, by: status.step === 'approval' ? 'person' : by, state: under, started: since };
  });
  return withWhy(withApproval(shown, view), view);
}

/** Approved: the decision is being confirmed, or is carried out. */
const withApproval = (steps: readonly StepStatus[], { step, gate, final }: View): StepStatus[] =>
  steps.map((status) => {
    const isGiven = status.state === 'done' || (step === 'deleteOriginal' && !final);
    if (status.step !== 'approval' || !gate || !isGiven) return status;
    return { ...status, by: 'person', state: 'done', note: `approved by ${gate.counting.join(', ')}` };
  });

const withWhy = (steps: readonly StepStatus[], { why: note }: View): StepStatus[] => {
  const first = steps.findIndex(({ step }) => step === 'verify');
  return steps.map((status, n) => (note === undefined || n < first || status.note ? status : { ...status, note }));
};

export function describe(state: Standing, view: View, subject: Subject): MigrationPicture {
  const { migration, workflowId, start, plan } = subject;
  const { original, requestedBy, reason, dryRun } = start;
  const { gate, final } = view;
  const isAtGate = view.situation === 'gate' && !state.back && !final;
  const isProved = state.steps.some(({ step, state: how }) => step === 'verify' && how === 'done');
  const blockers = [
    final ? undefined : alarmNow(state, subject),
    // Why nobody can open the gate under the policy of now.
    isAtGate ? gate?.obstacle : undefined,
    view.blocker,
  ];
  return {
    migration,
    workflowId,
    original: `${original.instance}/${original.synchronization}`,
    instances: instancesOf(start, plan),
    requestedBy,
    reason,
    ...(dryRun ? { dryRun } : {}),
    state: stateOf(state, view),
    step: view.step,
    steps: stepsShown(state, view, plan),
    tasks: view.task ? [view.task] : [],
    blockers: blockers.filter((blocker) => blocker !== undefined),
    decision: (isProved && state.facts.decision) || null,
    evidence: (isProved && state.facts.evidence) || null,
    created: state.facts.createdKey ?? null,
    legal: VERBS.filter((verb) => legalOf(state, view).includes(verb)),
    waitingFor: view.waitingFor ?? null,
    personSince: view.personSince ?? null,
    reminders: view.reminders ?? 0,
    ...(gate && !state.back && !final ? { gate } : {}),
    ...(state.back ? { rollback: { class: state.back.class, residue: view.residue ?? [] } } : {}),
  };
}

export function instancesOf({ original, new: { instance, projects } }: StartInput, plan: Plan | undefined): string[] {
  const named = Object.entries(projects)
    .flat()
    .map((project) => project.slice(0, project.lastIndexOf('/')));
  return [...new Set([original.instance, instance, ...named, ...(plan ? [plan.b.instance] : [])])];
}
