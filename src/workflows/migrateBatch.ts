/**
 * Migrates many synchronizations, so many at once. Each is a run of `migrateSynchronization` that outlives this one. How far they are
 * is read from the store by one activity; this only starts what that answers, and hands on what people send.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { BATCH_VERBS, type BatchAnswer, type BatchPicture, type BatchTurn, type BatchVerb } from '../contract/batch.ts';
import { MIGRATE_WORKFLOW, STATUS_QUERY } from '../contract/names.ts';
import { tooMuch } from '../contract/verbs.ts';
import { batchPage } from '../report/batchPage.ts';
import { batchWork } from './proxies.ts';
import { orRefuseStart, refuseTooMuch } from './refused.ts';
import { ATTRIBUTES } from './searchAttributes.ts';

/** Each start costs this run a handful of events; a history has a limit. */
const STARTS_PER_RUN = 300;
const STARTS_AT_ONCE = 50;

/** What a run hands to the one that continues it. */
interface Carried {
  batch: string;
}

/** Ends Completed with the last picture. `carried` is its own: people send one object. */
export async function migrateBatch(start: unknown, carried?: Carried): Promise<BatchPicture> {
  // The same over continue-as-new: by it the store knows whose batch it is.
  const { firstExecutionRunId: run, workflowId } = workflowInfo();
  let shown: BatchTurn | undefined;
  let opened = carried !== undefined;
  receiveMessages(
    () => shown?.picture,
    async (verb, message) => {
      await condition(() => opened);
      return batchWork('enter what a person sent').tellBatch({ batch: workflowId, run, verb, message });
    },
  );
  try {
    refuseTooMuch(start);
    const { batch } = carried ?? (await orRefuseStart(batchWork('check the whole list').openBatch({ start, run })));
    opened = true;
    for (let started = 0; ; ) {
      const room = Math.min(STARTS_AT_ONCE, STARTS_PER_RUN - started);
      const known = shown && { state: shown.picture.state, digest: shown.digest };
      const turn = await batchWork('wait for room, or for a change').advanceBatch({
        batch,
        run,
        room,
        ...(known ? { shown: known } : {}),
      });
      show(turn.picture, shown?.picture);
      shown = turn;
      if (turn.picture.state === 'Ended') break;
      await Promise.all(turn.start.map(startMigration));
      started += turn.start.length;
      if (started < STARTS_PER_RUN && !workflowInfo().continueAsNewSuggested) continue;
      await condition(allHandlersFinished);
      await continueAsNew<typeof migrateBatch>(start, { batch });
    }
    await condition(allHandlersFinished);
    return shown.picture;
  } catch (error) {
    if (isCancellation(error) && opened) {
      await CancellationScope.nonCancellable(() =>
        batchWork('enter what a person sent').tellBatch({ batch: workflowId, run, verb: 'cancel', message: null }),
      );
    }
    throw error;
  }
}

/** Returns once Temporal has started it: only then may this run end or continue as a new one. */
async function startMigration({ workflowId, start }: BatchTurn['start'][number]): Promise<void> {
  try {
    await startChild(MIGRATE_WORKFLOW, {
      workflowId,
      args: [start],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    // Somebody else's start of the same original: it is followed all the same.
    if (!(error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError')) throw error;
  }
}

/** One upsert a change: it is an event. */
function show(picture: BatchPicture, before: BatchPicture | undefined): void {
  setCurrentDetails(batchPage(picture));
  if (before && needsHuman(before) === needsHuman(picture)) return;
  upsertSearchAttributes([
    { key: ATTRIBUTES.batch, value: picture.name },
    { key: ATTRIBUTES.needsHuman, value: needsHuman(picture) },
  ]);
}

const needsHuman = ({ counts, state }: BatchPicture): boolean => counts.waiting > 0 || state === 'Stopped';

const PURPOSES: Record<BatchVerb, string> = {
  pause: 'Starts no further migration; those under way go on. {"by": "…", "reason": "…"}',
  resume: 'Goes on after a pause, or after it stopped by itself. {"by": "…", "reason": "…"}',
  approve: 'Grants the deletes of a list of decisions. {"by": "…", "decisions": "<digest of the list>"}',
  withdraw: 'Takes your own approvals of a list back. {"by": "…", "decisions": "<digest of the list>"}',
};

function receiveMessages(
  picture: () => BatchPicture | undefined,
  enterMessage: (verb: BatchVerb, message: unknown) => Promise<BatchAnswer>,
): void {
  const tell = async (verb: BatchVerb, message: unknown): Promise<BatchAnswer> => {
    const unread = tooMuch(message);
    const refused = (reason: string): BatchAnswer => ({ accepted: false, reason, legal: picture()?.legal ?? [] });
    if (unread !== undefined) return refused(unread);
    try {
      return await enterMessage(verb, message);
    } catch (error) {
      // Thrown in the handler of a signal, it would end the batch.
      const cause = error instanceof ActivityFailure ? error.cause : error;
      log.error('a message could not be entered', { verb, error: String(cause) });
      return refused(`it was not heard (${String(cause)}); send it again.`);
    }
  };
  for (const verb of BATCH_VERBS) {
    const description = PURPOSES[verb];
    setHandler(defineSignal<[unknown]>(verb), async (message) => void (await tell(verb, message)), { description });
    setHandler(defineUpdate<BatchAnswer, [unknown]>(verb), (message) => tell(verb, message), { description });
  }
  setHandler(defineQuery<BatchPicture | null>(STATUS_QUERY), () => picture() ?? null, {
    description: 'How far the batch is, as JSON: counts, what waits and why, what can be sent.',
  });
}
