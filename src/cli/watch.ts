/** `migrator status` and `watch`: where migrations stand, and how that changes. From the store: no worker and no server has to be up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { MigrationPicture } from '../contract/status.ts';
import { alarmIn } from '../contract/watch.ts';
import { moment, nowTitle } from '../report/words.ts';
import type { ProjectionRow, Store } from '../store/store.ts';
import { exitCodeOfState } from './errors.ts';
import { hasEnded, migrationNamed, NAMED } from './find.ts';
import { changesBetween, POLL_MS } from './follow.ts';
import { blockerText, pictureTable, pictureText, progress, stepsText } from './picture.ts';
import { answer, createFrames, type Lines, onStop, say, sayJsonLine } from './print.ts';
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

export function addWatch(program: Command): void {
  const description = 'follow a migration until it has ended, or all open ones until Ctrl-C';
  serviceCommand(program, 'watch', description, ['[migration]', NAMED]).action(watch);
}

async function watch(name: string | undefined, options: ServiceOptions): Promise<void> {
  await withStore(options, async (store) => {
    const show = options.json ? showJson() : process.stdout.isTTY ? showFrames(name === undefined) : showLines();
    const migration = name === undefined ? undefined : (await migrationNamed(store, name)).migration;
    let stopped = false;
    onStop(() => {
      stopped = true;
    });
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

function showFrames(all: boolean): Show {
  const frame = createFrames();
  const allText = (rows: readonly ProjectionRow[]): Lines =>
    rows.length === 0 ? 'No migration is open.' : pictureTable(rows);
  return (rows, now) => frame(all ? allText(rows) : rows.map(({ picture }) => oneText(picture, now)));
}

function oneText(picture: MigrationPicture, now: number): Lines {
  const { original, created, state, waitingFor, blockers, tasks } = picture;
  const alarm = alarmIn(picture);
  return [
    ...(alarm ? [blockerText(alarm)] : []),
    `${original}${created === null ? '' : ` → ${created}`}  ${state}  ${progress(picture)}  ${nowTitle(picture)}`,
    stepsText(picture.steps, now),
    ...(waitingFor === null ? [] : [`Waiting for: ${waitingFor}`]),
    ...blockers.filter((blocker) => blocker !== alarm).map(blockerText),
    ...tasks.map(({ title }) => `Task: ${title} (migrator inbox)`),
  ];
}
