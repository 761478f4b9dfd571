/** A start that is refused. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { MigratorError } from '../contract/errors.ts';
import { tooMuchToStart } from '../contract/verbs.ts';

/** Before anything reads it or sends it on: what no activity can be given would hold the run up for ever. */
export function refuseTooMuch(start: unknown): void {
  const problem = tooMuchToStart(start);
  if (problem === undefined) return;
  const { code, message } = new MigratorError('InvalidStart', problem);
  throw ApplicationFailure.create({ type: code, message, nonRetryable: true });
}

/** Whoever started it finds what is wrong as the failure of the run, not below that of an activity. */
export async function orRefuseStart<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (!(cause instanceof ApplicationFailure)) throw error;
    throw ApplicationFailure.create({ type: cause.type ?? 'InvalidStart', message: cause.message, nonRetryable: true });
  }
}
