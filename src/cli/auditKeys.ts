/** `migrator audit keys`: the key that signs seals. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { newKeyPair, publicKeyOf } from '../audit/sealKeys.ts';
import { DEFAULT_HOME } from '../service/home.ts';
import { keyFile, publicFileOf, readSigningKey, readVerifyingKeys } from './auditFiles.ts';
import { usageError } from './errors.ts';
import { writeOut } from './output.ts';
import { say, sayJson } from './print.ts';

interface KeyOptions {
  home: string;
  key?: string;
  json?: boolean;
}

export function addAuditKeys(audit: Command): void {
  const keys = audit.command('keys').description('the Ed25519 key that signs seals');
  withKeyOptions(keys.command('create').description('make a new key; one that is there is never replaced')).action(
    create,
  );
  withKeyOptions(keys.command('show').description('print the public key, with which anybody can verify a seal')).action(
    show,
  );
}

const withKeyOptions = (command: Command): Command =>
  command
    .option('--home <folder>', 'the folder of `migrator up`', DEFAULT_HOME)
    .option('--key <file>', 'the file of the private key (default seal.key in the folder of `migrator up`)')
    .option('--json', 'one JSON value on stdout');

async function create({ home, key, json }: KeyOptions): Promise<void> {
  const file = await keyFile(key, home);
  const { privatePem, publicPem } = newKeyPair();
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, privatePem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && Reflect.get(error, 'code') === 'EEXIST')) throw error;
    throw usageError(
      `There is a key at ${file} already.`,
      'Keep it: the seals it signed need it. Or name another --key.',
    );
  }
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
