/**
 * `migrator takeover`: goes on with a migration whose run was terminated, reset or lost. It shows who holds the claim and what was
 * done, asks, moves the claim to the next epoch, and starts a new run that continues the same ledger.
 */
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { MigratorError } from '../contract/errors.ts';
import { shellWord } from '../contract/foreign.ts';
import { MIGRATE_WORKFLOW } from '../contract/names.ts';
import { moment, stepTitle } from '../report/words.ts';
import type { Claim, Store } from '../store/store.ts';
import { type HolderReport, reportHolder } from './claimHolder.ts';
import { CommandError, EXIT, usageError } from './errors.ts';
import { migrationNamed } from './find.ts';
import { hint, type Lines, say, sayJson } from './print.ts';
import { asking } from './prompt.ts';
import { withClient, withStore } from './service.ts';
import { queueOf, type StartOptions } from './startObject.ts';
import { type VerbOptions, verbCommand } from './verbs.ts';

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
