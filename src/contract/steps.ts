/** What step activities take and return: small things only (ids, digests, counts). Everything else is an artifact. */

import type { View } from '../migration/describe.ts';
import type { Draft } from '../migration/entries.ts';
import type { Recorded, Standing } from '../migration/state.ts';
import type { Grade } from './ledger.ts';
import type { Approve, PlainVerb } from './messages.ts';
import type { MigrationState, StepName } from './names.ts';
import type { StartInput } from './start.ts';
import type { GatePicture } from './status.ts';
import type { Answers, EarlyAnswer, HumanTask } from './tasks.ts';

/** Who performs a step: our REST call, a person, or nobody because it only reads or decides. */
export type Performer = 'rest' | 'person' | 'read';

/** How a postcondition is known: read from the instance, or attested by a person where nothing can be read. */
export type Basis = 'read' | 'attested';

export interface PlannedStep {
  step: StepName;
  by: Performer;
  /** The task queue its activity runs on, without prefix. */
  queue: string;
  /** One sentence for people: what will be written, or what will be read. */
  does: string;
  /**
   * What a rollback writes to take the step back, and who does it; who hands over to the original, and who resyncs it, may be others.
   * Absent where nothing is left behind outside.
   */
  undo?: { by: Performer; does: string; handOver?: Performer; resync?: Performer };
}

/** Who a thing is, never by a bare key (design §3): instance identity, key, creation date, both connector keys. */
export interface SynchronizationIdentity {
  instance: string;
  /** The instance's own base URL as it states it: host, port and context path. */
  instanceIdentity: string;
  key: string;
  created: string;
  firstConnector: string;
  secondConnector: string;
}

/** One side of the new synchronization: instance name in the configuration, and the project key there. */
export interface Side {
  instance: string;
  project: string;
  /** Its Jira cannot be read (configuration: `access: none`). Only B may be so; whatever is said of it rests on others. */
  unread?: true;
}

/** What preflight found and will be done. Shown before anything is written. */
export interface Plan {
  original: SynchronizationIdentity;
  /** Sides of the original in connector order: first, second. */
  oldSides: [Side, Side];
  /** Sides of the new one: A (its first connector, where it is configured) and B. */
  a: Side;
  b: Side;
  /** True when the new first connector is the original's second. */
  swapped: boolean;
  /** Sides of A and B in the original. */
  oldA: Side;
  oldB: Side;
  moved: boolean;
  steps: PlannedStep[];
  /** Artifact: the whole plan with forecast, copy gap and findings, as people read it. */
  artifact: string;
  pairs: number;
  forecast: number;
  copyGap: number;
  /** True when for every pair what one side sent the other received, so that drained can be read (U in the manual). */
  sequencesCalibrated: boolean;
  /** Pairs of the original of which this does not hold, while it holds for most: asked about before the stop. */
  misfits: string[];
  /** Whether the original ran when it was looked at: a rollback starts only what ran. */
  originalRan: boolean;
  policy: PolicySnapshot;
}

/** The operator's policy tightened by the start object. The plan has that of preflight; the gate and the delete read it again. */
export interface PolicySnapshot {
  approvers: string[];
  required: number;
  selfApproval: boolean;
  identity: 'claimed' | 'principal' | 'signed';
  deleteOnAttested: boolean;
}

/** What a step knows: what entries say, and what is read where they name it. */
export interface Facts extends Recorded {
  plan?: Plan;
  /** ISO times by the database's clock. */
  stoppedAt?: string;
  startedAt?: string;
  /** Which need of its step a person was asked for last (`asks` of the check); empty when nobody was. */
  asked?: string;
  /** The new synchronization, as it was read when it was created or found. */
  created?: SynchronizationIdentity;
  attested?: StepName[];
  /** How often approvals were spent without the original being gone: each send needs approvals of its own. */
  spent?: number;
  deletedAt?: string;
  /** What a rollback leaves behind, a sentence each. */
  residue?: string[];
}

/** The one input of every step activity. What else it knows is in the ledger. */
export interface StepInput {
  migration: string;
  /** True on the way back: the parts of the step that undo it. */
  undoing?: boolean;
}

/** What a check says. */
export type CheckResult =
  | { state: 'done'; basis: Basis; facts?: Partial<Facts>; note?: string }
  /** `next`: we perform it · a machine is at it. */
  | { state: 'notDone'; missing: string[]; next: 'perform' | 'wait'; facts?: Partial<Facts> }
  /**
   * A person has to. `task` words it from what this very check read: a second reading would find another world, and the task would
   * say something else than what was found. `asks` tells the needs of one step apart: another one than what the open task says is
   * asked at once.
   */
  | {
      state: 'notDone';
      missing: string[];
      next: 'person';
      task: () => HumanTask | Promise<HumanTask>;
      asks?: string;
      facts?: Partial<Facts>;
    }
  | (Blocked & { facts?: Partial<Facts> })
  | { state: 'refused'; refusals: Refusal[] };

