/**
 * What a person sends to start a migration. One JSON object, because the Temporal UI sends exactly one payload. The schema that
 * checks it is in `schemas.ts`; these are the types, free of any library, so that workflow code can use them.
 */

/** Where the original synchronization is configured, and its key there (`INT-16`). */
export interface OriginalReference {
  instance: string;
  synchronization: string;
}

/** Where the new one will be configured, and which projects moved: `"jira-old/PA": "jira-new/PA"`. */
export interface NewReference {
  instance: string;
  projects: Record<string, string>;
}

/** When the moved project was copied and frozen. ISO 8601 with offset. Needed to find what the copy missed. */
export interface Move {
  copyStarted: string;
  copyFinished: string;
  frozenSince: string;
}

export type StepOrder = 'guide' | 'prepareFirst';

/** A start object may only tighten the operator's policy. */
export interface PolicyWish {
  required?: number;
  selfApproval?: false;
  deleteOnAttested?: false;
}

/** Hours in which steps with an effect may happen; ISO 8601 with offset. */
export interface Window {
  notBefore?: string;
  stopBy?: string;
  startBy?: string;
}

export interface StartInput {
  original: OriginalReference;
  new: NewReference;
  move?: Move;
  requestedBy: string;
  reason: string;
  dryRun?: boolean;
  order?: StepOrder;
  /** Decided answers of mapping questions: question id → chosen value. */
  mapping?: Record<string, string>;
  /** Official id mappings of the migration, as `migrator mapping store` has put them into the store: SHA-256 of each. */
  idMappings?: string[];
  policy?: PolicyWish;
  window?: Window;
  batch?: string;
}
