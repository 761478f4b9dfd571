/** One limiter per instance and process: a cap on concurrent reads, a token bucket, and the pauses an instance asks for. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Limits {
  requestsPerSecond: number;
  concurrency: number;
}

/**
 * Reads wait here for a place and a token. Writes never wait: a write was checked against claim and brake the moment before, and
 * any waiting would age that check; its token is taken all the same and reads pay for it.
 */
export class Limiter {
  readonly #limits: Limits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #tokens: number;
  #filledAt = performance.now();
  #pausedUntil = 0;
  #readsHeldUntil = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#tokens = Math.max(1, limits.requestsPerSecond);
  }

  /** The instance answered 429: nobody sends anything for so long. A shorter pause never ends a longer one. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + milliseconds);
  }

  /** The instance says that its bucket is empty (Data Center `X-RateLimit-Remaining: 0`): reads wait, a write may still try. */
  holdReads(milliseconds: number): void {
    this.#readsHeldUntil = Math.max(this.#readsHeldUntil, performance.now() + milliseconds);
  }

  /** Milliseconds that remain of a pause. */
  get pausedFor(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  async read<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Waits for a place and a token; what is returned gives the place back. For an answer that is read piece by piece. */
  async enter(): Promise<() => void> {
    await this.#enter();
    await this.#token();
    return () => this.#leave();
  }

  write<T>(work: () => Promise<T>): Promise<T> {
    this.#fill();
    this.#tokens -= 1;
    return work();
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limits.concurrency) {
      this.#running += 1;
      return;
    }
    // The place is handed over by whoever leaves, so `#running` does not change.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  async #token(): Promise<void> {
    for (;;) {
      const held = this.#readsHeldUntil - performance.now();
      if (held > 0) {
        await sleep(held);
        continue;
      }
      this.#fill();
      if (this.#tokens >= 1) {
        this.#tokens -= 1;
        return;
      }
      await sleep(((1 - this.#tokens) / this.#limits.requestsPerSecond) * 1000);
    }
  }

  #fill(): void {
    const now = performance.now();
    const { requestsPerSecond } = this.#limits;
    const gained = ((now - this.#filledAt) / 1000) * requestsPerSecond;
    this.#tokens = Math.min(Math.max(1, requestsPerSecond), this.#tokens + gained);
    this.#filledAt = now;
  }
}
