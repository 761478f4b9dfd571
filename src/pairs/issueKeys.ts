/**
 * Issue keys as numbers: `PA-17` is the number of the project among those seen, and 17. Two million keys as texts would be some
 * hundred megabytes; as numbers they are sixteen. A key that is not a project and a number is kept whole, as if it were a project.
 */
import { BACKSLASH } from './bytes.ts';

const NUMBERS = 2 ** 32;
const MOST_DIGITS = 9;

/** What was seen last on each side; nearly every key is of the same project. */
interface Recent {
  bytes: Buffer;
  project: number;
}

export class IssueKeys {
  readonly #projects: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #recent: [Recent, Recent] = [
    { bytes: Buffer.alloc(0), project: -1 },
    { bytes: Buffer.alloc(0), project: -1 },
  ];

  codeOf(key: string): number {
    const dash = key.lastIndexOf('-');
    const digits = key.slice(dash + 1);
    if (dash < 1 || digits.length > MOST_DIGITS || !/^[1-9]\d*$/.test(digits)) return this.#project(key) * NUMBERS;
    return this.#project(key.slice(0, dash)) * NUMBERS + Number(digits);
  }

  /**
   * Of a JSON text from its opening to after its closing quote. `slot`: keys of two kinds alternate in synced issue data; each is
   * compared with the last of its own.
   */
  codeAt(bytes: Buffer, from: number, to: number, slot: 0 | 1): number {
    let dash = to - 2;
    let number = 0;
    for (let weight = 1; dash > from; dash--, weight *= 10) {
      const digit = (bytes[dash] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      number += digit * weight;
    }
    const digits = to - 2 - dash;
    const start = from + 1;
    const plain =
      bytes[dash] === 0x2d && dash > start && digits > 0 && digits <= MOST_DIGITS && bytes[dash + 1] !== 0x30;
    if (!plain) return this.codeOf(JSON.parse(bytes.toString('utf8', from, to)));
    const recent = this.#recent[slot];
    if (recent.bytes.length !== dash - start || !same(bytes, start, recent.bytes)) {
      if (bytes.subarray(start, dash).includes(BACKSLASH))
        return this.codeOf(JSON.parse(bytes.toString('utf8', from, to)));
      recent.bytes = Buffer.from(bytes.subarray(start, dash));
      recent.project = this.#project(recent.bytes.toString('utf8'));
    }
    return recent.project * NUMBERS + number;
  }

  keyOf(code: number): string {
    const number = code % NUMBERS;
    const project = this.#projects[(code - number) / NUMBERS] as string;
    return number === 0 ? project : `${project}-${number}`;
  }

  /** 0: the key has none. */
  numberOf(code: number): number {
    return code % NUMBERS;
  }

  /** Whether a key is of this project. */
  isOf(code: number, project: string): boolean {
    return code % NUMBERS > 0 && this.#projects[Math.floor(code / NUMBERS)] === project;
  }

  /** Codes of these keys → codes of the same keys among others; -1 where those have not seen the project. */
  into(others: IssueKeys): (code: number) => number {
    const known: number[] = [];
    return (code) => {
      const number = code % NUMBERS;
      const project = (code - number) / NUMBERS;
      const there = known[project] ?? others.#byText.get(this.#projects[project] as string) ?? -1;
      known[project] = there;
      return there < 0 ? -1 : there * NUMBERS + number;
    };
  }

  #project(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#byText.set(text, this.#projects.length);
    return this.#projects.push(text) - 1;
  }
}

function same(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let n = 0; n < wanted.length; n++) if (bytes[at + n] !== wanted[n]) return false;
  return true;
}
