/** `migrator audit verify` and `seal`: whether the record is what was written, and a note of its ends to keep elsewhere. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Finding } from '../audit/findings.ts';
import { makeSeal, parseSeal, type Seal } from '../audit/seal.ts';
import { verifyStore } from '../audit/verify.ts';
import { pastMigration } from './auditFind.ts';
import { EXIT, usageError } from './errors.ts';
import { NAMED } from './find.ts';
import { say, sayJson, sayJsonLine } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface VerifyOptions extends ServiceOptions {
  seal?: string;
}

interface SealOptions extends ServiceOptions {
  out: string;
}

export function addAuditVerify(audit: Command): void {
  withServiceOptions(
    audit
      .command('verify')
      .description('whether entries and artifacts are what was written')
      .argument('[migration]', `${NAMED}; all of them, and every artifact, when it is left out`),
  )
    .option('--seal <file>', 'hold the ends of the ledgers against a seal that was kept elsewhere')
    .action(verify);
  withServiceOptions(
    audit.command('seal').description('write number and hash of the newest entry of every ledger to a file'),
  )
    .requiredOption('--out <file>', 'the file to write; keep it where the database’s owners cannot change it')
    .action(seal);
}

async function verify(name: string | undefined, options: VerifyOptions): Promise<void> {
  const kept = options.seal === undefined ? undefined : await readSeal(options.seal);
  await withStore(options, async (store) => {
    // A migration that only the seal knows is gone from the store, and that is what is to be said.
    const migration = name === undefined || kept?.heads[name] ? name : await pastMigration(store, name);
    const verdict = await verifyStore(store, {
      ...(migration === undefined ? {} : { migration }),
      ...(kept ? { seal: kept } : {}),
      onFinding: (finding) => (options.json ? sayJsonLine(finding) : say(findingText(finding))),
    });
    if (options.json) sayJsonLine(verdict);
    else {
      const looked = `${verdict.migrations} ${verdict.migrations === 1 ? 'migration' : 'migrations'} with ${verdict.entries} entries`;
      say(verdict.firstBad === null ? `Whole: ${looked}, and their artifacts.` : `Damaged; looked at ${looked}.`);
    }
    if (verdict.firstBad !== null) process.exitCode = EXIT.error;
  });
}

const findingText = ({ migration, n, why, what }: Finding): string =>
  `${migration ?? 'No migration'}${n === null ? '' : ` entry ${n}`}: ${why}, ${what}.`;

async function readSeal(file: string): Promise<Seal> {
  try {
    return parseSeal(await readFile(file, 'utf8'));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw usageError(
      `The seal ${file} cannot be used: ${said}.`,
      'Name a file that `migrator audit seal` has written.',
    );
  }
}

async function seal(options: SealOptions): Promise<void> {
  await withStore(options, async (store) => {
    const made = await makeSeal(store);
    await writeFile(options.out, `${JSON.stringify(made, undefined, 2)}\n`);
    const migrations = Object.keys(made.heads).length;
    if (options.json) return sayJson({ file: options.out, at: made.at, migrations });
    say(`Written: ${options.out} (the newest entries of ${migrations} migrations)`);
  });
}
