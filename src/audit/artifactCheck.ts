/** Artifacts against their digests. Each is read once, however many entries name it. */
import { createHash } from 'node:crypto';
import { MigratorError } from '../contract/errors.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import type { Store } from '../store/store.ts';
import type { Finding } from './findings.ts';

export interface ArtifactDamage extends Pick<Finding, 'why' | 'what'> {
  /** Digest of the content, where that is whole and another one. */
  content?: string;
}

export class ArtifactCheck {
  readonly #store: Store;
  readonly #known = new Map<string, ArtifactDamage | undefined>();
  #sizes: Promise<Map<string, number>> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those that have not been asked for. */
  async unseen(): Promise<string[]> {
    return [...(await this.#recorded()).keys()].filter((digest) => !this.#known.has(digest));
  }

  async damage(digest: string): Promise<ArtifactDamage | undefined> {
    if (!this.#known.has(digest)) this.#known.set(digest, await this.#read(digest));
    return this.#known.get(digest);
  }

  #recorded(): Promise<Map<string, number>> {
    this.#sizes ??= this.#store.records
      .artifacts()
      .then((rows) => new Map(rows.map(({ digest, size }) => [digest, size])));
    return this.#sizes;
  }

  async #read(digest: string): Promise<ArtifactDamage | undefined> {
    const size = (await this.#recorded()).get(digest);
    if (size === undefined) return { why: 'missing', what: `artifact ${digest} is not in the store` };
    const hash = createHash('sha256');
    let read = 0;
    try {
      for await (const bytes of this.#store.artifacts.get(digest)) {
        hash.update(bytes);
        read += bytes.length;
      }
    } catch (error) {
      if (!(error instanceof MigratorError) || error.code !== 'Unexpected') throw error;
      const [, what = ''] = /(artifact .*?)\. /.exec(error.message) ?? [];
      const content = / other content /.test(what) ? { content: hash.digest('hex') } : {};
      return { why: / lacks /.test(what) ? 'missing' : 'changed', what, ...content };
    }
    if (read === size) return undefined;
    return { why: 'changed', what: `artifact ${digest} has ${read} bytes, and ${size} are recorded` };
  }
}

/**
 * Of a request, a response, a decision, what was proved, a start object and an identity only the digest is kept, or it stands in the claim or
 * within an artifact. What was answered is a salted hash, like a reason.
 */
const KEPT_AS_DIGEST = [
  ...['request', 'response', 'decision', 'proved', 'pairSet', 'traces', 'start', 'identity', 'answered'],
];

export const artifactsOf = ({ digests }: Pick<LedgerEntry, 'digests'>): { name: string; digest: string }[] =>
  Object.entries(digests)
    .filter(([name]) => !KEPT_AS_DIGEST.includes(name))
    .map(([name, digest]) => ({ name, digest }));
