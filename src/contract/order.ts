/** The order of the steps is data, there and back. */
import { STEP_NAMES, type StepName } from './names.ts';
import type { StepOrder } from './start.ts';

/**
 * `guide` is the vendor's order. `prepareFirst` prepares everything while the original still runs: the configuration is exported
 * a second time after the stop, and must be the same.
 */
export const STEP_ORDERS: Record<StepOrder, readonly StepName[]> = {
  guide: STEP_NAMES,
  prepareFirst: [
    'preflight',
    'exportConfiguration',
    'createSynchronization',
    'importConfiguration',
    'correctConfiguration',
    'stopOriginal',
    'exportConfiguration',
    'downloadSyncedIssueData',
    'pairIssues',
    'startSynchronization',
    'resyncAToB',
    'resyncBToA',
    'verify',
    'approval',
    'deleteOriginal',
  ],
};

/**
 * The steps that leave something behind outside, in the order in which that is taken back: the new one is stopped and gone
 * before the original starts, whatever the order of the steps was, so that both never run. What the steps between them wrote
 * stands in the new synchronization and goes with it.
 */
export const UNDO_ORDER = [
  'startSynchronization',
  'createSynchronization',
  'stopOriginal',
] as const satisfies StepName[];

/** Whether a step is done to the new synchronization itself: to another one in its place it is done again, all of it. */
export const DONE_TO_NEW = {
  preflight: false,
  stopOriginal: false,
  exportConfiguration: false,
  downloadSyncedIssueData: false,
  createSynchronization: false,
  importConfiguration: true,
  correctConfiguration: true,
  pairIssues: true,
  startSynchronization: true,
  resyncAToB: true,
  resyncBToA: true,
  verify: true,
  approval: true,
  deleteOriginal: false,
} as const satisfies Record<StepName, boolean>;