/** Trouble that only a person ends. */
export interface Blocked {
  state: 'blocked';
  reason: string;
  remedy: string;
  items: string[];
  code: string;
  /** The earlier step that does not hold any more: from there it goes on when a person says so. */
  from?: StepName;
}

/** How a step stands. */
export type StepOutcome =
  | { state: 'done'; basis: Basis; by: Performer | 'already'; note?: string }
  /** Sent, and a machine is at it: `await<Step>` follows. */
  | { state: 'waiting'; missing: string[] }
  /** Only from `await<Step>`: the world moved on and there is something to perform, or to ask, again. */
  | { state: 'again'; missing: string[] }
  | { state: 'task'; task: HumanTask }
  | Blocked
  /** Only from preflight: everything that stands against it at once. */
  | { state: 'refused'; refusals: Refusal[] };

/** What a step activity returns to the workflow: the outcome, and the state with it. */
export type StepResult = StepOutcome & {
  standing: Standing;
  /** Only from preflight. */
  plan?: Plan;
  /** What a rollback leaves behind, a sentence each. */
  residue?: string[];
  /** The original is gone, though this migration did not delete it. */
  gone?: true;
};

/** Whose run it is (workflow.md): survives workflow runs. */
export interface OpenMigrationInput {
  start: unknown;
  /** The run was made by a reset: it never takes over by itself. */
  reset?: boolean;
}

export interface OpenMigrationResult {
  migration: string;
  epoch: number;
  start: StartInput;
  /** Task queue prefix of this service, so that the workflow finds the instances' queues. */
  taskQueuePrefix: string;
  /** Milliseconds between two reminders of the same wait for a person. */
  remindEvery: number;
  /** The fold of its ledger: of a run that took over, what the other one had come to. */
  standing: Standing;
  /** What it names. */
  plan?: Plan;
  said: Said;
  residue: string[];
}

/** What people answered and stands, and what they answered to tasks that are not asked yet. */
export interface Said {
  answers: Answers;
  early: Record<string, EarlyAnswer>;
}

/** The input of whatever is entered as the workflow says: with what it holds beside the state, of which the picture is made. */
interface Shown {
  migration: string;
  view: View;
}

/** The input of `remind`: the view says what is waited for, since when, and which reminder this is. */
export type RemindInput = Shown;

/** The input of `reportOriginal`: the watcher has seen it run, or stop. */
export interface ReportOriginalInput extends Shown {
  runs: boolean;
}

/** The input of `record`: an entry and the picture, in one transaction. */
export interface RecordInput extends Shown {
  entry: Draft;
  /** What a person answered; kept as an artifact that the entry names, so that a run that takes over knows it. */
  answers?: Answers;
  /** The final state, when the migration ends with this entry. */
  close?: MigrationState;
}

/** The state with the entry; where that changes it, what people have answered. */
export interface RecordResult {
  standing: Standing;
  said?: Said;
}

/** The input of `judgeApproval`: without a message it says how the gate stands under the policy of now. */
export interface JudgeInput extends StepInput, Shown {
  message?: ({ verb: 'approve' } & Approve) | ({ verb: 'withdraw' } & PlainVerb);
  /** Where it is refused, it has no entry of its own: very many were, and the run enters how many. */
  unrecorded?: boolean;
}

/** The gate under the policy of now. */
export interface GateResult {
  gate: GatePicture;
}

export interface JudgeResult extends GateResult {
  standing: Standing;
  /** Of a message. */
  answer?: { accepted: boolean; reason: string };
}

/** `settleDelete` after a takeover: whoever was asked to delete may not have done it, and is not waited for. */
export interface SettleInput extends StepInput {
  takenOver?: boolean;
}

export type ConfirmResult =
  /** `task`: the delete is a person's; we only watch for it. */
  | ({ state: 'confirmed'; task?: HumanTask; standing: Standing } & GateResult)
  /** What was proved does not hold any more. */
  | { state: 'drifted'; reason: string; items: string[] }
  /** It holds, and the approvals do not suffice: the policy is another one, or somebody took theirs back. */
  | { state: 'notApproved' };

export type SettleResult =
  /** `nothingRuns`: the new one does not run either. */
  | { state: 'gone'; nothingRuns?: true; standing: Standing }
  /** Or what was confirmed does not hold any more while a person is asked. */
  | { state: 'stillThere'; reason: string };

export interface Refusal {
  code: string;
  reason: string;
  remedy: string;
  items: string[];
}

/** A grant of the delete: for which decision, by whom, and how they are known. */
export interface Grant {
  /** As it was typed; `null` where the name was erased. */
  by: string | null;
  grade: Grade;
  /** The decision that was shown and approved: what was proved, and the policy of that moment. */
  decision: string;
  /** How many approvals that policy asked for. */
  required: number;
  /** The ledger entry that recorded it. */
  entry: number;
}
