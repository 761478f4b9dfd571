/** The store's seam: ledger, artifacts, claims, projections, brake. One schema and one code for SQLite and PostgreSQL. */
import type { BatchEvent, BatchPicture, BatchStart, BatchState, ItemState } from '../contract/batch.ts';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import type { MigrationState } from '../contract/names.ts';
import type { StartInput } from '../contract/start.ts';
import type { MigrationPicture } from '../contract/status.ts';
import type { SynchronizationIdentity } from '../contract/steps.ts';
import type { LedgerTable, Tables } from './tables.ts';

/** The workflow run that wants to act. Every intent commits only if the claim names this epoch and run. */
export interface Holder {
  migration: string;
  epoch: number;
  runId: string;
  /** Which attempt of the run, where attempts write to instances: one that a later one has followed enters nothing (`TooLate`). */
  attempt?: number;
}

export interface Claim extends Omit<Holder, 'attempt'> {
  /** `<instance>/<key>` of the original, from the start object. */
  original: string;
  cluster: string;
  namespace: string;
  workflowId: string;
  recordedStart: StartInput;
  /** Set by preflight, once; compared at every later connection. */
  identity: SynchronizationIdentity | null;
  /**
   * Keys of synchronizations that are this migration's, `<instance>/<key>`: it created them, or a person took them for it. Only those
   * of them that carry its mark may a rollback delete.
   */
  created: string[];
  /** Final state, once closed. A closed claim does not hold the original. */
  closed: string | null;
}

export interface ClaimRequest {
  original: string;
  cluster: string;
  namespace: string;
  workflowId: string;
  runId: string;
  start: StartInput;
}

/** Who takes over, from what, and where the new run will be. */
export interface TakeOver {
  cluster: string;
  namespace: string;
  workflowId: string;
  actor: string;
  why?: string;
  /** What Temporal said of the run that held the claim, in one word: `TERMINATED`, `unknown`, … */
  holder: string;
}

export interface Claims {
  /**
   * Takes the claim on an original. The same run asking again gets its claim back (a retried activity), and so does the run that
   * a takeover waits for (entered as `opened`, with the new epoch); another open claim on the same original throws
   * `MigratorError('ClaimHeld')` naming workflow id and migration. A dry run holds no original. Makes the migration id
   * (`m-` + 12 random hex), epoch 1, and the ledger's first entry (`opened`, actor = requestedBy, why = reason,
   * digests.start = digest of the canonical start object), all in one transaction.
   */
  open(request: ClaimRequest): Promise<Claim>;
  get(migration: string): Promise<Claim | undefined>;
  /** The open claim that holds this: an original, `<instance>/<key>`, or whatever else `hold` was given. */
  holding(what: string): Promise<Claim | undefined>;
  /**
   * Holds the original under another name of it too, as its instance names itself; the same again changes nothing. Where another
   * open claim has it, throws `ClaimHeld` naming that one. `named`: what it is called there. For a dry run it only asks. Fenced.
   */
  hold(holder: Holder, named: string, what: string): Promise<void>;
  /**
   * Moves an open claim to the next epoch and to a run that is still to be started under this workflow id. From then on the old
   * run can enter nothing. Entered as verb `takeover`, in the same transaction. Throws `ClaimLost` when the claim is not the one
   * named, and `NotYet` while the lease of an intent without an outcome runs.
   */
  takeOver(from: Holder, asked: TakeOver): Promise<Claim>;
  /** From now on earlier attempts of this run can enter nothing. Throws `TooLate` for one that a later one has followed. */
  begin(holder: Required<Holder>): Promise<void>;
  /**
   * Records the identity, once, in the claim and as an entry: the same again changes nothing, another one throws `IdentityChanged`.
   * Fenced like `append`.
   */
  setIdentity(holder: Holder, identity: SynchronizationIdentity): Promise<void>;
  /**
   * Adds `<instance>/<key>` to what is this migration's, in the claim and as an entry, and holds it under that name and as its instance
   * names itself (`what`): what one migration works on, no other takes for its original or for its own creation (`ClaimHeld`). One that
   * is known changes nothing. Fenced like `append`.
   */
  addCreated(holder: Holder, synchronization: string, what: string): Promise<void>;
}

