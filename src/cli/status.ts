/** `migrator status`: where one migration stands, or all of them. */
import type { Command } from 'commander';
import { migrationNamed, NAMED } from './find.ts';
import { pictureTable, pictureText } from './picture.ts';
import { answer } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

interface StatusOptions extends ServiceOptions {
  open?: boolean;
}

export function addStatus(program: Command): void {
  const description = 'where a migration stands and what can be sent to it; without a name, all migrations';
  serviceCommand(program, 'status', description, ['[migration]', NAMED])
    .option('--open', 'of all, only those that have not ended')
    .action(status);
}

async function status(name: string | undefined, options: StatusOptions): Promise<void> {
  await withStore(options, async (store) => {
    if (name !== undefined) {
      const row = await migrationNamed(store, name);
      return answer(options, row, pictureText(row.picture));
    }
    const rows = await store.projections.list(options.open ? { open: true } : {});
    answer(options, rows, rows.length === 0 ? 'No migration.' : pictureTable(rows));
  });
}
