/** `migrator audit report`: one past migration as an HTML page that stands alone. */
import type { Command } from 'commander';
import type { Finding } from '../audit/findings.ts';
import { recordOf } from '../audit/record.ts';
import { verifyStore } from '../audit/verify.ts';
import { auditPage } from '../report/auditPage.ts';
import { pastMigration } from './auditFind.ts';
import { NAMED } from './find.ts';
import { writeOut } from './output.ts';
import { sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface ReportOptions extends ServiceOptions {
  out?: string;
}

export function addAuditReport(audit: Command): void {
  withServiceOptions(
    audit
      .command('report')
      .description('write a migration as one HTML page that loads nothing, with a picture of its course')
      .argument('<migration>', NAMED),
  )
    .option('--out <file>', 'the file to write (default audit-<migration>.html)')
    .action(report);
}

async function report(name: string, options: ReportOptions): Promise<void> {
  await withStore(options, async (store) => {
    const migration = await pastMigration(store, name);
    const record = await recordOf(store, migration);
    if (!record) return;
    const findings: Finding[] = [];
    const verdict = await verifyStore(store, { migration, onFinding: (finding) => findings.push(finding) });
    const file = options.out ?? `audit-${migration}.html`;
    const madeAt = new Date(await store.now()).toISOString();
    await writeOut(file, auditPage({ record, verdict, findings, madeAt }));
    if (options.json) return sayJson({ migration, file, outcome: record.outcome, verdict: verdict.verdict });
    sayWritten(`${file} (${record.outcome}; the record is ${verdict.verdict})`);
  });
}
