/** `migrator batch`: many migrations from one file, followed and approved together. */
import type { Command } from 'commander';
import type { BatchAnswer, BatchPicture, BatchVerb, DecisionList } from '../contract/batch.ts';
import { checkBatchMessage } from '../contract/batchSchema.ts';
import { shellWord } from '../contract/foreign.ts';
import type { Store } from '../store/store.ts';
import { BATCH_NAMED, type BatchNow, batchNamed, batchNow } from './batchFind.ts';
import { type BatchRun, runsOf } from './batchRun.ts';
import { addBatchStart } from './batchStart.ts';
import { batchText } from './batchText.ts';
import { watchBatch } from './batchWatch.ts';
import { CommandError, EXIT, isSdkError, usageError } from './errors.ts';
import { columns, hint, say, sayJson } from './print.ts';
import { type ServiceOptions, withClient, withServiceOptions, withStore } from './service.ts';
import { deliver, verbCommand } from './verbs.ts';

/** Hundreds are asked one after the other. */
const APPROVAL_DEADLINE_MS = 15 * 60_000;

export function addBatch(program: Command): void {
  const batch = program.command('batch').description('many migrations from one file');
  addBatchStart(batch);
  withServiceOptions(
    batch
      .command('status')
      .description('how far a batch is and what waits; without a name, all batches')
      .argument('[batch]', BATCH_NAMED),
  ).action(status);
  withServiceOptions(
    batch.command('watch').description('follow a batch until it has ended').argument('<batch>', BATCH_NAMED),
  ).action((name: string, options: ServiceOptions) =>
    withStore(options, async (store) => {
      process.exitCode = await watchBatch(store, name, options);
    }),
  );
  verbCommand(batch, 'pause', 'start no further migration; those under way go on', ['<batch>', BATCH_NAMED])
    .option('--reason <text>', 'why')
    .action((name: string, options: VerbOptions) => send(name, 'pause', options));
  verbCommand(batch, 'resume', 'go on after a pause, or after it stopped by itself', ['<batch>', BATCH_NAMED])
    .option('--reason <text>', 'why')
    .action((name: string, options: VerbOptions) => send(name, 'resume', options));
  withServiceOptions(
    batch
      .command('approve')
      .description('list the decisions that wait for an approval; with --decisions, grant exactly those')
      .argument('<batch>', BATCH_NAMED),
  )
    .addOption(batch.createOption('--by <who>', 'who you are (or MIGRATOR_BY)').env('MIGRATOR_BY'))
    .option('--decisions <digest>', 'digest of the list, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledgers')
    .action(approve);
  verbCommand(batch, 'withdraw', 'take your own approvals of a list back, where the delete is not confirmed yet', [
    '<batch>',
    BATCH_NAMED,
  ])
    .requiredOption('--decisions <digest>', 'digest of the list, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledgers')
    .action((name: string, options: VerbOptions) => send(name, 'withdraw', options));
}

interface VerbOptions extends ServiceOptions {
  by?: string;
  reason?: string;
  decisions?: string;
}

async function status(name: string | undefined, options: ServiceOptions): Promise<void> {
  await withStore(options, async (store) => {
    if (name === undefined) return list(store, options);
    const now = await batchNow(store, await batchNamed(store, name));
    const run = (await runsOf(options, [now])).get(now.record.batch);
    if (!options.json) return say(batchText(now, run));
    const { record, picture, items } = now;
    const told = items.map(({ item: { original, workflowId }, standing }) => ({
      original,
      workflowId,
      is: standing.is,
      ...('outline' in standing ? { migration: standing.outline.migration, state: standing.outline.state } : {}),
      ...('why' in standing && standing.why !== null ? { why: standing.why } : {}),
    }));
    return sayJson({ ...withRun(picture, run), events: record.events, items: told });
  });
}

/** Nothing can be sent to a workflow that is gone. */
const withRun = (picture: BatchPicture, run: BatchRun | undefined) => ({
  ...picture,
  ...(run?.asked && run.gone ? { legal: [] } : {}),
  ...(run ? { workflow: run } : {}),
});

