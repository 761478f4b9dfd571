/** That a synchronization holds its pairs, as something only a comparison makes: without it no request to start one can be written. */
import { notHeldByBoth } from './compare.ts';
import type { Pair } from './keys.ts';
import type { PairTable } from './table.ts';

export class PairsHeld {
  /** Of the synchronization that was read. */
  readonly key: string;
  // Private, so that nothing else has this type.
  readonly #count: number;

  private constructor(key: string, count: number) {
    this.key = key;
    this.#count = count;
  }

  /** `table` expects pairs, and was filled with what both connectors of the synchronization list. Else the pairs not both hold. */
  static by(key: string, table: PairTable): PairsHeld | Pair[] {
    const missing = notHeldByBoth(table);
    return missing.length === 0 ? new PairsHeld(key, table.expected) : missing;
  }

  get count(): number {
    return this.#count;
  }
}
