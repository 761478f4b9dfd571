/** The order of the steps is data. */
import type { StepName } from './names.ts';
import type { StepOrder } from './start.ts';

/**
 * `guide` is the vendor's order. `prepareFirst` prepares everything while the original still runs: the configuration is exported
 * a second time after the stop, and must be the same.
 */
export const STEP_ORDERS: Record<StepOrder, readonly StepName[]> = {
  guide: [
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
  ],
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
