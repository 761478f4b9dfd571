/** What a person sends to move many synchronizations, and what is known of them. One JSON object, as the Temporal UI sends it. */
import type { MigrationState, Verb } from './names.ts';
import type { StartInput } from './start.ts';

export const BATCH_WORKFLOW = 'migrateBatch';
export const BATCH_VERBS = ['pause', 'resume', 'approve', 'withdraw'] as const satisfies readonly Verb[];
export type BatchVerb = (typeof BATCH_VERBS)[number];

/** More than this in one object is refused. */
export const BATCH_LIMIT = 10_000;
/** Migrations that run at once where nothing is said. */
export const DEFAULT_CONCURRENCY = 10;
export const MAX_CONCURRENCY = 200;
/** Decisions that one approval grants at most: a person has to have read them. */
export const APPROVAL_LIMIT = 500;

/** A migration of a batch: `requestedBy`, `reason` and `batch` are the batch's where they are left out. */
export type BatchMember = Omit<StartInput, 'requestedBy' | 'reason'> & Partial<StartInput>;

export interface BatchStart {
  name: string;
  /** The list; or the digest of an artifact that holds it, since a payload of Temporal ends at 2 MiB. */
  migrations: BatchMember[] | { artifact: string };
  /** How many may run at once; one that waits for a person does not count. 1 to 200, else 10. */
  concurrency?: number;
  /** So many that failed or were rolled back, and no further one is started until somebody sends `resume`. */
  stopAfterFailures?: number;
  /** Decided answers for all of them; a migration's own go before. */
  mapping?: StartInput['mapping'];
  /** Official id mappings for all that name none. */
  idMappings?: StartInput['idMappings'];
  requestedBy: string;
  reason: string;
}

/**
 * `open` not started · `started` handed to Temporal, or found under way · `done` Completed, KeptBoth or Planned · `failed` it could
 * not begin, was refused or rolled back, or its run is gone.
 */
export type ItemState = 'open' | 'started' | 'done' | 'failed';

/** `Stopped` after so many failures; `Ended` when every item is done or failed. Abandoned children of a cancelled one go on. */
export type BatchState = 'Running' | 'Paused' | 'Stopped' | 'Ended' | 'Cancelled';

export interface BatchCounts {
  total: number;
  open: number;
  running: number;
  /** For a person. */
  waiting: number;
  done: number;
  failed: number;
}

/** What a person of a batch has to look at. */
export interface WaitingItem {
  original: string;
  migration: string;
  workflowId: string;
  state: MigrationState;
  /** What is waited for. */
  why: string;
  /** ISO 8601 UTC. */
  since: string;
  decision: string | null;
}

export interface FailedItem {
  original: string;
  workflowId: string;
  why: string;
}

/** The whole of a batch: in the store, in the UI, on the command line. */
export interface BatchPicture {
  batch: string;
  name: string;
  requestedBy: string;
  reason: string;
  state: BatchState;
  counts: BatchCounts;
  /** The longest waiting first; the first of them. */
  waiting: WaitingItem[];
  failed: FailedItem[];
  /** What `approve` grants: the digest of a list of decisions, and how many are in it. */
  approvable: { decisions: string; count: number } | null;
  legal: BatchVerb[];
}

/** What the digest that is approved stands for: an artifact. */
export interface DecisionList {
  batch: string;
  decisions: { migration: string; workflowId: string; original: string; decision: string }[];
}

/** Grants the deletes of a list, or takes back what the sender has granted of it. */
export interface DecideBatch {
  by: string;
  /** Digest of the listed decisions, or its first eight or more characters. */
  decisions: string;
  reason?: string;
}

/** What became of each listed decision. One that changed since it was listed is not granted, and named. */
export interface DecidedItem {
  original: string;
  migration: string;
  accepted: boolean;
  reason: string;
}

export interface BatchAnswer {
  accepted: boolean;
  reason: string;
  legal: BatchVerb[];
  items?: DecidedItem[];
}

/** What people did with a batch. */
export interface BatchEvent {
  /** ISO 8601 UTC. */
  at: string;
  by: string;
  what: 'opened' | 'cancel' | BatchVerb;
  why?: string;
  /** Of an approval, or of one that is taken back: which list. */
  decisions?: string;
}

export interface OpenBatchInput {
  start: unknown;
  /** The first run of the workflow: it stays the same over continue-as-new. */
  run: string;
}

export interface AdvanceBatchInput {
  batch: string;
  run: string;
  /** What the UI shows: it is answered when that is no longer so. */
  shown?: { state: BatchState; digest: string };
  /** At most so many are to be started. */
  room: number;
}

export interface BatchTurn {
  picture: BatchPicture;
  /** Of the picture. */
  digest: string;
  /** To be started now, each under its workflow id. */
  start: { workflowId: string; start: StartInput }[];
}

export interface TellBatchInput {
  batch: string;
  run: string;
  verb: BatchVerb | 'cancel';
  message: unknown;
}
