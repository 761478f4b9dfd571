/**
 * The one function through which every write to an instance goes: an intent committed before, an outcome after. A lost response
 * is neither failure nor success: it is `unknown`, and settled by reading. Sent by one attempt; Temporal alone retries.
 */
import { CancelledFailure, Context } from '@temporalio/activity';
import type { WriteAnswer, WriteRequest } from '../backbone/types.ts';
import { MigratorError, withoutRemedy } from '../contract/errors.ts';
import type { LedgerEntry, Subject } from '../contract/ledger.ts';
import { sha256 } from '../store/canonical.ts';
import { leaseOver, type Outcome, type PastIntent, switchedBy } from '../store/intents.ts';
import { assertNoBrake } from './brake.ts';
import { type StepContext, workOf } from './context.ts';
import { NotYet } from './interceptor.ts';
import { pause, tookHold } from './pause.ts';
import { newDigests } from './recall.ts';

export interface Write {
  /** Names this write within its step; the same part is never sent twice unless absence is proved. */
  part: string;
  instance: string;
  /** Or what makes it of a reading right before it is sent, however long that took. `undefined`: the step looks again. */
  request: WriteRequest | (() => Promise<ReadyWrite | undefined>);
  /** Keys that belong to this part and are not in the request, on purpose. */
  left?: string[];
  /** Reads right before it is sent, however long that took, whether it may be. Where not, the step looks again. */
  still?(): Promise<boolean>;
  /** Reads whether the effect is there. */
  settled(): Promise<boolean>;
}

export interface ReadyWrite {
  request: WriteRequest;
  /** What was read for it; the intent names it. */
  read?: { subject: Subject; digests: Record<string, string> };
}

/** Sends the write unless its effect is already there; returns the answer when this call got one. */
export async function write(context: StepContext, planned: Write): Promise<WriteAnswer | undefined> {
  const last = await context.known.newestIntent(workOf(context), planned.part);
  const raised = last !== undefined && Number(last.entry.subject.retry) < context.state.generation;
  switch (last?.outcome) {
    case undefined:
    case 'unknown':
      if (last && (await settleIntent(context, planned, last.entry)) === 'present') return undefined;
      break;
    case 'answered':
    case 'present':
      if (!raised) return undefined;
      break;
    case 'refused':
      if (!raised) throw new MigratorError('IntentSettledOnlyByRetry', await refusalOf(context, last));
      break;
    case 'absent':
    case 'notSent':
      break;
  }
  return send(context, planned, Number(last?.entry.subject.generation ?? 0) + 1);
}

/** With what the instance said, however often the step looks again. */
async function refusalOf({ store }: StepContext, last: PastIntent | undefined): Promise<string> {
  if (last?.said) return store.artifacts.getJson<string>(last.said);
  const { method, path, instance } = last?.entry.subject ?? {};
  return `${method} ${path} on ${instance} was refused.`;
}

async function send(context: StepContext, planned: Write, generation: number): Promise<WriteAnswer | undefined> {
  const { instance, part, left = [] } = planned;
  await assertNoBrake(context, instance);
  const ready = await readyToSend(planned);
  if (!ready) throw new NotYet('machine', [`${part} must not be sent to ${instance} any more`]);
  const { request, read } = ready;
  // Nothing may leave later than the lease bears, which begins with the intent.
  const notAfter = performance.now() + leaseMs(context) - context.config.timing.httpTimeout;
  // Somebody turned back while it was prepared: what is not sent need not be taken back.
  if (Context.current().cancellationSignal.aborted) throw new CancelledFailure('nothing was sent');
  const intent = await context.store.ledger.append(context.holder, {
    kind: 'intent',
    subject: {
      step: workOf(context),
      part,
      generation,
      retry: context.state.generation,
      instance,
      method: request.method,
      path: request.path,
      leaseMs: leaseMs(context),
      attempt: context.holder.attempt ?? 0,
      ...(left.length > 0 ? { left } : {}),
      ...read?.subject,
    },
    digests: { request: requestDigest(request), ...read?.digests, ...newDigests(context) },
  });
  try {
    const answer = await context.open(instance).send(request, notAfter);
    await enterOutcome(context, intent, 'answered', { response: answer.responseDigest }, answer.status);
    return answer;
  } catch (error) {
    const outcome = outcomeOf(error);
    const status = error instanceof MigratorError ? error.status : undefined;
    const refused = outcome === 'refused' || (outcome === 'unknown' && isRefusal(status));
    const said = refused && error instanceof MigratorError ? withoutRemedy(error) : undefined;
    const digest = said && (await context.store.artifacts.putJson(said));
    await enterOutcome(context, intent, outcome, digest ? { said: digest } : {}, status);
    if (outcome === 'unknown' && (await settleIntent(context, planned, intent)) === 'present') return undefined;
    if (outcome === 'refused' && status === 405 && request.otherwise) {
      const { still: _, ...other } = planned;
      return write(context, { ...other, part: `${part}, other verb`, request: () => withOtherVerb(planned) });
    }
    // Refused is refused, also by what stands before the instance: sending it again by ourselves would only repeat it.
    if (said !== undefined) throw new MigratorError('IntentSettledOnlyByRetry', said, { cause: error });
    throw error;
  }
}