export interface Ledger {
  /**
   * Appends one entry, and in the same transaction the projection when one is given and `closed` when a final state is given.
   * Throws `ClaimLost` (written nothing) when the claim is not (epoch, runId) of the holder or is closed, and `TooLate` when a later
   * attempt has begun, or the intent of an outcome is settled already.
   */
  append(
    holder: Holder,
    draft: EntryDraft,
    also?: { picture?: MigrationPicture; close?: string },
  ): Promise<LedgerEntry>;
  /** In order; `after` a number only what follows it, found by the key. */
  read(migration: string, after?: number): Promise<LedgerEntry[]>;
  /** Values of salted hashes (names, reasons), as far as they were not erased: hash → value. */
  texts(migration: string): Promise<Record<string, string>>;
}

/** What is still to come is no value, and neither is what holds it, however deep: stored, it would be `{}`. */
export type Settled<T> =
  T extends PromiseLike<unknown> ? never : T extends object ? { [K in keyof T]: Settled<T[K]> } : T;

export interface Artifacts {
  /** Streams bytes in (gzip chunks of at most 1 MiB); answers the SHA-256 hex of the uncompressed bytes. Idempotent. */
  put(bytes: AsyncIterable<Uint8Array> | Uint8Array, mediaType: string): Promise<string>;
  /** Streams the bytes out; throws an Error naming the digest when missing or when the content does not match it. */
  get(digest: string): AsyncIterable<Uint8Array>;
  has(digest: string): Promise<boolean>;
  /** The same at once, for what is small enough to hold in memory. */
  getBytes(digest: string): Promise<Buffer>;
  /** Canonical JSON in, and parsed JSON out, for what is small enough to hold in memory. */
  putJson<T>(value: Settled<T>): Promise<string>;
  getJson<T>(digest: string): Promise<T>;
}

export interface ProjectionRow {
  migration: string;
  workflowId: string;
  updatedAt: string;
  picture: MigrationPicture;
}

/** A migration in few bytes: thousands are looked at. */
export interface Outline extends Omit<ProjectionRow, 'picture'> {
  original: string;
  dryRun: boolean;
  state: MigrationState;
  /** Where a person may be waited for. */
  picture?: MigrationPicture;
}

export interface Projections {
  get(migration: string): Promise<ProjectionRow | undefined>;
  byWorkflowId(workflowId: string): Promise<ProjectionRow | undefined>;
  /** Newest first. `open` leaves final states out. */
  list(filter?: { open?: boolean; original?: string; batch?: string; limit?: number }): Promise<ProjectionRow[]>;
  /** Of each of these originals the newest migration and the newest dry run, without the picture where nobody is waited for. */
  newest(originals: readonly string[]): Promise<Outline[]>;
  /** Puts a picture without an entry: only for what carries no decision (a step has begun). Fenced by the holder alike. */
  put(holder: Holder, picture: MigrationPicture): Promise<void>;
}

export interface BrakeRow {
  /** `all`, `instance:<name>` or `batch:<name>`. */
  scope: string;
  by: string;
  why: string;
  at: string;
}

export interface Brake {
  /** Puts the brake on. On a scope that is braked already, the newest reason is the one that is listed. */
  on(scope: string, by: string, why: string): Promise<void>;
  off(scope: string, by: string): Promise<void>;
  list(): Promise<BrakeRow[]>;
}

/** What a batch was asked to do, and where it stands. */
export interface BatchRecord {
  /** The id of its workflow. */
  batch: string;
  name: string;
  /** First run of the workflow that works on it. */
  run: string;
  asked: Omit<BatchStart, 'name' | 'migrations'>;
  /** As people want it; whether it has ended, or stopped by itself, is in how far its migrations are. */
  state: Extract<BatchState, 'Running' | 'Paused' | 'Cancelled'>;
  /** Failures that a person has let go: only those after them count for `stopAfterFailures`. */
  forgiven: number;
  events: BatchEvent[];
  /** As it was shown last. */
  picture: BatchPicture | null;
  openedAt: string;
  updatedAt: string;
}

