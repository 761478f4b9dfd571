/** `migrator batch`: many migrations from one file, followed and approved together. */
import type { Command } from 'commander';
import type { BatchAnswer, BatchPicture, BatchVerb, DecisionList } from '../contract/batch.ts';
import { checkBatchMessage } from '../contract/batchSchema.ts';
import { shellWord } from '../contract/foreign.ts';
import type { Store } from '../store/store.ts';
import { BATCH_NAMED, type BatchNow, type BatchRun, batchNamed, batchNow, runsOf } from './batchFind.ts';
import { addBatchStart } from './batchStart.ts';
import { batchText } from './batchText.ts';
import { watchBatch } from './batchWatch.ts';
import { CommandError, EXIT, isSdkError, usageError } from './errors.ts';
import { columns, hint, answer as print, say, sayJson } from './print.ts';
import { byOption, type ServiceOptions, serviceCommand, withClient, withStore } from './service.ts';
import { deliver, verbCommand } from './verbs.ts';

/** Hundreds are asked one after the other. */
const APPROVAL_DEADLINE_MS = 15 * 60_000;

export function addBatch(program: Command): void {
  const batch = program.command('batch').description('many migrations from one file');
  addBatchStart(batch);
  const status = 'how far a batch is and what waits; without a name, all batches';
  serviceCommand(batch, 'status', status, ['[batch]', BATCH_NAMED]).action(show);
  const named = ['<batch>', BATCH_NAMED] as const;
  serviceCommand(batch, 'watch', 'follow a batch until it has ended', named).action(
    (name: string, options: ServiceOptions) =>
      withStore(options, async (store) => {
        process.exitCode = await watchBatch(store, name, options);
      }),
  );
  for (const [verb, description] of [
    ['pause', 'start no further migration; those under way go on'],
    ['resume', 'go on after a pause, or after it stopped by itself'],
  ] as const)
    verbCommand(batch, verb, description, named)
      .option('--reason <text>', 'why')
      .action((name: string, options: VerbOptions) => send(name, verb, options));
  const approving = 'list the decisions that wait for an approval; with --decisions, grant exactly those';
  serviceCommand(batch, 'approve', approving, named)
    .addOption(byOption())
    .option('--decisions <digest>', 'digest of the list, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledgers')
    .action(approve);
  const withdrawing = 'take your own approvals of a list back, where the delete is not confirmed yet';
  verbCommand(batch, 'withdraw', withdrawing, named)
    .requiredOption('--decisions <digest>', 'digest of the list, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledgers')
    .action((name: string, options: VerbOptions) => send(name, 'withdraw', options));
}

interface VerbOptions extends ServiceOptions {
  by?: string;
  reason?: string;
  decisions?: string;
}

async function show(name: string | undefined, options: ServiceOptions): Promise<void> {
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
  { delivery, ...options }: { json?: boolean; delivery: object },
): void {
  process.exitCode = !answer ? EXIT.unanswered : answer.accepted ? EXIT.ok : EXIT.refused;
  const items = answer?.items ?? [];
  const rows = items.map(({ accepted, original, migration, reason }) => [
    accepted ? '✓' : '✗',
    original,
    migration,
    reason,
  ]);
  const said = answer
    ? [...columns(rows), `${verb}: ${answer.accepted ? 'accepted' : 'refused'}, ${answer.reason}`]
    : `${verb}: nobody answered in time, so it was left with Temporal as a signal.`;
  print(options, { verb, ...delivery, ...(answer ? { answer } : {}) }, said);
}
