/** What an auditor is told of one migration. Plain JSON: `audit show --json` prints it, the report page draws it. */
import type { EntryKind, Grade, Subject } from '../contract/ledger.ts';
import type { Evidence } from '../evidence/types.ts';

/** `name` is `null` when it was erased, or is not the one whose hash was entered. */
export type Who = { by: 'service' } | { by: 'person'; name: string | null; grade: Exclude<Grade, 'system'> };

export interface AuditEntry {
  n: number;
  /** ISO 8601 UTC, the database's clock. */
  at: string;
  kind: EntryKind;
  who: Who;
  /** The reason given; `null` when none was, or when it was erased. */
  why: string | null;
  /** The sentence that was answered to what was refused; `null` when nothing was refused, or when it was erased. */
  answered: string | null;
  /** What happened, as a sentence. */
  what: string;
  subject: Subject;
  digests: Record<string, string>;
  /** SHA-256 of the entry. */
  hash: string;
}

/** A request to an instance, from its intent to what became of it. */
export interface AuditWrite {
  /** Number of the intent. */
  n: number;
  at: string;
  step: string;
  part: string;
  instance: string;
  method: string;
  path: string;
  /** SHA-256 of the request, secrets left out. */
  request: string | null;
  /** In order; empty where the sender died, and the step's own reading settled it. */
  outcomes: { n: number; at: string; outcome: string; status: number | null; response: string | null }[];
}

export interface AuditGrant {
  n: number;
  at: string;
  who: Who;
  why: string | null;
  decision: string;
}

/** What `verify` found, and what was therefore asked to be approved. */
export interface AuditDecision {
  n: number;
  at: string;
  decision: string;
  /** Digest of the evidence artifact. */
  artifact: string;
  /** `null` when the artifact is missing or damaged. */
  evidence: Evidence | null;
}

/** Who had the original deleted, who approved it, and by what it is known to be gone. */
export interface AuditDeletion {
  original: string;
  askedBy: Who;
  reason: string | null;
  decision: string | null;
  approvals: AuditGrant[];
  /** Numbers of the intents by which the service sent it; empty where a person deletes. */
  sent: number[];
  /** It was read to be gone. */
  confirmed: { n: number; at: string } | null;
}

export interface AuditRecord {
  migration: string;
  original: string;
  workflowId: string;
  instances: string[];
  batch: string | null;
  /** Created by this migration, `<instance>/<key>`. */
  created: string[];
  opened: string;
  /** The end; `null` while it goes on. */
  closed: { state: string; at: string } | null;
  /** The final state, or the last one entered. */
  outcome: string;
  requestedBy: Who;
  reason: string | null;
  entries: AuditEntry[];
  writes: AuditWrite[];
  decisions: AuditDecision[];
  grants: AuditGrant[];
  /** Messages that were not accepted. */
  refused: AuditEntry[];
  deletion: AuditDeletion | null;
  artifacts: { digest: string; name: string; n: number; there: boolean }[];
}
