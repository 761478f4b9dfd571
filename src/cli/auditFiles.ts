/** Seals and their keys as files, and `migrator audit keys`. What a private key's file has is never repeated. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { parseSeal, type Seal } from '../audit/seal.ts';
import {
  newKeyPair,
  publicKeyOf,
  type SigningKey,
  signingKey,
  type VerifyingKey,
  verifyingKey,
} from '../audit/sealKeys.ts';
import { NoRegularFile, regularText } from '../config/regularFile.ts';
import { DEFAULT_HOME, ownHome } from '../service/home.ts';
import { CommandError, usageError } from './errors.ts';
import { writeNew, writeOut } from './output.ts';
import { say, sayJson } from './print.ts';

export const publicFileOf = (file: string): string => `${file}.pub`;

/** The file that is named, else the one of the home folder, which must be ours. */
export const keyFile = async (named: string | undefined, home: string): Promise<string> =>
  named ?? (await ownHome(home)).sealKey;

/** Of files, and of folders with every `.json` in them. */
export async function readSeals(places: readonly string[]): Promise<Seal[]> {
  const files = await Promise.all(places.map(sealFilesAt));
  return Promise.all(files.flat().map(readSeal));
}

async function sealFilesAt(place: string): Promise<string[]> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [place];
  const names = (await readdir(place)).filter((name) => name.endsWith('.json'));
  if (names.length === 0)
    throw usageError(
      `There is no seal in ${place}.`,
      'Name a folder with files that `migrator audit seal` has written.',
    );
  return names.map((name) => join(place, name));
}

export async function readSeal(file: string): Promise<Seal> {
  try {
    return parseSeal(await regularText(file));
  } catch (error) {
    const remedy = 'Name a file that `migrator audit seal` has written.';
    throw usageError(`The seal ${file} cannot be used: ${reasonOf(error)}.`, remedy);
  }
}

/** Signs; refused where others on the machine can read it. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const remedy = 'Make one with `migrator audit keys create`, or name its file with --key.';
  try {
    const { mode } = await stat(file);
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
    if (isOpen) throw new TypeError(`others can read it (mode ${(mode & 0o777).toString(8)}); run chmod 600 ${file}`);
    return signingKey(await regularText(file));
  } catch (error) {
    throw new CommandError('NoKey', `The key ${file} cannot be used: ${reasonOf(error)}.`, remedy);
  }
}

/** Verifies. Without a named file the one of the home folder. */
export async function readVerifyingKeys(named: readonly string[] | undefined, home: string): Promise<VerifyingKey[]> {
  const remedy = 'Name the public key of whoever sealed with --public-key; `migrator audit keys show` prints it.';
  const files = named ?? [publicFileOf(await keyFile(undefined, home))];
  return Promise.all(
    files.map(async (file) => {
      try {
        return verifyingKey(await regularText(file));
      } catch (error) {
        throw usageError(`Seals cannot be checked with ${file}: ${reasonOf(error)}.`, remedy);
      }
    }),
  );
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof NoRegularFile) return `it ${error.message}`;
  return Reflect.get(error, 'code') === 'ENOENT' ? 'there is no such file' : error.message;
};

interface KeyOptions {
  home: string;
  key?: string;
  json?: boolean;
}

export function addAuditKeys(audit: Command): void {
  const keys = audit.command('keys').description('the Ed25519 key that signs seals');
  keyCommand(keys, 'create', 'make a new key; one that is there is never replaced').action(create);
  keyCommand(keys, 'show', 'print the public key, with which anybody can verify a seal').action(show);
}

const keyCommand = (keys: Command, name: string, description: string): Command =>
  keys
    .command(name)
    .description(description)
    .option('--home <folder>', 'the folder of `migrator up`', DEFAULT_HOME)
    .option('--key <file>', 'the file of the private key (default seal.key in the folder of `migrator up`)')
    .option('--json', 'one JSON value on stdout');

async function create({ home, key, json }: KeyOptions): Promise<void> {
  const file = await keyFile(key, home);
  const { privatePem, publicPem } = newKeyPair();
  await mkdir(dirname(file), { recursive: true });
  const remedy = 'Keep it: the seals it signed need it. Or name another --key.';
  await writeNew(file, privatePem, { what: 'a key', remedy });
  await writeOut(publicFileOf(file), publicPem);
  const { fingerprint } = publicKeyOf(await readSigningKey(file));
  if (json) return sayJson({ file, publicFile: publicFileOf(file), fingerprint });
  say(`Written: ${file}, the private key, which only you can read. Keep it from those who may write to the database.`);
  say(`Written: ${publicFileOf(file)}, the public key ${fingerprint}. Give it to whoever verifies.`);
}

async function show({ home, key, json }: KeyOptions): Promise<void> {
  const publicFile = publicFileOf(await keyFile(key, home));
  const [publicKey] = await readVerifyingKeys([publicFile], home);
  if (!publicKey) return;
  const { pem, fingerprint } = publicKey;
  if (json) return sayJson({ publicFile, fingerprint, publicKey: pem });
  say(pem.trimEnd().split('\n'));
}
