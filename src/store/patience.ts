/** Waits out a database that another process holds, without blocking the event loop, then says that it cannot be reached. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MigratorError } from '../contract/errors.ts';

/** What became of a statement that failed: held by another process, out of reach, or wrong in itself. */
export type Failure = 'busy' | 'unreachable' | 'other';

const LONGEST_PAUSE_MS = 250;

/** Pause before attempt n + 1; jitter, so that two processes do not meet again and again. */
export const pauseMs = (attempt: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, 5 * 2 ** attempt) * (0.5 + random / 2);

export interface Patience {
  /** Named in the error, so that a person knows which database it was. */
  what: string;
  patienceMs: number;
  classify: (error: unknown) => Failure;
}

/** Does `attempt` until it is no longer busy. Throws `StoreUnreachable` after `patienceMs`, or at once for an unreachable one. */
export async function patiently<T>(attempt: () => T | Promise<T>, patience: Patience): Promise<T> {
  const giveUpAt = performance.now() + patience.patienceMs;
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = patience.classify(error);
      if (failure === 'other') throw error;
      if (failure === 'unreachable' || performance.now() >= giveUpAt) throw storeUnreachable(patience.what, error);
      await sleep(pauseMs(attempts, Math.random()));
    }
  }
}

/** The error of a database that is out of reach: `what` it was, and what was said. */
export function storeUnreachable(what: string, cause: unknown): MigratorError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new MigratorError('StoreUnreachable', `${what}: ${said}.`, { cause });
}
