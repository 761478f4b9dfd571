/**
 * How far an instance's clock is from ours, from the `Date` header of its answers. Two clocks are never compared as they are: their
 * owners set them, and minutes of difference are common.
 */

/** Milliseconds that the instance's clock is ahead of this machine's (behind: negative), and how wrong that may be either way. */
export interface ClockReading {
  ahead: number;
  within: number;
}

/** Clocks drift and are set: a reading older than this says nothing about now. */
const FRESH_MS = 600_000;
/** `Date` has whole seconds, cut off. */
const SECOND = 1000;

export class InstanceClock {
  /** `ahead` lies between these, as of `since` by this machine's clock. */
  #least = 0;
  #most = 0;
  #since: number | undefined;

  /** Takes what an answer says; `sent` and `received` by this machine's clock. A missing or kept answer's date says nothing. */
  learn(headers: Readonly<Record<string, unknown>>, sent: number, received: number): void {
    const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
    if (Number.isNaN(date) || Number(headers.age ?? 0) > 0) return;
    const [least, most] = [date - received, date + SECOND - sent];
    const known = this.#since !== undefined && received - this.#since < FRESH_MS;
    const [nearer, farther] = [Math.max(least, this.#least), Math.min(most, this.#most)];
    // What contradicts the answers before it: one of the two clocks was set.
    if (known && nearer <= farther) [this.#least, this.#most] = [nearer, farther];
    else [this.#least, this.#most, this.#since] = [least, most, received];
  }

  /** `undefined` before the first answer with a date. */
  read(now = Date.now()): ClockReading | undefined {
    if (this.#since === undefined || now - this.#since >= FRESH_MS) return undefined;
    return { ahead: (this.#least + this.#most) / 2, within: (this.#most - this.#least) / 2 };
  }
}
