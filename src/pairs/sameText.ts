/** Comments of one issue that say the same, of which each is given away once: thousands can, all at the same time. */
import type { JiraComment } from '../jira/types.ts';

/** Copies keep the second, not always the millisecond. */
export const CREATED_TOLERANCE_MS = 1000;

export class SameText {
  readonly #sorted: readonly JiraComment[];
  /** From each place on, one that is nearer to the next that is left, in both directions; the place itself where it is left. */
  readonly #later: Int32Array;
  readonly #earlier: Int32Array;

  /** In order of time. */
  constructor(sorted: readonly JiraComment[]) {
    this.#sorted = sorted;
    // One place more at both ends, where nothing is.
    this.#later = Int32Array.from({ length: sorted.length + 2 }, (_, at) => at);
    this.#earlier = Int32Array.from(this.#later);
  }

  /** The nearest that was made at the same time by the same person; of two that are equally near, the earlier. */
  takeNearest(old: JiraComment, userSame: (oldAuthor: string, newAuthor: string) => boolean): JiraComment | undefined {
    const from = this.#firstSince(old.created) + 1;
    const search = (start: number, step: 1 | -1): number | undefined => {
      for (let at = this.#left(start, step); ; at = this.#left(at + step, step)) {
        const each = this.#sorted[at - 1];
        if (!each || Math.abs(each.created - old.created) > CREATED_TOLERANCE_MS) return undefined;
        if (userSame(old.author, each.author)) return at;
      }
    };
    const away = (at: number | undefined): number =>
      at === undefined ? Number.POSITIVE_INFINITY : Math.abs((this.#sorted[at - 1]?.created ?? 0) - old.created);
    const [before, after] = [search(from - 1, -1), search(from, 1)];
    const at = away(before) <= away(after) ? before : after;
    if (at === undefined) return undefined;
    this.#later[at] = at + 1;
    this.#earlier[at] = at - 1;
    return this.#sorted[at - 1];
  }

  #firstSince(created: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.created ?? 0) < created) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The next place that is left. What was passed points farther from now on, so that nobody passes it again one by one. */
  #left(from: number, step: 1 | -1): number {
    const towards = step === 1 ? this.#later : this.#earlier;
    let end = from;
    while (towards[end] !== end) end = towards[end] as number;
    for (let at = from; at !== end; ) {
      const next = towards[at] as number;
      towards[at] = end;
      at = next;
    }
    return end;
  }
}
