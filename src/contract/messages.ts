/** What people send to a running migration: one JSON object each, as a signal or as an update of the same name. */
import type { Verb } from './names.ts';

export interface Approve {
  by: string;
  /** The decision digest, or its first eight or more characters. */
  decision: string;
  reason?: string;
  signature?: string;
}

export interface Reject {
  by: string;
  reason: string;
  then: 'rollback' | 'keepBoth';
}

export interface Answer {
  by: string;
  /** The task's id, as the status and the inbox show it. */
  task: string;
  /** Per question id the chosen value; `{"done": true}` for a task that is a thing to do. */
  answers: Record<string, unknown>;
  /** Per question id its `about` as it was read, or the first eight or more characters. Where it has changed, the answer is refused. */
  about?: Record<string, string>;
  reason?: string;
}

export interface PlainVerb {
  by: string;
  reason?: string;
}

/** The answer of every verb. A refusal is an answer, entered in the ledger, never an exception. */
export interface VerbAnswer {
  accepted: boolean;
  reason: string;
  legal: Verb[];
}

/** What the payload converter puts in place of a message it cannot decode, so that the workflow can answer it. */
export interface Undecodable {
  undecodable: string;
}