/** One migration of a batch. */
export interface BatchItem {
  /** From 0, in the order of the list. */
  n: number;
  original: string;
  workflowId: string;
  start: StartInput;
  state: ItemState;
  /** When it was handed to Temporal last. */
  startedAt: string | null;
  /** Of one that failed or was done before. */
  why: string | null;
}

export interface Batches {
  /**
   * A batch and its items. The same list under the same id again goes on with what is not done; another list throws
   * `InvalidStart`. A retried call of the same run changes nothing.
   */
  open(
    request: Pick<BatchRecord, 'batch' | 'name' | 'run' | 'asked'>,
    items: readonly Pick<BatchItem, 'original' | 'workflowId' | 'start'>[],
  ): Promise<BatchRecord>;
  get(batch: string): Promise<BatchRecord | undefined>;
  /** Newest first. */
  list(name?: string): Promise<BatchRecord[]>;
  /** In order. */
  items(batch: string): Promise<BatchItem[]>;
  /** Throws `ClaimLost` when another run works on the batch by now. `event` is stamped with the database's clock. */
  save(
    holder: Pick<BatchRecord, 'batch' | 'run'>,
    changes: Partial<Pick<BatchRecord, 'state' | 'forgiven' | 'picture'>> & {
      event?: Omit<BatchEvent, 'at'>;
      items?: readonly Pick<BatchItem, 'n' | 'state' | 'startedAt' | 'why'>[];
    },
  ): Promise<void>;
}

/** One row of the ledger as it stands. `entry` is the canonical JSON that was hashed, as long as nobody changed it. */
export type RecordedRow = Omit<LedgerTable, 'migration'>;

/** A name or a reason, and the salt with which it makes its hash. */
export type RecordedText = Omit<Tables['ledger_text'], 'migration'>;

/** Canonical JSON, as it stands in a claim's row. */
type ClaimJson = Record<'recordedStart' | 'created', string> & { identity: string | null };

/** A claim's row, as it stands: JSON is text that may be none any more. */
export interface RecordedClaim extends Omit<Claim, 'migration' | keyof ClaimJson>, ClaimJson {
  /** Number and hash of the newest entry. */
  head: { n: number; hash: string };
}

/** The row that lists read, as it stands. */
export interface RecordedProjection {
  workflowId: string;
  original: string;
  batch: string | null;
  /** 1 for a dry run. */
  dryRun: number;
  state: string;
  /** JSON. */
  picture: string;
}

/** The newest entry of one ledger. */
export type RecordedHead = Pick<LedgerTable, 'migration' | 'n' | 'hash' | 'entry'>;

/** For auditors: what is there, untouched and unjudged. Needs no claim and changes nothing. */
export interface Records {
  /**
   * Ids of all migrations that left a row anywhere, the oldest first. `from` and `to` (ISO 8601 UTC) leave out those with no
   * entry in that time; `person` those whose ledger has no such name.
   */
  migrations(filter?: { from?: string; to?: string; person?: string }): Promise<string[]>;
  /** By the column `n`. */
  rows(migration: string): Promise<RecordedRow[]>;
  texts(migration: string): Promise<RecordedText[]>;
  claim(migration: string): Promise<RecordedClaim | undefined>;
  projection(migration: string): Promise<RecordedProjection | undefined>;
  /** All artifacts, with the size that is recorded. */
  artifacts(): Promise<{ digest: string; size: number }[]>;
  /**
   * The newest entry of every ledger at one moment, and that moment by the database's clock: every entry up to it is counted, and every
   * later one is younger. Whoever writes waits meanwhile.
   */
  heads(): Promise<{ at: string; heads: RecordedHead[] }>;
}

/** A machine: what tells it from others, and what people call it. */
export interface Host {
  id: string;
  name: string;
}

export interface Store {
  claims: Claims;
  ledger: Ledger;
  artifacts: Artifacts;
  projections: Projections;
  brake: Brake;
  batches: Batches;
  records: Records;
  /**
   * A worker on this host works with the store from now on, until the answered function is called. Throws `SeveralHosts` where the
   * store is a SQLite file that a worker on another host has used within the last minute.
   */
  attend(host: Host): Promise<() => Promise<void>>;
  /** The database's clock, epoch milliseconds. */
  now(): Promise<number>;
  close(): Promise<void>;
}
