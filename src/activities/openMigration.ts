/** The first activity: checks the start object, all problems at once, and takes the claim on the original. */
import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { unknownInstances } from '../contract/batchSchema.ts';
import { MigratorError } from '../contract/errors.ts';
import type { EntryKind } from '../contract/ledger.ts';
import { problemsText } from '../contract/problems.ts';
import { parseStart } from '../contract/schemas.ts';
import type { StartInput } from '../contract/start.ts';
import type { OpenMigrationInput, OpenMigrationResult, RecordInput, RecordResult } from '../contract/steps.ts';
import { underWay } from '../migration/describe.ts';
import { SUBJECTS } from '../migration/entries.ts';
import { standingOf } from '../migration/state.ts';
import { canonicalJson } from '../store/canonical.ts';
import { claimOfThisRun } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { answersIn, factsIn } from './recall.ts';
import { enter, openBook, show } from './shown.ts';
import { openClaim } from './takeover.ts';

export const housekeepingActivities = (deps: ActivityDeps) => ({
  openMigration: async ({ start: sent, reset = false }: OpenMigrationInput): Promise<OpenMigrationResult> => {
    const start = parseStart(sent);
    refuseUnknownInstances(deps, start);
    const { info, client } = Context.current();
    const { original } = start;
    const { clusterId } = await client.workflowService.getClusterInfo({});
    const claim = await openClaim(deps, reset, {
      original: `${original.instance}/${original.synchronization}`,
      cluster: clusterId,
      namespace: info.namespace,
      workflowId: info.workflowExecution?.workflowId ?? '',
      runId: info.workflowExecution?.runId ?? '',
      start,
    });
    const { migration, epoch, runId } = claim;
    const book = await openBook(deps.store, claim, { migration, epoch, runId });
    const { state, plan } = book;
    // The request was sent to the run that is gone, and Temporal closes only a run as Canceled that it has a request for.
    if (epoch > 1 && state.back?.cancelled) await client.workflow.getHandle(claim.workflowId, runId).cancel();
    await show(book, underWay('preflight'));
    return {
      migration,
      epoch,
      start: claim.recordedStart,
      taskQueuePrefix: deps.config.taskQueuePrefix,
      remindEvery: deps.config.reminders.every,
      standing: standingOf(state),
      ...(plan ? { plan } : {}),
      said: await answersIn(deps.store, migration, state),
      residue: (await factsIn(deps.store, state)).residue ?? [],
    };
  },

  record: async (input: RecordInput): Promise<RecordResult> => {
    const problem = recordProblem(input);
    if (problem) throw new MigratorError('NotRecorded', problem);
    const { migration, entry: draft, view, answers, close } = input;
    const closed = await deps.store.claims.get(migration);
    if (close && closed?.closed === close && closed.runId === Context.current().info.workflowExecution?.runId) {
      // This very entry was committed and its answer lost: a closed claim takes nothing more.
      const { state } = await openBook(deps.store, closed, closed);
      return { standing: standingOf(state) };
    }
    const { claim, holder } = await claimOfThisRun(deps, migration);
    const book = await openBook(deps.store, claim, holder);
    const entry = answers ? { ...draft, digests: { answers: await deps.store.artifacts.putJson(answers) } } : draft;
    const state = await enter(book, entry, view, close);
    const answered =
      canonicalJson([state.answers, state.early]) !== canonicalJson([book.state.answers, book.state.early]);
    return {
      standing: standingOf(state),
      ...(answered ? { said: await answersIn(deps.store, migration, state) } : {}),
    };
  },
});

function refuseUnknownInstances({ config }: ActivityDeps, start: StartInput): void {
  const names = Object.keys(config.instances);
  const reachable = names.filter((name) => config.instances[name]?.access === 'full');
  const problems = unknownInstances(start, reachable, names);
  if (problems.length > 0) throw new MigratorError('InvalidStart', problemsText(problems));
}

/** Decisions of people, and that somebody is waited for. What was read, proved, granted or sent is entered by whoever did that. */
const RECORDED: readonly EntryKind[] = ['state', 'verb', 'refused', 'closed'];

/** Why this is not entered for its caller, who could say anything; `undefined` when it may be. */
function recordProblem({ entry, close, answers }: RecordInput): string | undefined {
  const { kind, digests, grade, subject } = entry;
  if (!RECORDED.includes(kind)) return `an entry of the kind ${kind} is made by the activity that it is about.`;
  if (digests && Object.keys(digests).length > 0) return 'digests are entered by whoever read what they are of.';
  if (grade !== undefined && grade !== 'claimed') return `nobody is known as ${grade} by what a workflow says.`;
  const said = SUBJECTS[kind].safeParse(subject);
  if (!said.success) return `an entry of the kind ${kind} does not say that: ${z.prettifyError(said.error)}`;
  if (answers && kind !== 'verb') return 'answers are of a message that was accepted.';
  if ((kind === 'closed') !== (close !== undefined) || (close && Reflect.get(subject, 'state') !== close))
    return 'the end and the entry of it belong together.';
  return undefined;
}
