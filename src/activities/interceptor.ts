/**
 * One place maps errors to what Temporal retries. An attempt counter would mix waiting with failing, so consecutive real errors
 * are counted in the heartbeat details, which survive failing attempts.
 */
import { ApplicationFailure, CancelledFailure, Context, log } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Timing } from '../config/types.ts';
import { type Bounds, boundPassed } from '../contract/bounds.ts';
import { ERRORS, MigratorError, withoutRemedy } from '../contract/errors.ts';
import { shown } from '../contract/foreign.ts';
import { LIMITS, sizeText } from '../contract/limits.ts';

/** This many real errors in a row end a step in `StepFailed`, which asks a person. */
export const REAL_ERRORS_LIMIT = 5;
/** An unreachable store or instance is retried without limit, at most this far apart (design §5). */
const OUTAGE_MAX_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
const HEARTBEAT_EVERY_MS = 1_000;

/** A server ends a run to which more is sent at once; whatever an activity answers is bounded where it is made, and far below. */
const LARGEST: Bounds = { bytes: LIMITS.payload, depth: LIMITS.depth, members: LIMITS.payload };

interface HeartbeatDetails {
  failures: number;
}

/** "Not yet": the condition does not hold. Benign: waiting adds no event and is no failure. */
export class NotYet extends Error {
  readonly waitsFor: 'machine' | 'person';
  constructor(waitsFor: 'machine' | 'person', missing: string[]) {
    super(missing.join(' · '));
    this.name = 'NotYet';
    this.waitsFor = waitsFor;
  }
}

/** Its beginning says it. A server keeps no failure of an attempt beyond some kilobytes, in which it stands twice. */
const LONGEST_NOT_YET = 500;

/** The next look at something awaited: rare when it has been waited for long. Derived from the age, never from attempts. */
export function delayByAge(ageMs: number, { from, to }: { from: number; to: number }): number {
  return Math.round(Math.min(to, Math.max(from, ageMs / 10)));
}

const jitter = (ms: number): number => Math.round(ms * (0.8 + Math.random() * 0.4));

function toFailure(error: unknown, failures: number, ageMs: number, timing: Timing): ApplicationFailure {
  if (error instanceof NotYet) {
    const range = error.waitsFor === 'person' ? timing.personWait : timing.machineWait;
    return ApplicationFailure.create({
      type: 'NotYet',
      message: shown(error.message, LONGEST_NOT_YET),
      nextRetryDelay: delayByAge(ageMs, range),
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  const known =
    error instanceof MigratorError ? error : new MigratorError('Unexpected', messageOf(error), { cause: error });
  const message = shown(known.message);
  const details = [{ code: known.code, remedy: known.remedy }];
  if (known.retry === 'wait') {
    const nextRetryDelay = jitter(
      Math.max(known.retryAfterMs ?? 0, delayByAge(ageMs, { from: 500, to: OUTAGE_MAX_MS })),
    );
    return ApplicationFailure.create({
      type: known.code,
      message,
      nextRetryDelay,
      details,
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  if (known.retry === 'never')
    return ApplicationFailure.create({ type: known.code, message, nonRetryable: true, details });
  if (failures < REAL_ERRORS_LIMIT) {
    // By failures in a row: Temporal's own backoff counts attempts, and an hour of waiting has many.
    const nextRetryDelay = Math.min(OUTAGE_MAX_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    return ApplicationFailure.create({ type: known.code, message, nextRetryDelay, details });
  }
  return ApplicationFailure.create({
    type: 'StepFailed',
    message: `${ERRORS.StepFailed.sentence} (${failures} errors in a row). ${shown(withoutRemedy(known))}`,
    nonRetryable: true,
    details: [{ code: known.code, remedy: lastRemedy(known) }],
  });
}

/** By itself it was tried often enough: whatever the remedy is, `retry` follows. */
const lastRemedy = ({ code, remedy }: MigratorError): string =>
  code === 'OutcomeUnknown' || code === 'Unexpected' ? ERRORS.StepFailed.remedy : `${remedy} Then send retry.`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Heartbeats while the activity runs, counts real errors in a row, and maps every error. */
export class StepInterceptor implements ActivityInboundCallsInterceptor {
  readonly #timing: Timing;
  constructor(timing: Timing) {
    this.#timing = timing;
  }

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const context = Context.current();
    const before = (context.info.heartbeatDetails as HeartbeatDetails | undefined)?.failures ?? 0;
    const beat = setInterval(() => context.heartbeat({ failures: before }), HEARTBEAT_EVERY_MS);
    try {
      const result = await next(input);
      if (boundPassed(result, LARGEST))
        throw new MigratorError(
          'BeyondLimit',
          `${context.info.activityType} would answer more than ${sizeText(LARGEST.bytes)}.`,
        );
      return result;
    } catch (error) {
      if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
      const counts = !(error instanceof NotYet) && !(error instanceof MigratorError && error.retry !== 'count');
      const failures = counts ? before + 1 : 0;
      context.heartbeat({ failures });
      const failure = toFailure(error, failures, Date.now() - context.info.scheduledTimestampMs, this.#timing);
      if (counts) log.warn('attempt failed', { code: failure.type, failures, message: failure.message });
      throw failure;
    } finally {
      clearInterval(beat);
    }
  }
}
