/** Whose run it is: the claim of a run that is gone goes on with this one, and with what the ledger knows of it. */
import { Context } from '@temporalio/activity';
import { MigratorError } from '../contract/errors.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { type StepName, undoName } from '../contract/names.ts';
import { firstPicture } from '../contract/picture.ts';
import { ROLLBACK_CLASSES, type RollbackClass, WAY_BACK_QUESTIONS } from '../contract/rollback.ts';
import type { StartInput } from '../contract/start.ts';
import type { TakenOver } from '../contract/steps.ts';
import { type Answers, keptEarly, withoutTexts } from '../contract/tasks.ts';
import { alarmOf, ORIGINAL_RUNS_AGAIN } from '../contract/watch.ts';
import { canonicalJson } from '../store/canonical.ts';
import { firstHold } from '../store/holds.ts';
import type { Claim, ClaimRequest } from '../store/store.ts';
import type { ActivityDeps } from './deps.ts';
import { concerning, factsOf, isDone, withArtifacts } from './recall.ts';
import { isDeleteAsked } from './undo/undoDelete.ts';

/** The claim for this run; taken over by itself in the one case in which the same cluster says that the holder is closed. */
export async function openClaim(deps: ActivityDeps, reset: boolean, request: ClaimRequest): Promise<Claim> {
  const { claims } = deps.store;
  try {
    return await claims.open(request);
  } catch (error) {
    if (!(error instanceof MigratorError && error.code === 'ClaimHeld')) throw error;
    const held = await claims.holding(firstHold(request));
    // A reset repeats what people sent, an old approval too: somebody has to say that it is meant.
    if (reset && held?.workflowId === request.workflowId)
      throw new MigratorError('ClaimLost', `this run was made by a reset of ${held.runId}.`);
    const status = held && (await closedStatus(request, held));
    if (!held || !status || !sameWish(held.recordedStart, request.start)) throw error;
    const { cluster, namespace, workflowId, start } = request;
    const who = { actor: start.requestedBy, why: start.reason, holder: status };
    await claims.takeOver(held, { cluster, namespace, workflowId, ...who });
    return claims.open(request);
  }
}

