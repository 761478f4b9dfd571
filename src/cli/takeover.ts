/**
 * `migrator takeover`: goes on with a migration whose run was terminated, reset or lost. It shows who holds the claim and what was
 * done, asks, moves the claim to the next epoch, and starts a new run that continues the same ledger.
 */

import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { MigratorError } from '../contract/errors.ts';
import { shellWord } from '../contract/foreign.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { largest } from '../contract/lists.ts';
import { MIGRATE_WORKFLOW, type StepName } from '../contract/names.ts';
import { moment, stepTitle } from '../report/words.ts';
import { type OpenIntent, openIntents } from '../store/intents.ts';
import type { Claim, Store } from '../store/store.ts';
import { AWAITED_RUN } from '../store/takeOver.ts';
import { CommandError, EXIT, isSdkError, usageError } from './errors.ts';
import { migrationNamed } from './find.ts';
import { hint, type Lines, say, sayJson } from './print.ts';
import { asking } from './prompt.ts';
import { withClient, withStore } from './service.ts';
import { queueOf, type StartOptions } from './startObject.ts';
import { type VerbOptions, verbCommand } from './verbs.ts';

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

interface TakeoverOptions extends VerbOptions, Pick<StartOptions, 'taskQueue'> {
  yes?: boolean;
}

export function addTakeover(program: Command): void {
  verbCommand(program, 'takeover', 'go on with a migration whose run was terminated, reset or lost')
    .option('--reason <text>', 'why, for the ledger')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .option('--task-queue <name>', 'task queue, when the service has a prefix that is not in its file')
    .action(takeover);
}

async function takeover(name: string, options: TakeoverOptions): Promise<void> {
  await withStore(options, (store) =>
    withClient(options, async (client, where) => {
      const claim = await openClaim(store, name);
      const report = await reportHolder(store, client, claim);
      if (!options.json) hint(holderText(report));
      refuse(report);
      if (!options.yes) await confirm(claim);
      const taskQueue = await queueOf(options, where);
      const taken = await takeOver(store, client, report, { by: options.by, reason: options.reason, taskQueue });
      if (options.json) return sayJson({ ...taken, holder: report.status, done: report.done });
      say([
        `takeover: ${taken.migration} goes on in epoch ${taken.epoch} as ${taken.workflowId}. Approvals are to be given anew.`,
        `Follow it with \`migrator watch ${shellWord(taken.workflowId)}\`.`,
      ]);
    }),
  );
}

async function openClaim(store: Store, name: string): Promise<Claim> {
  const { migration, picture } = await migrationNamed(store, name);
  const claim = await store.claims.get(migration);
  if (claim && !claim.closed) return claim;
  throw new CommandError(
    'Ended',
    `${picture.original} has ended (${picture.state}).`,
    'There is nothing to take over; start a new migration.',
    EXIT.refused,
  );
}

/** Throws what stands against it. */
function refuse({ claim, status, otherRunOpen, leaseUntil }: HolderReport): void {
  const { workflowId, runId } = claim;
  if (status === 'RUNNING' || otherRunOpen) {
    const which = otherRunOpen ? `another run of ${workflowId}` : `run ${runId} of ${workflowId}`;
    throw new CommandError(
      'AlreadyRunning',
      `That run still lives: ${which} is open in Temporal.`,
      'Use its verbs, or terminate it first.',
      EXIT.refused,
    );
  }
  if (leaseUntil)
    throw new CommandError(
      'NotYet',
      `A request of that run may still be under way until ${leaseUntil}.`,
      'Take it over after that time.',
      EXIT.refused,
    );
}

export interface Taking {
  by: string;
  reason?: string | undefined;
  taskQueue: string;
}

/** Moves the claim, then starts the run that it waits for. Broken off in between, the next takeover does the rest. */
export async function takeOver(store: Store, client: Client, { claim, status, here }: HolderReport, taking: Taking) {
  const { by, reason, taskQueue } = taking;
  const { workflowId, migration, recordedStart } = claim;
  const { epoch } = await store.claims
    .takeOver(claim, { ...here, workflowId, actor: by, ...(reason ? { why: reason } : {}), holder: status })
    .catch((error: unknown) => {
      if (!(error instanceof MigratorError && error.code === 'ClaimLost')) throw error;
      throw new CommandError(
        'NotYet',
        `Somebody else has just taken over ${migration}.`,
        'Look with `migrator status`.',
      );
    });
  const handle = await client.workflow.start(MIGRATE_WORKFLOW, { taskQueue, workflowId, args: [recordedStart] });
  return { migration, epoch, workflowId, runId: handle.firstExecutionRunId };
}

async function confirm({ original }: Claim): Promise<void> {
  if (!process.stdin.isTTY)
    throw usageError('A takeover is asked about, and here is no terminal.', 'Give --yes when you have read the above.');
  const typed = await asking(process.stderr, ['Taking over was broken off.', 'Nothing was changed.'], (ask) =>
    ask(`Type ${original} to take it over: `),
  );
  if (typed.trim() !== original) throw usageError('That is not its name.', 'Nothing was changed.');
}

function holderText({ claim, status, here, done, lastEntry, open, leaseUntil }: HolderReport): Lines {
  const elsewhere = claim.cluster !== here.cluster || claim.namespace !== here.namespace;
  return [
    `${claim.original}, migration ${claim.migration}, epoch ${claim.epoch}`,
    `Held by      run ${claim.runId} of workflow ${claim.workflowId}, namespace ${claim.namespace}`,
    `Temporal     ${wordsOf(status)}${elsewhere && status === 'unknown' ? ' (it was started on another cluster or namespace)' : ''}`,
    `Done         ${done.map(stepTitle).join(' · ') || 'nothing'}`,
    `Created      ${claim.created.join(', ') || 'nothing'}`,
    `Last entry   ${moment(lastEntry)}`,
    `Open writes  ${open.map(({ part, instance }) => `${part} on ${instance}`).join(', ') || 'none'}${leaseUntil ? `, under way until ${leaseUntil} at most` : open.length > 0 ? '; their senders have given up' : ''}`,
  ];
}

function wordsOf(status: string): string {
  switch (status) {
    case 'RUNNING':
      return 'it runs';
    case 'unknown':
      return 'this server knows no such run';
    case 'neverBegan':
      return 'an earlier takeover was broken off before its run began';
    default:
      return `it is closed: ${status.toLowerCase()}`;
  }
}
