/**
 * Texts of artifacts that were read lately. A migration reads the same few again and again, and an artifact never changes: what was
 * read and proved once needs no second reading by this process.
 */

/** Characters that are kept in all, and of one text. */
const MOST = 16 * 1024 * 1024;
const MOST_OF_ONE = 1024 * 1024;

export class RecentTexts {
  /** The one that was asked for last comes last. */
  readonly #texts = new Map<string, string>();
  #characters = 0;

  get(digest: string): string | undefined {
    const text = this.#texts.get(digest);
    if (text === undefined) return undefined;
    this.#texts.delete(digest);
    this.#texts.set(digest, text);
    return text;
  }

  keep(digest: string, text: string): void {
    if (text.length > MOST_OF_ONE || this.#texts.has(digest)) return;
    this.#texts.set(digest, text);
    this.#characters += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#characters <= MOST) break;
      this.#texts.delete(oldest);
      this.#characters -= length;
    }
  }
}
