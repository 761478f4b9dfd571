/** `migrator report`: the evidence of a migration as one HTML page that stands alone. */
import type { Command } from 'commander';
import type { Evidence } from '../evidence/types.ts';
import { evidencePage } from '../report/evidencePage.ts';
import { CommandError } from './errors.ts';
import { migrationNamed, NAMED } from './find.ts';
import { writeOut } from './output.ts';
import { sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface ReportOptions extends ServiceOptions {
  out?: string;
}

export function addReport(program: Command): void {
  withServiceOptions(
    program
      .command('report')
      .description('write the evidence as an HTML page, to be read before approving')
      .argument('<migration>', NAMED),
  )
    .option('--out <file>', 'the file to write (default evidence-<migration>.html)')
    .action(report);
}

async function report(name: string, options: ReportOptions): Promise<void> {
  await withStore(options, async (store) => {
    const { migration, picture } = await migrationNamed(store, name);
    if (picture.evidence === null) {
      throw new CommandError(
        'NotYet',
        `${picture.original} has no evidence (${picture.state}).`,
        'The step verify makes it, once everything it states holds.',
      );
    }
    const evidence = await store.artifacts.getJson<Evidence>(picture.evidence);
    const file = options.out ?? `evidence-${migration}.html`;
    await writeOut(file, evidencePage(evidence));
    const broken = evidence.predicates.filter(({ holds }) => !holds).length;
    if (options.json) return sayJson({ migration, file, evidence: picture.evidence, decision: evidence.digest });
    const verdict =
      broken === 0 ? `all ${evidence.predicates.length} statements hold` : `${broken} statements do not hold`;
    sayWritten(`${file} (${verdict}; decision ${evidence.digest})`);
  });
}
