/** Who holds the claim of a migration, what Temporal says of that run, and what the ledger says was done. */

import type { Client } from '@temporalio/client';
import type { LedgerEntry } from '../contract/ledger.ts';
import { largest } from '../contract/lists.ts';
import type { StepName } from '../contract/names.ts';
import { type OpenIntent, openIntents } from '../store/intents.ts';
import type { Claim, Store } from '../store/store.ts';
import { AWAITED_RUN } from '../store/takeOver.ts';
import { isSdkError } from './errors.ts';

/**
 * `RUNNING`, `TERMINATED`, … as the claim's own cluster says · `unknown` this server knows no such run: its data is gone, its retention
 * is over, or it is another cluster · `neverBegan` an earlier takeover's run was not started.
 */
export type HolderStatus = string;

export interface HolderReport {
  claim: Claim;
  status: HolderStatus;
  /** Another run under the same workflow id is open here. */
  otherRunOpen: boolean;
  /** The cluster and namespace that we are connected to. */
  here: { cluster: string; namespace: string };
  done: StepName[];
  /** ISO time of the newest entry. */
  lastEntry: string;
  open: OpenIntent[];
  /** ISO time until when a sender may still be at work; absent when all leases are over. */
  leaseUntil?: string;
}

export async function reportHolder(store: Store, client: Client, claim: Claim): Promise<HolderReport> {
  const { clusterId } = await client.workflowService.getClusterInfo({});
  const here = { cluster: clusterId, namespace: client.options.namespace };
  const entries = await store.ledger.read(claim.migration);
  const open = openIntents(entries);
  const leaseUntil = largest(open.map(({ leaseOver }) => leaseOver));
  const status = await statusOf(client, claim, here);
  return {
    claim,
    status,
    otherRunOpen: status !== 'RUNNING' && (await describe(client, claim.workflowId)) === 'RUNNING',
    here,
    done: stepsDone(entries),
    lastEntry: entries.at(-1)?.at ?? '',
    open,
    ...(leaseUntil > (await store.now()) ? { leaseUntil: new Date(leaseUntil).toISOString() } : {}),
  };
}

async function statusOf(client: Client, claim: Claim, here: HolderReport['here']): Promise<HolderStatus> {
  if (claim.runId === AWAITED_RUN) return 'neverBegan';
  if (claim.cluster !== here.cluster || claim.namespace !== here.namespace) return 'unknown';
  return (await describe(client, claim.workflowId, claim.runId)) ?? 'unknown';
}

async function describe(client: Client, workflowId: string, runId?: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId, runId).describe()).status.name;
  } catch (error) {
    if (isSdkError(error, 'WorkflowNotFoundError')) return undefined;
    throw error;
  }
}

const stepsDone = (entries: readonly LedgerEntry[]): StepName[] => [
  ...new Set(
    entries
      .filter(({ kind, subject }) => kind === 'step' && subject.result === 'done')
      .map(({ subject }) => subject.step as StepName),
  ),
];
