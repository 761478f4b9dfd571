/** Takes known secret values out of any text that could be printed, logged or stored. */
import { largest } from '../contract/lists.ts';
import { patternOf } from '../contract/text.ts';

const HIDDEN = '***';

/** A shorter secret can be a word that stands in any text: it is hidden in what we say, and not looked for in what is read. */
const SHORTEST_SOUGHT = 12;

/** Those that were rotated long ago open nothing any more, and each costs every text some time. */
const MOST_KEPT = 100;

function remember<T>(known: Map<string, T>, name: string, value: T): void {
  known.delete(name);
  known.set(name, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KEPT) break;
    known.delete(oldest);
  }
}

/** Secrets are learnt as they are read, and stay known after they were rotated: the last hundred of them. */
export class Redactor {
  /** Each in all its forms; the one that was read last comes last. */
  readonly #secrets = new Map<string, string[]>();
  readonly #names = new Map<string, RegExp>();
  #longestFirst: string[] = [];

  /** Remembers a password or token in every form in which an answer could echo it. */
  learn(secret: string): void {
    if (secret === '') return;
    const isNew = !this.#secrets.has(secret);
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64(secret)];
    remember(this.#secrets, secret, forms);
    if (!isNew) return;
    // A secret that is part of another must not leave the rest of that one standing.
    this.#longestFirst = [...new Set([...this.#secrets.values()].flat())].sort(
      (one, other) => other.length - one.length,
    );
  }

  /** Remembers a user name, which stays out of histories and logs too, but is taken out of foreign texts only. */
  learnName(name: string): void {
    if (name === '') return;
    remember(this.#names, name, new RegExp(`(?<![\\p{L}\\p{N}])${patternOf(name)}(?![\\p{L}\\p{N}])`, 'gu'));
  }

  /** Whether a secret, in one of its forms, stands in these bytes. */
  isIn(bytes: Uint8Array): boolean {
    const read = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#sought().some((secret) => read.includes(secret));
  }

  /** The same of bytes that come in pieces: a secret may begin in one and end in another. */
  inPieces(): (piece: Uint8Array) => boolean {
    let before = Buffer.alloc(0);
    return (piece) => {
      const longest = largest(
        this.#sought().map((secret) => Buffer.byteLength(secret)),
        1,
      );
      const read = Buffer.concat([before, piece]);
      before = read.subarray(Math.max(0, read.length - longest + 1));
      return this.isIn(read);
    };
  }

  #sought(): string[] {
    return this.#longestFirst.filter((secret) => secret.length >= SHORTEST_SOUGHT);
  }

  /** Our own sentence without secrets. */
  text(text: string): string {
    return this.#longestFirst.reduce((result, secret) => result.replaceAll(secret, HIDDEN), text);
  }

  /** What somebody else wrote, without secrets and without our user names as whole words. */
  foreignText(text: string): string {
    return [...this.#names.values()].reduce((result, name) => result.replace(name, HIDDEN), this.text(text));
  }

  /** Every string inside a JSON value without secrets. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((element) => this.json(element));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [this.text(name), this.json(member)]));
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