async function list(store: Store, options: ServiceOptions): Promise<void> {
  const all = await Promise.all((await store.batches.list()).map((record) => batchNow(store, record)));
  const runs = await runsOf(options, all);
  const runOf = ({ record }: BatchNow) => runs.get(record.batch);
  if (options.json) return sayJson(all.map((each) => withRun(each.picture, runOf(each))));
  if (all.length === 0) return say('No batch.');
  const rows = all.map((each) => {
    const { name, state, counts } = each.picture;
    const run = runOf(each);
    return [
      name,
      run?.asked && run.gone ? 'Gone' : state,
      `${counts.done}/${counts.total}`,
      ...[counts.running, counts.waiting, counts.failed].map(String),
      each.record.batch,
    ];
  });
  say(columns([['BATCH', 'STATE', 'DONE', 'RUNNING', 'WAITING', 'FAILED', 'WORKFLOW'], ...rows]));
  const notAsked = [...runs.values()].find(({ asked }) => !asked);
  if (notAsked && !notAsked.asked) hint(`Whether their workflows still run was not asked: ${notAsked.why}`);
}

async function approve(name: string, { decisions, ...options }: VerbOptions): Promise<void> {
  if (decisions !== undefined) {
    if (!options.by) throw usageError('--by is missing.', 'Say who approves, or set MIGRATOR_BY.');
    return send(name, 'approve', { ...options, decisions });
  }
  await withStore(options, async (store) => {
    const { picture, name: known } = await batchNamed(store, name);
    const approvable = picture?.approvable;
    if (!approvable) return options.json ? sayJson(null) : say('Nothing of this batch waits for an approval.');
    const { decisions: listed } = await store.artifacts.getJson<DecisionList>(approvable.decisions);
    if (options.json) return sayJson({ decisions: approvable.decisions, listed });
    say(
      columns([
        ['ORIGINAL', 'MIGRATION', 'DECISION'],
        ...listed.map((one) => [one.original, one.migration, one.decision]),
      ]),
    );
    say([
      '',
      'Read the evidence of each: migrator report <migration>',
      `Then grant exactly these ${listed.length}:`,
      `  migrator batch approve ${shellWord(known)} --by <you> --decisions ${approvable.decisions}`,
    ]);
  });
}

async function send(name: string, verb: BatchVerb, { by, reason, decisions, ...options }: VerbOptions): Promise<void> {
  const message = { by: by ?? '', ...(decisions === undefined ? {} : { decisions }), ...(reason ? { reason } : {}) };
  const checked = checkBatchMessage(verb, message);
  if ('problem' in checked) throw usageError(checked.problem, `See \`migrator batch ${verb} --help\`.`);
  const { batch } = await withStore(options, (store) => batchNamed(store, name));
  const deadline = verb === 'approve' || verb === 'withdraw' ? APPROVAL_DEADLINE_MS : undefined;
  const { answer, ...delivery } = await withClient(options, (client) =>
    deliver(client, batch, verb, checked.message, deadline),
  ).catch((error: unknown) => {
    if (!isSdkError(error, 'WorkflowNotFoundError')) throw error;
    throw new CommandError(
      'Ended',
      `Batch ${name} does not run any more.`,
      'Its migrations are told singly.',
      EXIT.refused,
    );
  });
  tell(verb, answer as BatchAnswer | undefined, { ...options, delivery });
}

function tell(
  verb: string,
  answer: BatchAnswer | undefined,
  { json, delivery }: { json?: boolean; delivery: object },
): void {
  process.exitCode = !answer ? EXIT.unanswered : answer.accepted ? EXIT.ok : EXIT.refused;
  if (json) {
    sayJson({ verb, ...delivery, ...(answer ? { answer } : {}) });
    return;
  }
  if (!answer) {
    say(`${verb}: nobody answered in time, so it was left with Temporal as a signal.`);
    return;
  }
  const items = answer.items ?? [];
  if (items.length > 0) {
    say(
      columns(
        items.map(({ accepted, original, migration, reason }) => [accepted ? '✓' : '✗', original, migration, reason]),
      ),
    );
  }
  say(`${verb}: ${answer.accepted ? 'accepted' : 'refused'}, ${answer.reason}`);
}
