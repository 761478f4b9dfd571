/** `migrator status`: where one migration stands, or all of them. */
import type { Command } from 'commander';
import { migrationNamed, NAMED } from './find.ts';
import { pictureRow, pictureText } from './picture.ts';
import { columns, say, sayJson } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

interface StatusOptions extends ServiceOptions {
  open?: boolean;
}

export function addStatus(program: Command): void {
  withServiceOptions(
    program
      .command('status')
      .description('where a migration stands and what can be sent to it; without a name, all migrations')
      .argument('[migration]', NAMED),
  )
    .option('--open', 'of all, only those that have not ended')
    .action(status);
}

async function status(name: string | undefined, options: StatusOptions): Promise<void> {
  await withStore(options, async (store) => {
    if (name !== undefined) {
      const row = await migrationNamed(store, name);
      return options.json ? sayJson(row) : say(pictureText(row.picture));
    }
    const rows = await store.projections.list(options.open ? { open: true } : {});
    if (options.json) return sayJson(rows);
    if (rows.length === 0) return say('No migration.');
    say(
      columns([
        ['ORIGINAL', 'STATE', 'DONE', 'STEP', 'WORKFLOW', ''],
        ...rows.map(({ picture }) => pictureRow(picture)),
      ]),
    );
  });
}
