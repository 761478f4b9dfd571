/** The Authorization header, made anew for each request so that a rotated secret counts at once. */
import type { Credentials, Secret } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Redactor } from './redactor.ts';

/** @throws MigratorError `CredentialsExpired` when the source cannot be read: it waits, as for an expired token. */
export async function authorization(instance: string, credentials: Credentials, redactor: Redactor): Promise<string> {
  if (credentials.kind === 'bearer') return `Bearer ${await readPassword(instance, credentials.token, redactor)}`;
  const username = await readUsername(instance, credentials.username, redactor);
  const password = await readPassword(instance, credentials.password, redactor);
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  redactor.learn(pair);
  return `Basic ${pair}`;
}

/** A password or token; the redactor knows it before anybody else does. */
export async function readPassword(instance: string, secret: Secret, redactor: Redactor): Promise<string> {
  const value = await read(instance, secret);
  redactor.learn(value);
  return value;
}

export async function readUsername(instance: string, secret: Secret, redactor: Redactor): Promise<string> {
  const value = await read(instance, secret);
  redactor.learnName(value);
  return value;
}

async function read(instance: string, secret: Secret): Promise<string> {
  const unusable = (what: string): MigratorError =>
    new MigratorError('CredentialsExpired', `${instance}, the secret ${secret.source} ${what}; nothing was sent.`, {
      remedy: `Provide ${secret.source}; the step goes on by itself.`,
    });
  let value: string;
  try {
    value = await secret.read();
  } catch {
    // Not as cause: an error of the source could quote what it read.
    throw unusable('cannot be read');
  }
  if (value === '') throw unusable('is empty');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a header cannot hold them.
  if (/[\u0000-\u001f\u007f]/.test(value)) throw unusable('holds a line break or control character');
  return value;
}
