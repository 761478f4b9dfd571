/** The state of a migration: the fold of its ledger. Small, since it travels; what is large is an artifact that it names. */
import type { Grade } from '../contract/ledger.ts';
import type { MigrationState, StepName } from '../contract/names.ts';
import { STEP_ORDERS } from '../contract/order.ts';
import type { RollbackClass } from '../contract/rollback.ts';
import type { StepOrder } from '../contract/start.ts';
import type { StepStatus } from '../contract/status.ts';

/** What entries say, as they said it last. Digests are addresses of artifacts. Each has a row in `facts.ts`. */
export interface Recorded {
  planArtifact?: string;
  configuration?: string;
  issueData?: string;
  translated?: string;
  /** What the new one was read to hold after the import: what differs from it was changed since. */
  imported?: string;
  /** The references as correctConfiguration translated them again. Absent: the plan's hold. */
  corrections?: string;
  translatedData?: string;
  /** Classes of pairs, what was left out and why. */
  pairing?: string;
  /** Pairs and comments that a person has to decide about before pairing, and what was decided. */
  pairingState?: string;
  /** The issue data that `translatedData` was made of. */
  pairedFrom?: string;
  /** Pre-image of the compared fields of both sides, stored before start. */
  preImage?: string;
  /** Which keys are resynced with which field mappings in which direction, and the sequence ids before. */
  resync?: string;
  /** The phase of it that a person was asked for last, with the sequence ids of that moment. */
  resyncAsked?: string;
  /** Keys on new A of pairs whose last messages had not arrived when the original was stopped. Absent: none. */
  undelivered?: string;
  pairs?: number;
  dropped?: number;
  /** The identity of the new synchronization. Entries name it, where they say what was done to it. */
  createdArtifact?: string;
  createdKey?: string;
  forecastAtStart?: string;
  /** What is sent to a partner whose Jira cannot be read. */
  packet?: string;
  evidence?: string;
  decision?: string;
  /** What people did under the new synchronization, found by a rollback. Absent: nothing. */
  delta?: string;
  /** Digest of what the new one held when its start was taken back. Another one means that it ran since. */
  atRest?: string;
  /** What a rollback leaves behind, a sentence each. */
  residueArtifact?: string;
}

/** When a step took effect, as far as entries tell. */
export interface Happened {
  read?: string;
  done?: string;
  begun?: string;
  /** A person was asked for it. Nobody sees when they do it once the run is gone. */
  asked?: string;
}

/** An approval, or that somebody took theirs back. People are salted hashes here. */
export interface GrantEntry {
  n: number;
  actor: string | null;
  grade: Grade;
  withdrawn?: true;
  decision: string;
  proved: string;
  required: number;
}

export interface State {
  /** The number of the last entry in it. */
  n: number;
  epoch: number;
  closed?: MigrationState;
  facts: Recorded;
  steps: StepStatus[];
  /** Since when the step is under way that comes next: the end of the one before. */
  since: string;
  /** Ever done, to this new synchronization or to none. */
  done: StepName[];
  stopped: Happened;
  started: Happened;
  /** Steps that rest on somebody's word. */
  attested: StepName[];
  /** Which need of its step a person is asked for; empty: none. */
  asked: string;
  /** An intent was committed: something may have been written. */
  wrote: boolean;
  /** The earlier step that does not hold any more, while somebody is told so. */
  doubtful?: StepName;
  /** By question the artifact in which it is answered. */
  answers: Record<string, string>;
  /** What stood before, by task, until the next check agrees. */
  before: Record<string, Record<string, string | null>>;
  /** Answers to tasks that were not asked yet. */
  early: Record<string, { answers: string; actor: string | null }>;
  /** Raised by `retry`: a refused write may be sent again. */
  generation: number;
  paused: boolean;
  /** Both are to be kept. */
  keepBoth: boolean;
  /** On the way back: what it means, whether it closes as cancelled, and what was taken back. */
  back?: { class: RollbackClass; cancelled: boolean };
  /** Taken back since it turned last. */
  undone: StepName[];
  /** Since when the original runs although it must not. */
  runsAgain?: string;
  grants: GrantEntry[];
  /** Somebody has approved since approvals were spent last. */
  granted: boolean;
  /** How often approvals were spent without the original being gone: each send needs approvals of its own. */
  spent: number;
  /** The delete is confirmed for this decision; it may be sent once, and soon. */
  confirmed?: { at: string; decision: string; sent?: true };
  /** A person was asked to delete the original by this entry, and may do so; `told`: they know that it stays. */
  deleteAsked?: { n: number; told?: true };
  /** Numbers of the entries by which it turned, the delete was sent or asked for, and the new one began to be taken away. 0: none. */
  last: { turn: number; delete: number; undo: number };
}

/** What the workflow holds of it. The rest is for activities, which fold it themselves: sent along each time, it would fill the history. */
const HELD = [
  ...(['n', 'epoch', 'steps', 'since', 'done', 'started', 'wrote', 'paused', 'keepBoth', 'back'] as const),
  ...(['runsAgain', 'deleteAsked', 'last'] as const),
] as const;

export type Standing = Pick<State, (typeof HELD)[number]> & {
  facts: Pick<Recorded, 'createdKey' | 'decision' | 'evidence' | 'delta'>;
};

export function standingOf(state: State): Standing {
  const { createdKey, decision, evidence, delta } = state.facts;
  const held = Object.fromEntries(HELD.map((name) => [name, state[name]])) as Pick<State, (typeof HELD)[number]>;
  return { ...held, facts: { createdKey, decision, evidence, delta } };
}

/** Before the first entry. */
export const initialState = ({ order }: { order?: StepOrder }): State => ({
  n: 0,
  epoch: 0,
  facts: {},
  steps: STEP_ORDERS[order ?? 'guide'].map((step) => ({ step, by: 'read', state: 'open' })),
  since: '',
  done: [],
  stopped: {},
  started: {},
  attested: [],
  asked: '',
  wrote: false,
  answers: {},
  before: {},
  early: {},
  generation: 0,
  paused: false,
  keepBoth: false,
  undone: [],
  grants: [],
  granted: false,
  spent: 0,
  last: { turn: 0, delete: 0, undo: 0 },
});

/**
 * When a step took effect. Where nobody saw its end, not before it was sent or asked for: a moment earlier it was read as not done. Too
 * early makes the repair of what people changed since look further back; too late would lose changes.
 */
export const happenedAt = ({ read, done, begun }: Happened): string | undefined => read ?? done ?? begun;

/** The delete may have been sent, or a person asked for it: whether it took effect is read before anything else. */
export const mayBeDeleted = ({ back, last }: Pick<State, 'back' | 'last'>): boolean =>
  back ? last.delete > 0 && last.undo <= last.turn : last.delete > last.turn;

/** By which entry a person was asked to delete the original who does not know yet that it stays. */
export const deleteAskedBy = ({ deleteAsked }: Pick<State, 'deleteAsked'>): number | undefined =>
  deleteAsked && !deleteAsked.told ? deleteAsked.n : undefined;

/** What holds the delete up, whatever its caller says. */
export function heldUp({ back, keepBoth, paused }: Pick<State, 'back' | 'keepBoth' | 'paused'>): string | undefined {
  if (back) return 'it is going back to the original.';
  if (keepBoth) return 'the delete was rejected.';
  return paused ? 'the migration is paused.' : undefined;
}
