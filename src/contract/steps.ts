/** What step activities take and return: small things only (ids, digests, counts). Everything else is an artifact. */
import type { EntryDraft, Grade } from './ledger.ts';
import type { Approve, PlainVerb } from './messages.ts';
import type { MigrationState, StepName } from './names.ts';
import type { RollbackClass } from './rollback.ts';
import type { StartInput } from './start.ts';
import type { GatePicture, MigrationPicture, StepStatus } from './status.ts';
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

/** What the run has learned so far. Digests are artifact addresses. Grows step by step; every member small. Each has a row in `facts.ts`. */
export interface Facts {
  /** Known to the workflow and, within an activity, read from its artifact; not sent along: it would fill the history. */
  plan?: Plan;
  planArtifact?: string;
  /** ISO times by the database's clock. */
  stoppedAt?: string;
  startedAt?: string;
  configuration?: string;
  issueData?: string;
  translated?: string;
  /** What the new one was read to hold after the import: what differs from it was changed since. */
  imported?: string;
  /** Artifact: the references as correctConfiguration translated them again. Absent: the plan's hold. */
  corrections?: string;
  translatedData?: string;
  /** Artifact: classes of pairs, what was left out and why. */
  pairing?: string;
  /** Artifact: pairs and comments that a person has to decide about before pairing, and what was decided. */
  pairingState?: string;
  /** Which need of its step a person was asked for last (`asks` of the check); empty when nobody was. */
  asked?: string;
  /** The issue data that `translatedData` was made of. */
  pairedFrom?: string;
  /** Pre-image of the compared fields of both sides, stored before start. */
  preImage?: string;
  /** Artifact: which keys are resynced with which field mappings in which direction, and the sequence ids before. */
  resync?: string;
  /** Artifact: the phase of it that a person was asked for last, with the sequence ids of that moment. */
  resyncAsked?: string;
  /** Artifact: keys on new A of pairs whose last messages had not arrived when the original was stopped. Absent: none. */
  undelivered?: string;
  pairs?: number;
  dropped?: number;
  /** The new synchronization, as it was read when it was created or found. */
  created?: SynchronizationIdentity;
  /** The same as an artifact. Entries name it, where they say what was done to it. */
  createdArtifact?: string;
  forecastAtStart?: string;
  /** Artifact: what is sent to a partner whose Jira cannot be read. */
  packet?: string;
  evidence?: string;
  decision?: string;
  attested?: StepName[];
  /** How often approvals were spent without the original being gone: each send needs approvals of its own. */
  spent?: number;
  deletedAt?: string;
  /** Artifact: what people did under the new synchronization, found by a rollback. Absent: nothing. */
  delta?: string;
  /** Digest of what the new one held when its start was taken back. Another one means that it ran since. */
  atRest?: string;
  /** What a rollback leaves behind, a sentence each. */
  residue?: string[];
}

