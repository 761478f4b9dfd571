/** The rows, as the newest migration leaves them. Times are ISO 8601 UTC text, JSON is text: equal bytes on every database. */

export interface Tables {
  meta: {
    name: string;
    value: string;
  };

  /** Bytes on their way in. They can be seen only once an `artifact` row names the upload. */
  artifact_upload: {
    id: string;
    started_at: string;
  };

  artifact_chunk: {
    upload: string;
    n: number;
    /** SHA-256 of the piece before compression, so that a damaged one can be named. */
    sha256: string;
    /** Gzip, at most 1 MiB. */
    bytes: Uint8Array;
  };

  artifact: {
    digest: string;
    upload: string;
    media_type: string;
    size: number;
    chunks: number;
    stored_at: string;
  };

  claim: {
    migration: string;
    original: string;
    epoch: number;
    cluster: string;
    namespace: string;
    workflow_id: string;
    run_id: string;
    /** The newest attempt of the run that has begun; earlier ones enter nothing. */
    attempt: number;
    recorded_start: string;
    identity: string | null;
    created: string;
    closed: string | null;
    /** Number and hash of the last ledger entry: the next one is allotted by updating this row, which also locks it. */
    last_n: number;
    last_hash: string;
  };

  /** What an open claim keeps from all others, as `holds.ts` words it. Its rows go when the claim is closed. */
  hold: {
    what: string;
    migration: string;
  };

  ledger: {
    migration: string;
    n: number;
    kind: string;
    at: string;
    /** SHA-256 of `entry`. */
    hash: string;
    /** The canonical JSON of the whole entry, byte for byte what was hashed. */
    entry: string;
  };

  /** What the salted hashes stand for. May be erased at any time; the chain stays whole. */
  ledger_text: {
    migration: string;
    hash: string;
    salt: string;
    value: string;
  };

  projection: {
    migration: string;
    workflow_id: string;
    original: string;
    batch: string | null;
    /** 1: it plans and holds no original. */
    dry_run: number;
    state: string;
    updated_at: string;
    picture: string;
  };

  /** A brake that was released keeps its row. */
  brake: {
    id: string;
    scope: string;
    by: string;
    why: string;
    at: string;
    released_by: string | null;
    released_at: string | null;
  };

  batch: {
    /** The id of its workflow. */
    batch: string;
    name: string;
    /** First run of the workflow that works on it. */
    run: string;
    /** Digest of the list. */
    list: string;
    asked: string;
    state: string;
    /** Failures that a person has let go. */
    forgiven: number;
    events: string;
    picture: string | null;
    opened_at: string;
    updated_at: string;
  };

  batch_item: {
    batch: string;
    n: number;
    original: string;
    workflow_id: string;
    start: string;
    state: string;
    started_at: string | null;
    why: string | null;
  };
}

export type ClaimTable = Tables['claim'];
export type LedgerTable = Tables['ledger'];
export type ProjectionTable = Tables['projection'];
export type BatchTable = Tables['batch'];
export type BatchItemTable = Tables['batch_item'];
