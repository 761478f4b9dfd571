/**
 * The ledger as one attempt knows it. An attempt may write thousands of times and looks before each: it reads the ledger whole once,
 * and from then on only what was entered since. Entries never change, so what is known stays true.
 */
import type { LedgerEntry } from '../contract/ledger.ts';
import type { StartInput } from '../contract/start.ts';
import { asEntry } from '../migration/entries.ts';
import { evolve } from '../migration/evolve.ts';
import { initialState, type State } from '../migration/state.ts';
import { Intents, type PastIntent } from '../store/intents.ts';
import type { Ledger } from '../store/store.ts';

export class KnownLedger {
  readonly #ledger: Ledger;
  readonly #migration: string;
  readonly #entries: LedgerEntry[] = [];
  /** By the new synchronization that they name; what was done to none of them is under `undefined`. */
  readonly #intents = new Map<string | undefined, Intents>();
  readonly #created: () => string | undefined;
  #state: State;
  #reading: Promise<unknown> = Promise.resolve();

  /** `created`: the new synchronization of now (`createdArtifact`). While there is none, all entries concern it. */
  constructor(
    ledger: Ledger,
    migration: string,
    start: Pick<StartInput, 'order'>,
    created: () => string | undefined = () => undefined,
  ) {
    this.#state = initialState(start);
    this.#ledger = ledger;
    this.#migration = migration;
    this.#created = created;
  }

  /** All that were committed when it was asked. */
  async all(): Promise<readonly LedgerEntry[]> {
    await this.#readOn();
    return this.#entries;
  }

  /** Their fold. */
  async state(): Promise<State> {
    await this.#readOn();
    return this.#state;
  }

  /** But for those about another new synchronization: what was done to that one was not done to this. */
  async entries(): Promise<readonly LedgerEntry[]> {
    const all = await this.all();
    const created = this.#created();
    return created === undefined ? all : all.filter((entry) => [undefined, created].includes(createdOf(entry)));
  }

  /** Oldest first. */
  async intents(): Promise<PastIntent[]> {
    await this.#readOn();
    return this.#concerned()
      .flatMap((intents) => intents.all())
      .sort((x, y) => x.entry.n - y.entry.n);
  }

  /** The newest intent of a step, or of one part of it. */
  async newestIntent(step: string, part?: string): Promise<PastIntent | undefined> {
    await this.#readOn();
    return this.#concerned()
      .flatMap((intents) => intents.newest(step, part) ?? [])
      .sort((x, y) => x.entry.n - y.entry.n)
      .at(-1);
  }

  #concerned(): Intents[] {
    const created = this.#created();
    return [...this.#intents].flatMap(([of, intents]) =>
      created === undefined || of === undefined || of === created ? [intents] : [],
    );
  }

  /** One reading after the other: two at once would take the same entries twice. */
  #readOn(): Promise<void> {
    const read = this.#reading.then(async () => {
      for (const entry of await this.#ledger.read(this.#migration, this.#entries.at(-1)?.n)) {
        this.#entries.push(entry);
        this.#state = evolve(this.#state, asEntry(entry));
        if (entry.kind === 'intent') this.#intentsOf(entry).add(entry);
        // It names its intent by number.
        if (entry.kind === 'outcome') for (const intents of this.#intents.values()) intents.add(entry);
      }
    });
    this.#reading = read.catch(() => undefined);
    return read;
  }

  #intentsOf(entry: LedgerEntry): Intents {
    const of = createdOf(entry);
    const known = this.#intents.get(of) ?? new Intents();
    this.#intents.set(of, known);
    return known;
  }
}

/** The new synchronization to which it was done; `undefined`: to none. */
export const createdOf = ({ digests }: LedgerEntry): string | undefined => digests.createdArtifact;
