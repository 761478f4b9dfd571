/** `migrator batch start`: checks the whole file, starts the workflow, and waits until the worker has taken it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { BATCH_WORKFLOW, type BatchMember, type BatchStart } from '../contract/batch.ts';
import { checkBatch } from '../contract/batchSchema.ts';
import { shellWord } from '../contract/foreign.ts';
import { batchWorkflowId, prefixOf } from '../contract/names.ts';
import { type Problem, pathText } from '../contract/problems.ts';
import { tooMuchToStart } from '../contract/verbs.ts';
import { digestOf } from '../store/canonical.ts';
import type { BatchRecord, Store } from '../store/store.ts';
import { type BatchFile, readBatchFile } from './batchFile.ts';
import { watchBatch } from './batchWatch.ts';
import { printEquivalents } from './equivalents.ts';
import { CommandError, EXIT, isSdkError, usageError } from './errors.ts';
import { POLL_MS } from './follow.ts';
import { byOption, repeated, serviceCommand, whereabouts, withClient, withStore } from './service.ts';
import { sayStarted } from './start.ts';
import { knownInstances, queueOf, type SharedOptions, sharedFlags } from './startObject.ts';

interface BatchStartOptions extends SharedOptions {
  name?: string;
  concurrency?: string;
  stopAfterFailures?: string;
  print?: boolean;
  wait?: boolean;
}

/** No worker took it within this time. */
const TAKEN_WITHIN_MS = 15_000;

export function addBatchStart(batch: Command): void {
  serviceCommand(batch, 'start', 'migrate all synchronizations of a file', ['<file>', 'CSV, YAML or JSON'])
    .option('--name <name>', 'of the batch; the file’s own where it is left out')
    .addOption(byOption('who asks for it'))
    .option('--reason <text>', 'why, for the ledgers')
    .option('--mapping <file>', 'decided answers for all of them, as at `migrator start`')
    .option(
      '--id-mapping <digest>',
      'an official id mapping for all of them, as at `migrator start`; may be repeated',
      repeated,
      [],
    )
    .option('--concurrency <n>', 'so many at once; one that waits for a person does not count (10)')
    .option('--stop-after-failures <n>', 'start no further one after so many that failed')
    .option('--task-queue <name>', 'task queue, when the service has a prefix that is not in its file')
    .option('--print', 'show how temporal, tctl and the UI would start it, and send nothing')
    .option('--wait', 'follow it until it has ended')
    .action(start);
}

async function start(file: string, options: BatchStartOptions): Promise<void> {
  const read = await readBatchFile(file);
  const flags = { ...ownFlags(options), ...(await sharedFlags(options, read.members)) };
  const members = { name: nameOf(file), ...read.members, ...flags };
  const where = await whereabouts(options);
  const checked = checkBatch(members, read.members.migrations, await knownInstances(where));
  const problems = [...read.problems, ...('problems' in checked ? checked.problems : [])];
  if (problems.length > 0 || 'problems' in checked)
    throw usageError(told(file, read, problems), 'Nothing was started.');
  // As they stand in the file: the worker fills in what the batch says for all, which would be here once for each.
  const wish: BatchStart = { ...checked.batch, migrations: read.members.migrations as BatchMember[] };
  const taskQueue = await queueOf(options, where);
  const workflowId = batchWorkflowId(wish.name, digestOf(read.members.migrations), prefixOf(taskQueue));
  if (options.print)
    return printEquivalents({ workflowId, taskQueue, start: wish, workflowType: BATCH_WORKFLOW }, where, options.json);
  await withStore(options, (store) =>
    withClient(options, async (client) => {
      const sent = await storedIfLong(store, wish);
      const handle = await startWorkflow(client, workflowId, taskQueue, sent);
      const record = await taken(store, handle);
      if (options.wait) {
        process.exitCode = await watchBatch(store, workflowId, options);
        return;
      }
      sayStarted(options, where, handle, {
        taken: record !== undefined,
        what: `batch ${wish.name}, ${checked.migrations.length} migrations: ${workflowId}.`,
        follow: `batch watch ${shellWord(wish.name)}`,
      });
    }),
  );
}

/** `waves/first.csv` → `first`. */
const nameOf = (file: string): string => file.replace(/^[\s\S]*[\\/]/, '').replace(/\.[^.]*$/, '');

const ownFlags = ({ name, concurrency, stopAfterFailures }: BatchStartOptions) => ({
  ...(name ? { name } : {}),
  ...(concurrency ? { concurrency: Number(concurrency) } : {}),
  ...(stopAfterFailures ? { stopAfterFailures: Number(stopAfterFailures) } : {}),
});

/** All at once, each with its line. */
function told(file: string, { lineOf }: BatchFile, problems: readonly Problem[]): string {
  const lines = problems.map(({ path, what }) => {
    const line = lineOf(path);
    const [, n] = path;
    const where = line === undefined ? '' : `${file}:${line} `;
    const about = line !== undefined && typeof n === 'number' ? path.slice(2) : path;
    return `  ${where}${about.length > 0 ? `${pathText(about)}: ` : ''}${what}`;
  });
  return `${problems.length === 1 ? 'One thing is' : `${problems.length} things are`} wrong with this batch:\n${lines.join('\n')}\n`;
}

async function storedIfLong(store: Store, wish: BatchStart): Promise<BatchStart> {
  if (tooMuchToStart(wish) === undefined) return wish;
  return { ...wish, migrations: { artifact: await store.artifacts.putJson(wish.migrations) } };
}

async function startWorkflow(client: Client, workflowId: string, taskQueue: string, wish: BatchStart) {
  try {
    return await client.workflow.start(BATCH_WORKFLOW, { workflowId, taskQueue, args: [wish] });
  } catch (error) {
    if (!isSdkError(error, 'WorkflowExecutionAlreadyStartedError')) throw error;
    throw new CommandError(
      'AlreadyRunning',
      `This list is under way already, as ${workflowId}.`,
      `Follow it with \`migrator batch watch ${shellWord(workflowId)}\`.`,
    );
  }
}

/** Until the worker has checked and opened it; `undefined` when none has within a while. Throws what the worker found wrong. */
async function taken(
  store: Store,
  handle: WorkflowHandle & { firstExecutionRunId: string },
): Promise<BatchRecord | undefined> {
  for (const end = Date.now() + TAKEN_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
    const record = await store.batches.get(handle.workflowId);
    if (record?.run === handle.firstExecutionRunId) return record;
    const { status } = await handle.describe();
    if (status.name !== 'FAILED') continue;
    const failure: unknown = await handle.result().catch((error: unknown) => error);
    const cause = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
    throw new CommandError(
      'Refused',
      cause instanceof Error ? cause.message : String(cause),
      'Nothing was started.',
      EXIT.usage,
    );
  }
  return undefined;
}
