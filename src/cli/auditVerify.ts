/** `migrator audit verify` and `seal`: whether the record is what was written, and a signed note of it to keep elsewhere. */

import type { Command } from 'commander';
import type { Finding, Verdict } from '../audit/findings.ts';
import { makeSeal, sealedIn } from '../audit/seal.ts';
import { publicKeyOf } from '../audit/sealKeys.ts';
import { verifyStore } from '../audit/verify.ts';
import { append } from '../contract/lists.ts';
import { counted } from '../contract/text.ts';
import { keyFile, readSeal, readSeals, readSigningKey, readVerifyingKeys } from './auditFiles.ts';
import { CommandError, EXIT } from './errors.ts';
import { NAMED, pastMigration } from './find.ts';
import { writeNew } from './output.ts';
import { type Lines, say, sayJson, sayJsonLine, sayWritten } from './print.ts';
import { repeated, type ServiceOptions, serviceCommand, withStore } from './service.ts';

interface VerifyOptions extends ServiceOptions {
  seal?: string[];
  publicKey?: string[];
}

export function addAuditVerify(audit: Command): void {
  const which = `${NAMED}; all of them, and every artifact, when it is left out`;
  const held = 'hold it against a seal that was kept elsewhere, or against all in a folder; can be repeated';
  const whose = 'of whoever sealed (default seal.key.pub in the folder of `migrator up`); can be repeated';
  serviceCommand(audit, 'verify', 'whether entries and artifacts are what was written', ['[migration]', which])
    .option('--seal <file>', held, repeated)
    .option('--public-key <file>', whose, repeated)
    .action(verify);
}

async function verify(name: string | undefined, options: VerifyOptions): Promise<void> {
  const seals = await readSeals(options.seal ?? []);
  const keys = seals.length > 0 ? await readVerifyingKeys(options.publicKey, options.home) : [];
  await withStore(options, async (store) => {
    // A migration that only a seal knows is gone from the store, and that is what is to be said.
    const isSealed = name !== undefined && seals.some((seal) => sealedIn(seal, name));
    const migration = name === undefined || isSealed ? name : await pastMigration(store, name);
    const verdict = await verifyStore(store, {
      ...(migration === undefined ? {} : { migration }),
      seals,
      keys,
      onFinding: (finding) => (options.json ? sayJsonLine(finding) : say(findingLines(finding))),
    });
    if (options.json) sayJsonLine(verdict);
    else say(verdictText(verdict));
    if (verdict.firstBad !== null) process.exitCode = EXIT.error;
  });
}

function verdictText({ migrations, entries, firstBad, seals = [] }: Verdict): Lines {
  const checked = `${counted(migrations, 'migration')} with ${entries} entries`;
  const [oldest = 1] = seals;
  const held = seals.length > 0 ? `, held against ${seals.length === 1 ? 'seal' : 'seals'} ${seals.join(', ')}` : '';
  const older = oldest > 1 ? [`Seals before ${oldest} were not given: what they alone know was not checked.`] : [];
  return [`${firstBad === null ? 'Whole' : 'Damaged'}: checked ${checked} and their artifacts${held}.`, ...older];
}

/** The finding, and below it what follows from it. */
export function findingLines({ migration, n, seal, why, what, follows = [] }: Finding): string[] {
  const whose = migration ?? (seal === undefined ? 'No migration' : 'The seals');
  return [
    `${whose}${n === null ? '' : ` entry ${n}`}: ${why}, ${what}.`,
    ...follows.map((each) => `  so ${each.n === null ? '' : `at entry ${each.n}: `}${each.what}.`),
  ];
}

interface SealOptions extends ServiceOptions {
  out: string;
  after?: string;
  key?: string;
  damaged?: boolean;
}

export function addAuditSeal(audit: Command): void {
  const description = 'sign which migrations there are, which are closed, and the newest entry of each ledger';
  serviceCommand(audit, 'seal', description)
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
    // A seal is never replaced: the next one names it.
    await writeNew(out, `${JSON.stringify(made, undefined, 2)}\n`, {
      what: 'a file',
      remedy: 'Each seal is a file of its own: name another --out.',
    });
    const all = Object.values(made.migrations);
    const closed = all.filter((each) => each.closed !== null).length;
    if (options.json) return sayJson({ file: out, n: made.n, at: made.at, migrations: all.length, closed });
    const how = `${counted(all.length, 'migration')}, ${closed} closed`;
    sayWritten(`${out}, seal ${made.n} (${how}), signed with key ${made.key.slice(0, 12)}`);
  });
}
