/** What entries about steps change: how far each is, when it took effect, and on whose word that rests. */
import { type StepName, undoName } from '../contract/names.ts';
import type { StepStatus } from '../contract/status.ts';
import type { Entry, Of } from './entries.ts';
import type { Happened, State } from './state.ts';

export const untouched = ({ step, by }: StepStatus): StepStatus => ({ step, by, state: 'open' });

export function withResult(state: State, entry: Of<'step'>): State {
  const { at, subject } = entry;
  if (subject.result === 'gone') return state;
  const { step, result, asks } = subject;
  const asked = result === 'task' ? (asks ?? '') : '';
  const { doubtful: _, ...here } = state;
  const now: State = { ...here, asked, ...(result === 'blocked' && subject.from ? { doubtful: subject.from } : {}) };
  if (subject.undo) return withUndo(now, subject);
  if (step === 'deleteOriginal' && result === 'done') return withDeleted(now, entry, subject);
  const told: State = { ...now, ...happens(now, step, (known) => withTimes(known, at, subject)) };
  if (result !== 'done') return { ...told, steps: atStep(told, step, { state: 'waiting' }) };
  const others = state.attested.filter((name) => name !== step);
  return {
    ...told,
    since: at,
    steps: atStep(told, step, doneBy(told, at, subject)),
    done: [...new Set([...state.done, step])],
    attested: subject.basis === 'attested' ? [...others, step] : others,
  };
}

/**
 * The original is gone, so there is nothing to go back to. What was deleted for a decision had everything done before, however much of it
 * a run that took over has not looked at again. Where nothing runs, that is proved again.
 */
function withDeleted({ back, ...state }: State, { at, digests }: Entry, result: Result): State {
  const turned = back ? { generation: state.generation + 1, last: { ...state.last, turn: state.n } } : {};
  const isAll = digests.decision !== undefined;
  const steps = isAll ? state.steps.map((status) => ({ ...status, state: 'done' as const })) : state.steps;
  const here = { ...state, ...turned, steps };
  if (result.nothingRuns) return openedAgain(here);
  return { ...here, since: at, steps: atStep(here, 'deleteOriginal', doneBy(here, at, result)) };
}

const doneBy = ({ since }: State, at: string, { by = 'person', basis = 'read', note }: Partial<Result>) => ({
  ...{ state: 'done' as const, by, basis },
  ...(since === '' ? {} : { ms: Date.parse(at) - Date.parse(since) }),
  ...(note ? { note } : {}),
});

type Result = Extract<Of<'step'>['subject'], { asks?: unknown }>;

/** That nothing is left outside of a step; or that it is waited for. */
function withUndo(state: State, { step, result, basis }: Result): State {
  const takenAway = step !== 'deleteOriginal' && (result === 'done' || result === 'task');
  const here = takenAway ? { ...state, last: { ...state.last, undo: state.n } } : state;
  if (result !== 'done') return here;
  const undone = [...new Set([...here.undone, step])];
  if (step === 'deleteOriginal') {
    // Not where it was read as gone: nobody was told then.
    const told = here.deleteAsked && basis === 'attested' ? { ...here.deleteAsked, told: true as const } : undefined;
    return { ...here, undone, ...(told ? { deleteAsked: told } : {}) };
  }
  const steps = here.steps.map((status) =>
    status.step === step && status.state !== 'open' ? { ...status, state: 'undone' as const } : status,
  );
  // Read, no longer inferred from how far the steps were.
  const back = here.back && { ...here.back, class: here.facts.delta ? ('R2' as const) : ('R1' as const) };
  return { ...here, undone, steps, ...(back ? { back } : {}) };
}

/** A step that stands twice in the order is met at its first time that is not done. What follows a proof that is made again is open. */
export function atStep({ steps }: State, step: StepName, change: Partial<StepStatus>): StepStatus[] {
  const open = steps.findIndex((status) => status.step === step && status.state !== 'done');
  const at = open >= 0 ? open : steps.findLastIndex((status) => status.step === step);
  return steps.map((status, n) => {
    if (n === at) return { ...status, ...change };
    return step === 'verify' && n > at && change.state !== 'done' ? untouched(status) : status;
  });
}

export const openFrom = ({ steps }: State, step: StepName): StepStatus[] => {
  const first = steps.findIndex((status) => status.step === step);
  return steps.map((status, n) => (n < first ? status : untouched(status)));
};

function happens(state: State, step: string, change: (known: Happened) => Happened): Partial<State> {
  if (step === 'stopOriginal') return { stopped: change(state.stopped) };
  return step === 'startSynchronization' ? { started: change(state.started) } : {};
}

function withTimes(known: Happened, at: string, { result, stoppedAt, startedAt }: Result): Happened {
  const read = known.read ?? stoppedAt ?? startedAt;
  const now: Happened = { ...known, ...(read ? { read } : {}) };
  if (result === 'done') now.done ??= at;
  if (result === 'task') now.asked ??= at;
  return now;
}

export function withIntent(state: State, { at, subject }: Of<'intent'>): State {
  const { step } = subject;
  const here = { ...state, wrote: true, ...happens(state, step, (known) => ({ ...known, begun: known.begun ?? at })) };
  if (step === undoName('startSynchronization')) return { ...here, last: { ...here.last, undo: state.n } };
  if (step !== 'deleteOriginal') return here;
  const confirmed = here.confirmed && { ...here.confirmed, sent: true as const };
  return { ...here, last: { ...here.last, delete: state.n }, ...(confirmed ? { confirmed } : {}) };
}

/** What is proved anew has no decision yet. */
export function openedAgain(state: State, from: StepName = 'verify'): State {
  const { decision: _, evidence: __, ...facts } = state.facts;
  return { ...state, facts, steps: openFrom(state, from) };
}
