/**
 * The ledger as one attempt knows it. An attempt may write thousands of times and looks before each: it reads the ledger whole once,
 * and from then on only what was entered since. Entries never change, so what is known stays true.
 */
import type { LedgerEntry } from '../contract/ledger.ts';
import { Intents, type PastIntent } from '../store/intents.ts';
import type { Ledger } from '../store/store.ts';

export class KnownLedger {
  readonly #ledger: Ledger;
  readonly #migration: string;
  readonly #entries: LedgerEntry[] = [];
  readonly #intents = new Intents();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(ledger: Ledger, migration: string) {
    this.#ledger = ledger;
    this.#migration = migration;
  }

  /** All that were committed when it was asked. */
  async entries(): Promise<readonly LedgerEntry[]> {
    await this.#readOn();
    return this.#entries;
  }

  /** Oldest first. */
  async intents(): Promise<PastIntent[]> {
    await this.#readOn();
    return this.#intents.all();
  }

  /** The newest intent of a step, or of one part of it. */
  async newestIntent(step: string, part?: string): Promise<PastIntent | undefined> {
    await this.#readOn();
    return this.#intents.newest(step, part);
  }

  /** One reading after the other: two at once would take the same entries twice. */
  #readOn(): Promise<void> {
    const read = this.#reading.then(async () => {
      for (const entry of await this.#ledger.read(this.#migration, this.#entries.at(-1)?.n)) {
        this.#entries.push(entry);
        this.#intents.add(entry);
      }
    });
    this.#reading = read.catch(() => undefined);
    return read;
  }
}
