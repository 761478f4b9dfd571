/**
 * Every name that others see: task queues, workflow and activity names, search attributes, workflow ids. Names are a contract
 * for ever: a waiting retry runs new code with old input.
 */

import type { StartInput } from './start.ts';

/** The documented steps in the vendor's order, by the names used in files, search attributes, history and reports. */
export const STEP_NAMES = [
  'preflight',
  'stopOriginal',
  'exportConfiguration',
  'downloadSyncedIssueData',
  'createSynchronization',
  'importConfiguration',
  'correctConfiguration',
  'pairIssues',
  'startSynchronization',
  'resyncAToB',
  'resyncBToA',
  'verify',
  'approval',
  'deleteOriginal',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

export const STATES = [
  'Planning',
  'Running',
  'WaitingForPerson',
  'NeedsAttention',
  'Paused',
  'AwaitingApproval',
  'Deleting',
  'RollingBack',
  'Completed',
  'RolledBack',
  'RolledBackWithResidue',
  'KeptBoth',
  'Refused',
  'Planned',
] as const;

export type MigrationState = (typeof STATES)[number];

export const FINAL_STATES: readonly MigrationState[] = [
  'Completed',
  'RolledBack',
  'RolledBackWithResidue',
  'KeptBoth',
  'Refused',
  'Planned',
];

/** Nothing goes on before a person has done something; see `waitsForPerson`. */
export const PERSON_STATES: readonly MigrationState[] = [
  'WaitingForPerson',
  'NeedsAttention',
  'AwaitingApproval',
  'Paused',
];

export const VERBS = ['approve', 'withdraw', 'reject', 'answer', 'retry', 'rollback', 'pause', 'resume'] as const;
export type Verb = (typeof VERBS)[number];

export const MIGRATE_WORKFLOW = 'migrateSynchronization';
export const STATUS_QUERY = 'status';

/** Workflows and what touches no instance. `prefix` lets several services, or tests, share one server. */
export const migrationsQueue = (prefix = ''): string => `${prefix}migrations`;
/** The prefix of the service whose workflows run on this queue. */
export const prefixOf = (queue: string): string =>
  queue.endsWith(migrationsQueue()) ? queue.slice(0, -migrationsQueue().length) : '';
/** The steps that write to one instance. */
export const instanceQueue = (instance: string, prefix = ''): string => `${prefix}instance-${instance}`;
/** Long reads of one instance, so that they never hold up a stop or a delete. */
export const bulkQueue = (instance: string, prefix = ''): string => `${prefix}instance-${instance}-bulk`;

/** `await<Step>`: the step's check alone. */
export const awaitName = (step: StepName): string => `await${capital(step)}`;
/** `undo<Step>` and `awaitUndo<Step>`: the same of the way back. */
export const undoName = (step: StepName): string => `undo${capital(step)}`;
export const awaitUndoName = (step: StepName): string => `awaitUndo${capital(step)}`;

const capital = (step: StepName): string => `${step.charAt(0).toUpperCase()}${step.slice(1)}`;

/**
 * The conventional workflow ids; people may use any other, the claim guards. With the prefix of the service's queues, so that two
 * services of one namespace do not meet.
 */
export const migrationWorkflowId = (instance: string, synchronization: string, prefix = ''): string =>
  `${prefix}migrate-${instance}-${synchronization}`;
/** The one of this start. A dry run has a name of its own: it is not taken for the migration, and stands in nobody's way. */
export const workflowIdFor = (
  { original: { instance, synchronization }, dryRun }: Pick<StartInput, 'original' | 'dryRun'>,
  prefix = '',
): string =>
  dryRun ? `${prefix}plan-${instance}-${synchronization}` : migrationWorkflowId(instance, synchronization, prefix);
/** The same file again is the same batch: `list` is the digest of its migrations. */
export const batchWorkflowId = (name: string, list: string, prefix = ''): string =>
  `${prefix}batch-${name}-${list.slice(0, 8)}`;

/** Search attributes and their Temporal types; registered by `migrator setup` and checked by every worker. */
export const SEARCH_ATTRIBUTES = {
  MigrationState: 'Keyword',
  MigrationStep: 'Keyword',
  MigrationBatch: 'Keyword',
  MigrationOriginal: 'Keyword',
  MigrationInstances: 'KeywordList',
  MigrationNeedsHuman: 'Bool',
} as const;
