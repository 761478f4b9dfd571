/** The first activity: checks the start object, all problems at once, and takes the claim on the original. */
import { Context } from '@temporalio/activity';
import { unknownInstances } from '../contract/batchSchema.ts';
import { MigratorError } from '../contract/errors.ts';
import type { EntryKind } from '../contract/ledger.ts';
import { firstPicture } from '../contract/picture.ts';
import { problemsText } from '../contract/problems.ts';
import { parseStart } from '../contract/schemas.ts';
import type { StartInput } from '../contract/start.ts';
import type { OpenMigrationInput, OpenMigrationResult, RecordInput } from '../contract/steps.ts';
import { claimOfThisRun } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { openClaim, takeUp } from './takeover.ts';

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
    const takenOver = epoch > 1 ? await takeUp(deps, claim) : undefined;
    // The request was sent to the run that is gone, and Temporal closes only a run as Canceled that it has a request for.
    if (takenOver?.wayBack?.cancelled) await client.workflow.getHandle(claim.workflowId, runId).cancel();
    if (!(await deps.store.projections.get(migration))) {
      await deps.store.projections.put({ migration, epoch, runId }, firstPicture(migration, claim.workflowId, start));
    }
    return {
      migration,
      epoch,
      start: claim.recordedStart,
      taskQueuePrefix: deps.config.taskQueuePrefix,
      remindEvery: deps.config.reminders.every,
      ...(takenOver ? { takenOver } : {}),
    };
  },

  record: async (input: RecordInput): Promise<{ n: number }> => {
    const problem = recordProblem(input);
    if (problem) throw new MigratorError('NotRecorded', problem);
    const { migration, entry: draft, picture, answers, close } = input;
    const claim = await deps.store.claims.get(migration);
    if (close && claim?.closed === close && claim.runId === Context.current().info.workflowExecution?.runId) {
      // This very entry was committed and its answer lost: a closed claim takes nothing more.
      return { n: (await deps.store.ledger.read(migration)).length };
    }
    const { holder } = await claimOfThisRun(deps, migration);
    const entry = answers ? { ...draft, digests: { answers: await deps.store.artifacts.putJson(answers) } } : draft;
    const { n } = await deps.store.ledger.append(holder, entry, { picture, ...(close ? { close } : {}) });
    return { n };
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
  if (answers && kind !== 'verb') return 'answers are of a message that was accepted.';
  if ((kind === 'closed') !== (close !== undefined) || (close && subject.state !== close))
    return 'the end and the entry of it belong together.';
  return undefined;
}
