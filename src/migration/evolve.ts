/** The only place where the state of a migration changes: one entry after the other, the same for whoever folds them. */
import type { StepName } from '../contract/names.ts';
import { DONE_TO_NEW, UNDO_ORDER } from '../contract/order.ts';
import { WAY_BACK_QUESTIONS } from '../contract/rollback.ts';
import type { StepStatus } from '../contract/status.ts';
import type { Entry, Of } from './entries.ts';
import { ARTIFACT_FACTS, factsWithout, VALUE_FACTS } from './facts.ts';
import type { Happened, Recorded, State } from './state.ts';
import { atStep, openedAgain, openFrom, untouched, withIntent, withResult } from './steps.ts';

export const fold = (state: State, entries: readonly Entry[]): State => entries.reduce(evolve, state);

/** With one more entry. One that is in it already changes nothing. */
export function evolve(state: State, entry: Entry): State {
  if (entry.n <= state.n) return state;
  return said({ ...state, n: entry.n }, entry);
}

function said(state: State, entry: Entry): State {
  switch (entry.kind) {
    case 'opened':
      return { ...state, epoch: entry.subject.epoch, since: entry.at };
    case 'step':
      return withResult(learnt(state, entry), entry);
    case 'intent':
      return withIntent(learnt(state, entry), entry);
    case 'state':
      return withState(aboutGate(state, entry), entry);
    case 'verb':
      return withVerb(aboutGate(state, entry), entry);
    case 'refused':
      return withRefusal(aboutGate(state, entry), entry);
    case 'grant': {
      const { n, actor, grade, subject, digests } = entry;
      const { decision = '', proved = '' } = digests;
      const grant = { n, actor, grade, decision, proved, required: subject.required };
      return { ...aboutGate(state, entry), grants: [...ofOthers(state, actor), grant], granted: true };
    }
    case 'outcome':
      return state;
    case 'closed':
      return { ...state, closed: entry.subject.state };
  }
}

/** One of each person; an erased name is nobody's. */
const ofOthers = ({ grants }: State, actor: string | null) =>
  grants.filter((grant) => actor === null || grant.actor !== actor);

/** An entry about the gate has the decision as the policy of that moment makes it. */
const aboutGate = (state: State, entry: Entry): State => (entry.digests.proved ? learnt(state, entry) : state);

function learnt(state: State, { digests, subject }: Entry): State {
  const facts: Recorded = {};
  for (const name of ARTIFACT_FACTS) if (digests[name] !== undefined) facts[name] = digests[name];
  for (const name of VALUE_FACTS) {
    const value: unknown = Reflect.get(subject, name);
    if (value !== undefined) Object.assign(facts, { [name]: value });
  }
  const here = isAnother(state.facts, facts) ? withAnother(state) : state;
  return { ...here, facts: { ...here.facts, ...facts } };
}

/** Whether what is known was read of another new synchronization than this one. */
export const isAnother = ({ createdArtifact }: Recorded, learned: Recorded): boolean =>
  createdArtifact !== undefined && learned.createdArtifact !== undefined && learned.createdArtifact !== createdArtifact;

/** In the place of the new one: nothing is done to it yet, and no page says so. */
const withAnother = (state: State): State => ({
  ...state,
  facts: factsWithout(state.facts, ['new', 'round']),
  steps: state.steps.map((status) => (DONE_TO_NEW[status.step] ? untouched(status) : status)),
  done: state.done.filter((step) => !DONE_TO_NEW[step]),
  started: {},
  attested: [],
});

function withState(state: State, { at, subject, digests }: Of<'state'>): State {
  if ('rollback' in subject) return forwardAgain(state, subject.rollback, subject.grantsSpent === true);
  if ('grantsSpent' in subject) return openedAgain(spent(state));
  if ('again' in subject) return openedAgain(state, subject.again);
  if ('confirmed' in subject) {
    const confirmed = { at, decision: digests.decision ?? '' };
    return { ...state, confirmed, since: at, steps: atStep(state, 'approval', { state: 'done', by: 'person' }) };
  }
  if ('counting' in subject) return atGate(state);
  if ('runs' in subject) return withAlarm(state, subject.runs ? (subject.since ?? at) : undefined);
  if (!('state' in subject) || subject.state !== 'Deleting' || 'reminder' in subject) return state;
  const here = { ...state, last: { ...state.last, delete: state.n } };
  return 'task' in subject && subject.task === 'deleteOriginal' ? { ...here, deleteAsked: { n: state.n } } : here;
}

/** Since when the original was seen to run; `undefined`: it is stopped. */
export function withAlarm({ runsAgain: _, ...state }: State, since: string | undefined): State {
  return since === undefined ? state : { ...state, runsAgain: since };
}

/** What was approved was approved for one attempt, and what follows the proof is asked anew. */
function spent(state: State): State {
  const { deleteAsked, confirmed: _, ...rest } = state;
  // Whoever was asked and was not told may still delete it.
  const still = deleteAsked && !deleteAsked.told ? { deleteAsked } : {};
  return { ...rest, ...still, grants: [], granted: false, spent: state.spent + 1 };
}

/** It is asked for approvals, whoever had given them before. */
const atGate = (state: State): State => ({ ...state, steps: openFrom(state, 'approval') });

