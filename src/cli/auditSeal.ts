/** `migrator audit seal`: a signed note of how far every ledger is, to keep elsewhere. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { makeSeal } from '../audit/seal.ts';
import { publicKeyOf } from '../audit/sealKeys.ts';
import { verifyStore } from '../audit/verify.ts';
import { append } from '../contract/lists.ts';
import { keyFile, readSeal, readSigningKey } from './auditFiles.ts';
import { findingLines } from './auditVerify.ts';
import { CommandError, usageError } from './errors.ts';
import { sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface SealOptions extends ServiceOptions {
  out: string;
  after?: string;
  key?: string;
  damaged?: boolean;
}

export function addAuditSeal(audit: Command): void {
  withServiceOptions(
    audit
      .command('seal')
      .description('sign which migrations there are, which are closed, and the newest entry of each ledger'),
  )
    .requiredOption('--out <file>', 'the file to write; keep it where the database’s owners cannot change it')
    .option('--after <file>', 'the seal before this one; without it the first of a chain is made')
    .option('--key <file>', 'the private key (default seal.key in the folder of `migrator up`)')
    .option('--damaged', 'seal though `audit verify` finds something')
    .action(seal);
}

async function seal({ out, after, key: named, damaged, ...options }: SealOptions): Promise<void> {
  const key = await readSigningKey(await keyFile(named, options.home));
  const before = after === undefined ? undefined : await readSeal(after);
  await withStore(options, async (store) => {
    if (!damaged) {
      const found: string[] = [];
      const keys = [publicKeyOf(key)];
      await verifyStore(store, {
        artifacts: false,
        ...(before ? { seals: [before], keys } : {}),
        onFinding: (finding) => append(found, findingLines(finding)),
      });
      if (found.length > 0)
        throw new CommandError(
          'Damaged',
          `A seal would hide what is wrong with the record. ${found.join(' ')}`,
          'Look into it with `migrator audit verify`. When it is known and cannot be mended, seal with --damaged.',
        );
    }
    const made = await makeSeal(store, key, before);
    await writeNew(out, `${JSON.stringify(made, undefined, 2)}\n`);
    const all = Object.values(made.migrations);
    const closed = all.filter((each) => each.closed !== null).length;
    if (options.json) return sayJson({ file: out, n: made.n, at: made.at, migrations: all.length, closed });
    const counted = `${all.length} ${all.length === 1 ? 'migration' : 'migrations'}, ${closed} closed`;
    sayWritten(`${out}, seal ${made.n} (${counted}), signed with key ${made.key.slice(0, 12)}`);
  });
}

/** A seal is never replaced: the next one names it. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && Reflect.get(error, 'code') === 'EEXIST')) throw error;
    throw usageError(`There is a file ${file} already.`, 'Each seal is a file of its own: name another --out.');
  }
}
