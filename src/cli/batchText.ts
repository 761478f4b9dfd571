/** A batch on a terminal. */
import type { StandingItem } from '../batch/picture.ts';
import type { BatchCounts } from '../contract/batch.ts';
import { shellWord } from '../contract/foreign.ts';
import { headline } from '../contract/watch.ts';
import { batchSentence } from '../report/batchPage.ts';
import { moment } from '../report/words.ts';
import type { ProjectionRow } from '../store/store.ts';
import { type BatchNow, type BatchRun, runText } from './batchFind.ts';
import { progress } from './picture.ts';
import { columns, type Lines } from './print.ts';

const BAR = 24;

/** `done` filled, `part` begun, of `all`. */
export function bar(done: number, part: number, all: number, width = BAR): string {
  const cells = (count: number) => (all === 0 ? 0 : Math.floor((count / all) * width));
  const full = cells(done);
  const begun = cells(done + part) - full;
  return `${'█'.repeat(full)}${'▒'.repeat(begun)}${'░'.repeat(width - full - begun)}`;
}

export function countsText({ total, done, running, waiting, failed, open }: BatchCounts): string {
  const parts = [
    `${done} done`,
    `${running} running`,
    `${waiting} waiting for a person`,
    `${failed} failed`,
    `${open} not started`,
  ];
  return `${bar(done, running + waiting, total)} ${done}/${total}  ${parts.join(' · ')}`;
}

export function batchText({ record, picture, items }: BatchNow, run?: BatchRun): Lines {
  const gone = run?.asked && run.gone;
  const { name, state, counts, waiting, approvable, legal } = picture;
  const failed = items.filter(({ standing }) => standing.is === 'failed');
  const rows = waiting.map(({ original, state: at, why, since, workflowId }) => [
    original,
    at,
    moment(since),
    why,
    workflowId,
  ]);
  return [
    `Batch ${name}  ${gone ? 'Gone' : state}`,
    ...(gone ? [] : [batchSentence(picture)]),
    ...runText(run),
    countsText(counts),
    `Workflow ${record.batch}, asked for by ${picture.requestedBy}: ${picture.reason}`,
    ...(rows.length > 0 ? ['', columns([['WAITING', 'STATE', 'SINCE', 'FOR', 'WORKFLOW'], ...rows])] : []),
    ...(counts.waiting > rows.length ? [`and ${counts.waiting - rows.length} more: migrator inbox`] : []),
    ...(failed.length > 0 ? ['', columns([['FAILED', 'WHY'], ...failed.map(failedRow)])] : []),
    ...(approvable && !gone
      ? ['', `${approvable.count} decisions can be approved together: migrator batch approve ${shellWord(name)}`]
      : []),
    '',
    columns([
      ['WHEN', 'WHO', 'WHAT', 'WHY'],
      ...record.events.map(({ at, by, what, why }) => [moment(at), by, what, why ?? '']),
    ]),
    ...(legal.length > 0 && !gone ? ['', `Can be sent now: ${legal.join(', ')}`] : []),
  ];
}

const failedRow = ({ item, standing }: StandingItem): string[] => [
  item.original,
  ('why' in standing && standing.why) || '',
];

/** What is under way first, since a screen has an end. */
export function itemsText(items: readonly StandingItem[], pictures: ReadonlyMap<string, ProjectionRow>): Lines {
  const rank = { waiting: 0, running: 1, begun: 1, failed: 2, done: 3, open: 4 };
  const sorted = items.toSorted((one, other) => rank[one.standing.is] - rank[other.standing.is]);
  return columns(
    sorted.map(({ item, standing }) => {
      const picture = pictures.get(item.original)?.picture;
      const steps = picture?.steps ?? [];
      const passed = standing.is === 'done' ? steps.length : steps.filter(({ state }) => state === 'done').length;
      const what =
        'outline' in standing ? standing.outline.state : standing.is === 'open' ? 'not started' : standing.is;
      const shown = standing.is === 'open' || !picture ? bar(0, 0, 1, 14) : bar(passed, 0, steps.length, 14);
      const why = 'why' in standing ? (standing.why ?? '') : ((picture && headline(picture)) ?? picture?.step ?? '');
      return [
        item.original,
        shown,
        picture && standing.is !== 'open' ? progress(picture) : '',
        what,
        standing.is === 'open' ? '' : why,
      ];
    }),
  );
}
