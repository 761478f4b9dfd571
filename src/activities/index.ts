/** All activities, built from what the worker has opened; one file per documented step under `steps/`. */
import { batchActivities } from './batch.ts';
import type { ActivityDeps } from './deps.ts';
import { housekeepingActivities } from './openMigration.ts';
import { remindActivity } from './remind.ts';
import { type Step, stepActivities, undoActivities } from './step.ts';
import { approvalActivities } from './steps/approval.ts';
import { correctConfiguration } from './steps/correctConfiguration.ts';
import { createSynchronization } from './steps/createSynchronization.ts';
import { deleteActivities } from './steps/deleteOriginal.ts';
import { downloadSyncedIssueData } from './steps/downloadSyncedIssueData.ts';
import { exportConfiguration } from './steps/exportConfiguration.ts';
import { importConfiguration } from './steps/importConfiguration.ts';
import { pairIssues } from './steps/pairIssues.ts';
import { preflight } from './steps/preflight.ts';
import { resyncAToB, resyncBToA } from './steps/resync.ts';
import { startSynchronization } from './steps/startSynchronization.ts';
import { stopOriginal } from './steps/stopOriginal.ts';
import { verify } from './steps/verify.ts';
import { undoDelete } from './undo/undoDelete.ts';
import { watchActivities } from './watch.ts';

/** In the guide's order. The approval and the delete have activities of their own. */
export const STEPS: readonly Step[] = [
  preflight,
  stopOriginal,
  exportConfiguration,
  downloadSyncedIssueData,
  createSynchronization,
  importConfiguration,
  correctConfiguration,
  pairIssues,
  startSynchronization,
  resyncAToB,
  resyncBToA,
  verify,
];

// biome-ignore lint/complexity/noBannedTypes: a worker takes activities as plain functions by name
export function createActivities(deps: ActivityDeps): Record<string, Function> {
  return Object.assign(
    {},
    housekeepingActivities(deps),
    batchActivities(deps),
    remindActivity(deps),
    watchActivities(deps),
    approvalActivities(deps),
    deleteActivities(deps),
    undoActivities(deps, 'deleteOriginal', undoDelete),
    ...STEPS.map((step) => stepActivities(deps, step)),
  );
}
