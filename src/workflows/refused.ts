/** A start that is refused. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

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
