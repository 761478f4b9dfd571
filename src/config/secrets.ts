/** Where secrets come from: the environment or a file, never the configuration file itself. */
import path from 'node:path';
import { boundedText } from './boundedFile.ts';
import type { Secret } from './types.ts';

export const SOURCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$/;

/** A user's name is no secret and may stand in the file itself. Basic authentication forbids a colon in it. */
export const NAME_OR_SOURCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*|[^:\s](?:[^:]*[^:\s])?)$/;

/** A secret of `env:NAME` or `file:/path`; a relative path is below the configuration file's folder.
 * Anything else is a user's name as it stands, which the schema lets pass for names only. */
export function secretFrom(source: string, folder: string, environment: NodeJS.ProcessEnv): Secret {
  if (source.startsWith('env:')) {
    const name = source.slice('env:'.length);
    return {
      source,
      async read() {
        const value = environment[name];
        if (value === undefined) throw new Error(`${source} is not set`);
        return value;
      },
    };
  }
  if (!source.startsWith('file:')) return { source: 'the configuration file', read: async () => source };
  const file = path.resolve(folder, source.slice('file:'.length));
  // Read each time: a rotated file counts without a restart. Editors and `echo` end a file with a line break.
  return { source, read: async () => (await boundedText(file)).replace(/\r?\n$/, '') };
}

/** Why a secret cannot be used now. `undefined` when it can. Never says what it holds. */
export async function troubleWith(secret: Secret): Promise<string | undefined> {
  const isEnvironment = secret.source.startsWith('env:');
  try {
    const value = await secret.read();
    return value === '' ? `${secret.source} is empty` : undefined;
  } catch (error) {
    if (isEnvironment) return `the environment variable ${secret.source.slice('env:'.length)} is not set`;
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    return `${secret.source} cannot be read (${typeof code === 'string' ? code : 'unknown'})`;
  }
}