const isRefusal = (status = 0): boolean => status >= 400 && status < 500;

async function readyToSend({ request, still }: Write): Promise<ReadyWrite | undefined> {
  if (still && !(await still())) return undefined;
  return typeof request === 'function' ? request() : { request };
}

/** Read once more: between both verbs lies a request. */
async function withOtherVerb(planned: Write): Promise<ReadyWrite | undefined> {
  const ready = await readyToSend(planned);
  return ready?.request.otherwise && { ...ready, request: ready.request.otherwise };
}

/** Waits out the sender's lease, then reads until the answer holds; only then is it known what became of it. */
export async function settleIntent(
  context: StepContext,
  planned: Pick<Write, 'settled'>,
  intent: LedgerEntry,
): Promise<'present' | 'absent'> {
  await outwait(context, intent);
  const { outgoingInterval: every, staleness } = context.config.timing;
  // Whatever is started or stopped was so before, or may have been.
  const present = await tookHold(planned.settled, { every, staleness, wasBefore: switchedBy(intent) !== undefined });
  const outcome = present ? 'present' : 'absent';
  await enterOutcome(context, intent, outcome, {});
  return outcome;
}

/** Waits until whoever may still be sending for a step cannot any more: a worker that died left its intent without an outcome. */
export async function outwaitSenders(context: StepContext, work: string): Promise<void> {
  const intent = await context.known.newestIntent(work);
  if (intent && intent.outcome === undefined) await outwait(context, intent.entry);
}

async function outwait(context: StepContext, intent: LedgerEntry): Promise<void> {
  const rest = leaseOver(intent) - (await context.store.now());
  if (rest > 0) await pause(rest);
}

/** Longer than one HTTP exchange can take: after it nobody who committed this intent can still be sending. */
export const leaseMs = (context: StepContext): number => Math.round(context.config.timing.httpTimeout * 1.5);

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof MigratorError)) return 'unknown';
  switch (error.code) {
    case 'InstanceUnreachable':
    case 'RateLimited':
    case 'CredentialsExpired':
    case 'TooLate':
      return 'notSent';
    case 'RequestRefused':
    case 'RedirectRefused':
      return 'refused';
    default:
      return 'unknown';
  }
}

async function enterOutcome(
  context: StepContext,
  { n, subject: { part = '', instance = '' } }: LedgerEntry,
  outcome: Outcome,
  digests: Record<string, string>,
  status?: number,
): Promise<void> {
  await context.store.ledger.append(context.holder, {
    kind: 'outcome',
    subject: {
      step: workOf(context),
      part,
      instance,
      intent: n,
      attempt: context.holder.attempt ?? 0,
      outcome,
      ...(status === undefined ? {} : { status }),
    },
    digests,
  });
}

/** Digest of method, path and body as it is sent, but for secrets: they are filled in then. */
const requestDigest = ({ method, path, body }: WriteRequest): string =>
  sha256(JSON.stringify([method, path, body ?? null]));
