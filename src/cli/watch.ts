/** `migrator watch`: states and steps as they change. It reads the store, so it works with no worker and no server up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { MigrationPicture } from '../contract/status.ts';
import { moment, stepTitle } from '../report/words.ts';
import type { ProjectionRow, Store } from '../store/store.ts';
import { exitCodeOfState } from './errors.ts';
import { hasEnded, migrationNamed, NAMED } from './find.ts';
import { changesBetween, POLL_MS } from './follow.ts';
import { blockerText, pictureRow, progress, stepsText } from './picture.ts';
import { columns, harmless, say, sayJsonLine } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

export function addWatch(program: Command): void {
  withServiceOptions(
    program
      .command('watch')
      .description('follow a migration until it has ended, or all open ones until Ctrl-C')
      .argument('[migration]', NAMED),
  ).action(watch);
}

async function watch(name: string | undefined, options: ServiceOptions): Promise<void> {
  await withStore(options, async (store) => {
    const show = options.json ? showJson() : process.stdout.isTTY ? showFrames(name === undefined) : showLines();
    const migration = name === undefined ? undefined : (await migrationNamed(store, name)).migration;
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
    while (!stopped) {
      const rows = await rowsOf(store, migration);
      show(rows, await store.now());
      const [row] = rows;
      if (migration && row && hasEnded(row)) {
        process.exitCode = exitCodeOfState(row.picture);
        return;
      }
      await sleep(POLL_MS);
    }
  });
}

async function rowsOf(store: Store, migration: string | undefined): Promise<ProjectionRow[]> {
  if (migration === undefined) return store.projections.list({ open: true });
  const row = await store.projections.get(migration);
  return row ? [row] : [];
}

type Show = (rows: ProjectionRow[], now: number) => void;

/** Calls for the rows that changed since the last time. */
function changed(tell: (row: ProjectionRow, before: MigrationPicture | undefined) => void): Show {
  const seen = new Map<string, ProjectionRow>();
  return (rows) => {
    for (const row of rows.toReversed()) {
      const before = seen.get(row.migration);
      if (before?.updatedAt === row.updatedAt) continue;
      seen.set(row.migration, row);
      tell(row, before?.picture);
    }
  };
}

const showJson = (): Show => changed((row) => sayJsonLine(row));

const showLines = (): Show =>
  changed(({ picture, updatedAt }, before) => {
    for (const line of changesBetween(before, picture)) say(`${moment(updatedAt)}  ${picture.original}  ${line}`);
  });

/** Draws over what it drew before. */
function showFrames(all: boolean): Show {
  let drawn = 0;
  return (rows, now) => {
    const text = harmless(all ? allText(rows) : rows.map(({ picture }) => oneText(picture, now)).join('\n'));
    // Where a terminal does not say how large it is, it says 0.
    const width = process.stdout.columns || 80;
    const height = process.stdout.rows || 24;
    // Lines that would wrap, or leave the screen, could not be drawn over.
    const lines = text
      .split('\n')
      .slice(0, height - 1)
      .map((line) => line.slice(0, width - 1));
    process.stdout.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}\x1b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

function allText(rows: readonly ProjectionRow[]): string {
  if (rows.length === 0) return 'No migration is open.';
  return columns([
    ['ORIGINAL', 'STATE', 'DONE', 'STEP', 'WORKFLOW', ''],
    ...rows.map(({ picture }) => pictureRow(picture)),
  ]);
}

function oneText(picture: MigrationPicture, now: number): string {
  const { original, created, state, step, waitingFor, blockers, tasks } = picture;
  return [
    `${original}${created === null ? '' : ` → ${created}`}  ${state}  ${progress(picture)}  ${stepTitle(step)}`,
    stepsText(picture.steps, now),
    ...(waitingFor === null ? [] : [`Waiting for: ${waitingFor}`]),
    ...blockers.map(blockerText),
    ...tasks.map(({ title }) => `Task: ${title} (migrator inbox)`),
  ].join('\n');
}