/** The one input of every step activity. */
export interface StepInput {
  migration: string;
  facts: Facts;
  /** All answers of people so far. */
  answers: Answers;
  /** Raised by `retry`: an intent with an outcome is sent again only as a new generation. */
  generation: number;
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

/** What a step activity returns to the workflow. */
export type StepResult =
  | { state: 'done'; basis: Basis; by: Performer | 'already'; facts: Partial<Facts>; note?: string }
  /** Sent, and a machine is at it: `await<Step>` follows. */
  | { state: 'waiting'; missing: string[]; facts: Partial<Facts> }
  /** Only from `await<Step>`: the world moved on and there is something to perform, or to ask, again. */
  | { state: 'again'; missing: string[]; facts: Partial<Facts> }
  | { state: 'task'; task: HumanTask; facts: Partial<Facts> }
  | (Blocked & { facts: Partial<Facts> })
  /** Only from preflight: everything that stands against it at once. */
  | { state: 'refused'; refusals: Refusal[]; facts: Partial<Facts> };

/** Whose run it is (workflow.md): survives workflow runs. */
export interface OpenMigrationInput {
  start: unknown;
  /** The run was made by a reset: it never takes over by itself. */
  reset?: boolean;
}

/** What a run that took over goes on with, found again in the ledger. */
export interface TakenOver {
  facts: Facts;
  answers: Answers;
  /** Given for tasks that were not asked yet. */
  early: Record<string, EarlyAnswer>;
  generation: number;
  paused: boolean;
  /** The steps as they were recorded. */
  recorded: StepStatus[];
  /** Those that are not looked at again: what they prepared is behind the run. The others are found done by their checks. */
  kept: StepName[];
  /** Something was written before, by us or as we asked. */
  wrote: boolean;
  /** Rejected, or kept on the way back, which no new approval undoes. */
  rejected?: 'keepBoth';
  /** The delete may have been sent: whether it took effect is read before anything else. */
  deleting: boolean;
  /** A person was asked to delete the original, and that is not taken back, or not to its end. */
  deleteAsked?: boolean;
  /** It was going back, and goes on so. */
  back: boolean;
  /** Since when the original runs beside the new one, as far as it was seen. */
  runsAgain?: string;
  /** How: the class that was said when it turned back, and whether a cancellation was asked for. Absent: it was not going back. */
  wayBack?: { class: RollbackClass; cancelled: boolean };
}

export interface OpenMigrationResult {
  migration: string;
  epoch: number;
  start: StartInput;
  /** Task queue prefix of this service, so that the workflow finds the instances' queues. */
  taskQueuePrefix: string;
  /** Milliseconds between two reminders of the same wait for a person. */
  remindEvery: number;
  /** Present when the claim was taken over. */
  takenOver?: TakenOver;
}

/** The input of `remind`: the picture says what is waited for, since when, and which reminder this is. */
export interface RemindInput {
  migration: string;
  picture: MigrationPicture;
}

/** The input of `reportOriginal`: the picture has the blocker while the original runs. */
export interface ReportOriginalInput {
  migration: string;
  picture: MigrationPicture;
  runs: boolean;
}

/** The input of `record`: an entry and the picture, in one transaction. */
export interface RecordInput {
  migration: string;
  entry: EntryDraft;
  picture: MigrationPicture;
  /** What a person answered; kept as an artifact that the entry names, so that a run that takes over knows it. */
  answers?: Answers;
  /** The final state, when the migration ends with this entry. */
  close?: MigrationState;
}

/** The input of `judgeApproval`: without a message it says how the gate stands under the policy of now. */
export interface JudgeInput extends StepInput {
  picture: MigrationPicture;
  message?: ({ verb: 'approve' } & Approve) | ({ verb: 'withdraw' } & PlainVerb);
  /** Where it is refused, it has no entry of its own: very many were, and the run enters how many. */
  unrecorded?: boolean;
}

/** The gate under the policy of now. */
export interface GateResult {
  decision: string;
  evidence: string;
  gate: GatePicture;
}

export interface JudgeResult extends GateResult {
  /** Of a message. */
  answer?: { accepted: boolean; reason: string };
}

/** The input of the activities of the delete. */
export interface DeleteInput extends StepInput {
  /** Sent by runs of before; the ledger's own entry of the confirmation counts, and one older than 60 s is refused. */
  confirmedAt?: string;
}

/** `settleDelete` after a takeover: whoever was asked to delete may not have done it, and is not waited for. */
export interface SettleInput extends StepInput {
  takenOver?: boolean;
}

export type ConfirmResult =
  /** `task`: the delete is a person's; we only watch for it. */
  | ({ state: 'confirmed'; task?: HumanTask } & GateResult)
  /** What was proved does not hold any more. */
  | { state: 'drifted'; reason: string; items: string[] }
  /** It holds, and the approvals do not suffice: the policy is another one, or somebody took theirs back. */
  | { state: 'notApproved' };

export type SettleResult =
  /** `nothingRuns`: the new one does not run either. */
  | { state: 'gone'; deletedAt: string; nothingRuns?: true }
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
