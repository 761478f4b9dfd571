/** Where the store is: the file's own word, `--store`, and `service.json` say it in the same way. */
import path from 'node:path';
import { MigratorError } from '../contract/errors.ts';
import { SOURCE, secretFrom, troubleWith } from './secrets.ts';
import type { Config } from './types.ts';

/** Where an image says for worker and commands at once what the configuration would say for the worker alone. */
export const STORE_PLACE_VARIABLE = 'MIGRATOR_STORE_PLACE';

/**
 * What MIGRATOR_STORE_PLACE says, else `env:NAME` or `file:/path` of the configuration, valid in any folder; `undefined` where neither
 * names a store.
 */
export function storeWord(
  { file, store }: Pick<Config, 'file' | 'store'>,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const said = env[STORE_PLACE_VARIABLE];
  if (said) return said;
  const source = store.postgres?.source;
  if (!source?.startsWith('file:')) return source;
  return `file:${path.resolve(path.dirname(file), source.slice('file:'.length))}`;
}

/** A connection string, with or without an address in it. */
const CONNECTION = /^\s*[a-z][a-z0-9+.-]*:\/\/|\bpassword\s*=/i;

/**
 * What the word means: `env:` and `file:` hold the connection string of PostgreSQL, all else is a SQLite file. A connection string
 * itself is refused, and not repeated: other users of the machine read command lines, and shells keep them.
 */
export async function storePlaceAt(
  word: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ file: string } | { postgres: string }> {
  if (!SOURCE.test(word) && CONNECTION.test(word)) {
    throw new MigratorError('InvalidConfiguration', 'the store is named by its connection string itself.', {
      remedy: 'Keep it in a file or a variable, and name that: file:/path or env:NAME.',
    });
  }
  if (!SOURCE.test(word)) return { file: word };
  const secret = secretFrom(word, process.cwd(), env);
  const trouble = await troubleWith(secret);
  if (trouble === undefined) return { postgres: await secret.read() };
  throw new MigratorError('InvalidConfiguration', `the store is PostgreSQL by ${word}, and ${trouble}.`, {
    remedy: 'Set it to the connection string, postgres://user:password@host:5432/database.',
  });
}
