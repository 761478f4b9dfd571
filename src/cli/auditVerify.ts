/** `migrator audit verify`: whether the record is what was written. */
import type { Command } from 'commander';
import type { Finding, Verdict } from '../audit/findings.ts';
import { sealedIn } from '../audit/seal.ts';
import { verifyStore } from '../audit/verify.ts';
import { readSeals, readVerifyingKeys, several } from './auditFiles.ts';
import { pastMigration } from './auditFind.ts';
import { EXIT } from './errors.ts';
import { NAMED } from './find.ts';
import { type Lines, say, sayJsonLine } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface VerifyOptions extends ServiceOptions {
  seal?: string[];
  publicKey?: string[];
}

export function addAuditVerify(audit: Command): void {
  withServiceOptions(
    audit
      .command('verify')
      .description('whether entries and artifacts are what was written')
      .argument('[migration]', `${NAMED}; all of them, and every artifact, when it is left out`),
  )
    .option(
      '--seal <file>',
      'hold it against a seal that was kept elsewhere, or against all in a folder; can be repeated',
      several,
    )
    .option(
      '--public-key <file>',
      'of whoever sealed (default seal.key.pub in the folder of `migrator up`); can be repeated',
      several,
    )
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
  const checked = `${migrations} ${migrations === 1 ? 'migration' : 'migrations'} with ${entries} entries`;
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
