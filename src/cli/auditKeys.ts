/** `migrator audit keys`: the key that signs seals. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { newKeyPair, publicKeyOf } from '../audit/sealKeys.ts';
import { DEFAULT_HOME } from '../service/home.ts';
import { keyFile, publicFileOf, readSigningKey, readVerifyingKeys } from './auditFiles.ts';
import { writeNew, writeOut } from './output.ts';
import { say, sayJson } from './print.ts';

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