/** How the holder's run was closed, as its own cluster says; `undefined` when it is open, or not known there. */
async function closedStatus({ cluster, namespace }: ClaimRequest, held: Claim): Promise<string | undefined> {
  if (held.cluster !== cluster || held.namespace !== namespace) return undefined;
  try {
    const { status } = await Context.current().client.workflow.getHandle(held.workflowId, held.runId).describe();
    return status.name === 'RUNNING' ? undefined : status.name;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

/** Who asks and why may differ; what is to be done may not, since the recorded start is what goes on. */
function sameWish(recorded: StartInput, sent: StartInput): boolean {
  const wish = ({ requestedBy: _, reason: __, ...what }: StartInput) => canonicalJson(what);
  return wish(recorded) === wish(sent);
}

/** Preparing ends with the start: after it, people's work changes what these steps read. */
const PREPARING: readonly StepName[] = [
  'exportConfiguration',
  'downloadSyncedIssueData',
  'importConfiguration',
  'correctConfiguration',
  'pairIssues',
];

/** What the new run goes on with; the picture is shown as its own. Asked again, it answers the same. */
export async function takeUp({ store }: ActivityDeps, claim: Claim): Promise<TakenOver> {
  const { migration, epoch, runId, workflowId, recordedStart: start } = claim;
  const entries = await store.ledger.read(migration);
  const known = factsOf(entries);
  // What was done to another new synchronization is not done.
  const done = new Set(
    concerning(entries, known)
      .filter(isDone)
      .map(({ subject }) => subject.step),
  );
  // The plan was read and answered by people; of a world in between it would be another one.
  const turned = entries.findLast(isTurn);
  const back = turned !== undefined && isTurnBack(turned);
  const since = entries.slice(Math.max(0, entries.findLastIndex(isTurnBack)));
  const kept = PREPARING.filter((step) => done.has('startSynchronization') && done.has(step));
  if (done.has('preflight')) kept.push('preflight');
  const { plan, ...facts } = await withArtifacts(store, known);
  const fresh = firstPicture(migration, workflowId, start);
  const before = (await store.projections.get(migration))?.picture ?? fresh;
  const { steps: recorded, created } = before;
  const runsAgain = back ? undefined : runsAgainSince(entries);
  const blockers = runsAgain
    ? [alarmOf(fresh.original, runsAgain, known.startedAt && created ? created : undefined)]
    : [];
  await store.projections.put({ migration, epoch, runId }, { ...fresh, steps: recorded, created, blockers });
  return {
    facts: { ...facts, ...(done.has('preflight') && plan ? { plan } : {}) },
    ...(await answersOf(store, migration, entries)),
    generation: entries.filter(
      ({ kind, subject }) => (kind === 'verb' && subject.verb === 'retry') || isForwardAgain(kind, subject),
    ).length,
    // Turning back ends a pause.
    paused: since.findLast(isPauseOrResume)?.subject.verb === 'pause',
    recorded,
    kept,
    wrote: created !== null || done.has('stopOriginal') || entries.some(({ kind }) => kind === 'intent'),
    deleting: mayBeDeleted(entries, turned),
    deleteAsked: isDeleteAsked(entries),
    back,
    ...(runsAgain ? { runsAgain } : {}),
    ...(isRejected(entries) ? { rejected: 'keepBoth' as const } : {}),
    ...(back ? { wayBack: { class: classOf(turned), cancelled: since.some(isCancellation) } } : {}),
  };
}

/** Going back, or forward again as a person chose. What was prepared is there as long as that can be chosen. */
export const isTurn = (entry: LedgerEntry): boolean => isTurnBack(entry) || isForwardAgain(entry.kind, entry.subject);

export const isTurnBack = ({ kind, subject }: LedgerEntry): boolean => kind === 'verb' && subject.class !== undefined;

const isForwardAgain = (kind: LedgerEntry['kind'], subject: LedgerEntry['subject']): boolean =>
  kind === 'state' && subject.rollback !== undefined;

/** As it was said; `R2` asks most, where an entry does not say. */
const classOf = ({ subject }: LedgerEntry): RollbackClass =>
  ROLLBACK_CLASSES.find((known) => known === subject.class) ?? 'R2';

/** Until it is read as stopped, whoever asks. On the way back it is meant to run. */
function runsAgainSince(entries: readonly LedgerEntry[]): string | undefined {
  const since = entries.slice(entries.findLastIndex(isTurn) + 1);
  const last = since.findLast(({ subject }) => subject.code === ORIGINAL_RUNS_AGAIN && subject.runs !== undefined);
  return last?.subject.runs === true ? String(last.subject.since ?? last.at) : undefined;
}

/** Accepted: a refused one is of another kind. It may have been sent on the way back, too. */
const isCancellation = ({ kind, subject }: LedgerEntry): boolean => kind === 'verb' && subject.verb === 'cancel';

export const isPauseOrResume = ({ kind, subject }: LedgerEntry): boolean =>
  kind === 'verb' && ['pause', 'resume'].includes(String(subject.verb));

/** Whether the original may have been deleted while the new one runs; where that was stopped since, its end is none. */
function mayBeDeleted(entries: readonly LedgerEntry[], turned: LedgerEntry | undefined): boolean {
  const since = turned ? entries.slice(entries.indexOf(turned) + 1) : entries;
  if (!turned || !isTurnBack(turned)) return since.some(mayHaveDeleted);
  return entries.some(mayHaveDeleted) && !since.some(takesBack);
}

/** The new one may be stopped from then on. */
const takesBack = ({ kind, subject: { step, undo, result } }: LedgerEntry): boolean =>
  (kind === 'intent' && step === undoName('startSynchronization')) ||
  (kind === 'step' && undo === true && step !== 'deleteOriginal' && (result === 'done' || result === 'task'));

/** To keep both: at the gate, or on the way back. Turning back after it undoes that. */
export function isRejected(entries: readonly LedgerEntry[]): boolean {
  const last = entries.findLast((entry) => isTurn(entry) || keepsBoth(entry));
  return last !== undefined && keepsBoth(last);
}

const keepsBoth = ({ kind, subject }: LedgerEntry): boolean =>
  (kind === 'verb' && subject.verb === 'reject' && subject.outcome === 'keepBoth') ||
  (kind === 'state' && subject.rollback === 'keepNew');

/** Sent by us, or asked of a person. */
const mayHaveDeleted = ({ kind, subject }: LedgerEntry): boolean =>
  (kind === 'intent' && subject.step === 'deleteOriginal') || (kind === 'state' && subject.state === 'Deleting');

/** All answers that stand: the later one counts, and one that the check contradicted was taken back. */
export async function answersOf(
  { artifacts, ledger }: ActivityDeps['store'],
  migration: string,
  entries: readonly LedgerEntry[],
): Promise<Pick<TakenOver, 'answers' | 'early'>> {
  const answers: Answers = {};
  const early: TakenOver['early'] = {};
  const names = await ledger.texts(migration);
  for (const [at, { kind, subject, digests, actor }] of entries.entries()) {
    if (isForwardAgain(kind, subject)) for (const question of WAY_BACK_QUESTIONS) delete answers[question];
    if (subject.verb !== 'answer') continue;
    const task = String(subject.task);
    if (subject.early !== true || kind === 'refused') delete early[task];
    if (kind !== 'verb' || !digests.answers) continue;
    const given = withoutTexts(await artifacts.getJson<Answers>(digests.answers));
    if (subject.early === true) {
      early[task] = keptEarly(names[actor ?? ''] ?? '', given);
      continue;
    }
    const next = entries.slice(at + 1).find((entry) => entry.subject.verb === 'answer' && entry.subject.task === task);
    const back = next?.subject.contradicted === true ? next.subject.questions : [];
    for (const [id, answer] of Object.entries(given))
      if (!(Array.isArray(back) && back.includes(id))) answers[id] = answer;
  }
  return { answers, early };
}