function forwardAgain(state: State, choice: string, spends: boolean): State {
  const { back: _, runsAgain: __, ...here } = spends ? spent(state) : state;
  const answers = { ...here.answers };
  for (const question of WAY_BACK_QUESTIONS) delete answers[question];
  return {
    ...here,
    answers,
    keepBoth: choice === 'keepNew',
    generation: here.generation + 1,
    facts: factsWithout(here.facts, ['round']),
    attested: [],
    grants: [],
    undone: [],
    // What a person kept was not undone.
    steps: openFrom(here, 'startSynchronization').map((status) =>
      status.state === 'undone' ? { ...status, state: 'done' as const } : status,
    ),
    last: { ...here.last, turn: here.n },
  };
}

function withVerb(state: State, entry: Of<'verb'>): State {
  const { subject, actor, digests } = entry;
  switch (subject.verb) {
    case 'takeover':
      return takenOver(state);
    case 'answer': {
      const { task, questions } = subject;
      const { [task]: _, ...early } = state.early;
      if (!digests.answers) return { ...state, early };
      if (subject.early) return { ...state, early: { ...state.early, [task]: { answers: digests.answers, actor } } };
      const given = Object.fromEntries(questions.map((id) => [id, digests.answers ?? '']));
      const before = Object.fromEntries(questions.map((id) => [id, state.answers[id] ?? null]));
      return { ...state, early, answers: { ...state.answers, ...given }, before: { ...state.before, [task]: before } };
    }
    case 'retry': {
      const { doubtful, ...here } = { ...state, generation: state.generation + 1 };
      return doubtful ? doubted(here, doubtful) : here;
    }
    case 'pause':
      return { ...state, paused: true };
    case 'resume':
      return { ...state, paused: false };
    case 'withdraw': {
      const { n, grade } = entry;
      const withdrawal = { n, actor, grade, withdrawn: true as const, decision: '', proved: '', required: 0 };
      return { ...atGate(state), grants: [...ofOthers(state, actor), withdrawal] };
    }
    case 'reject':
      return subject.class ? turnedBack(state, subject, false) : { ...state, keepBoth: true };
    case 'rollback':
      return turnedBack(state, subject, false);
    case 'cancel':
      if (subject.class) return turnedBack(state, subject, true);
      return state.back ? { ...state, back: { ...state.back, cancelled: true } } : state;
  }
}

/** The step alone: what was done after it holds where it turns out to be done as it was. On the way back it ran since. */
function doubted({ back, ...state }: State, step: StepName): State {
  const order: readonly StepName[] = UNDO_ORDER;
  const undone = state.undone.filter((name) => order.indexOf(name) < order.indexOf(step));
  if (back) return { ...state, back: { ...back, class: 'R2' }, undone };
  const at = state.steps.findIndex((status) => status.step === step);
  return { ...state, steps: state.steps.map((status, n) => (n === at ? { ...status, state: 'open' } : status)) };
}

/** On the way back the original is meant to run, and turning back ends a pause. */
function turnedBack(
  { runsAgain: _, ...state }: State,
  { class: kind, step }: { class?: 'R1' | 'R2' | 'R3'; step?: StepName },
  cancelled: boolean,
): State {
  return {
    ...state,
    // What was under way may have taken effect, however it ended.
    steps: state.steps.map((status) =>
      status.step === step && status.state === 'open' ? { ...status, state: 'waiting' } : status,
    ),
    // A request to cancel is not undone by another way of saying it.
    back: { class: kind ?? 'R2', cancelled: cancelled || (state.back?.cancelled ?? false) },
    paused: false,
    keepBoth: false,
    undone: [],
    last: { ...state.last, turn: state.n },
  };
}

function withRefusal(state: State, { subject }: Of<'refused'>): State {
  if ('contradicted' in subject) {
    const answers = { ...state.answers };
    for (const id of subject.questions) {
      const before = state.before[subject.task]?.[id];
      if (typeof before === 'string') answers[id] = before;
      else delete answers[id];
    }
    return { ...state, answers };
  }
  // An answer that was kept for its task, and is not legal for it.
  if (!('early' in subject) || !subject.early || !subject.task) return state;
  const { [subject.task]: _, ...early } = state.early;
  return { ...state, early };
}

/** Preparing ends with the start: after it, people's work changes what these steps read. */
const PREPARING: readonly StepName[] = [
  'exportConfiguration',
  'downloadSyncedIssueData',
  'importConfiguration',
  'correctConfiguration',
  'pairIssues',
];

/**
 * Steps are looked at again: their checks find what is done. Not the plan, which people answered, and of a world in between would be
 * another one; and what was prepared once it runs. Approvals were given to another run.
 */
function takenOver(state: State): State {
  const isKept = (step: StepName) =>
    state.done.includes(step) &&
    (step === 'preflight' || (PREPARING.includes(step) && state.done.includes('startSynchronization')));
  const steps = state.steps.map((status): StepStatus => {
    if (isKept(status.step)) return { ...status, state: 'done' };
    // It is there, and not looked at yet: a rollback from here is one of a new one that may have run.
    const isThere = status.step === 'createSynchronization' && state.facts.createdArtifact !== undefined;
    return isThere ? { ...untouched(status), state: 'waiting' } : untouched(status);
  });
  const asked = ({ begun, ...known }: Happened): Happened => {
    const first = [begun, known.asked].filter((at) => at !== undefined).toSorted()[0];
    return { ...known, ...(first ? { begun: first } : {}) };
  };
  const { doubtful: _, ...rest } = state;
  return {
    ...rest,
    steps,
    asked: '',
    stopped: asked(state.stopped),
    started: asked(state.started),
    grants: [],
    granted: false,
    spent: state.spent + (state.granted ? 1 : 0),
  };
}
