/** `migrator inbox`: everything that waits for a person, over all migrations. */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import { gateSentences, type MigrationPicture, waitsForPerson } from '../contract/status.ts';
import { alarmIn } from '../contract/watch.ts';
import { moment } from '../report/words.ts';
import type { BatchRecord, ProjectionRow, Store } from '../store/store.ts';
import { blockerText, taskText } from './picture.ts';
import { answer, type Lines } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

/** One thing that waits for a person. */
export type InboxItem = Pick<MigrationPicture, 'migration' | 'workflowId' | 'original' | 'state' | 'step' | 'legal'> & {
  /** ISO 8601 UTC: since when it waits, or when the migration last changed. */
  since: string;
  /** How often somebody was reminded of it. */
  reminders: number;
} & (
    | { kind: 'task'; task: MigrationPicture['tasks'][number] }
    | ({ kind: 'gate' } & Pick<MigrationPicture, 'decision' | 'evidence' | 'blockers' | 'gate'>)
    | { kind: 'alarm'; blockers: MigrationPicture['blockers'] }
    | { kind: 'trouble'; blockers: MigrationPicture['blockers'] }
    | { kind: 'paused' }
  );

/** A batch that stopped by itself: so many of it failed. */
export interface StoppedBatch {
  kind: 'batch';
  batch: string;
  name: string;
  failed: number;
  since: string;
}

export function addInbox(program: Command): void {
  const description = 'open tasks, gates and troubles of all migrations, the oldest first';
  serviceCommand(program, 'inbox', description).action(async (options: ServiceOptions) => {
    const items = await withStore(options, inboxOf);
    const text = items.flatMap((item, n) => (n === 0 ? [itemText(item)] : ['', itemText(item)]));
    answer(options, items, items.length === 0 ? 'Nobody has to do anything.' : text);
  });
}

/** All of a store, the oldest first. */
export const inboxOf = async (store: Store): Promise<(InboxItem | StoppedBatch)[]> =>
  [...itemsOf(await store.projections.list({ open: true })), ...stoppedOf(await store.batches.list())].toSorted(
    bySince,
  );

/** Alarms first. */
const bySince = (one: { kind: string; since: string }, other: { kind: string; since: string }): number =>
  Number(other.kind === 'alarm') - Number(one.kind === 'alarm') || one.since.localeCompare(other.since);

/** The oldest first. */
export const itemsOf = (rows: readonly ProjectionRow[]): InboxItem[] => rows.flatMap(itemsOfRow).toSorted(bySince);

const stoppedOf = (batches: readonly BatchRecord[]): StoppedBatch[] =>
  batches.flatMap(({ batch, name, picture, updatedAt }) =>
    picture?.state === 'Stopped'
      ? [{ kind: 'batch', batch, name, failed: picture.counts.failed, since: updatedAt }]
      : [],
  );

function itemsOfRow({ picture, updatedAt }: ProjectionRow): InboxItem[] {
  const { migration, workflowId, original, state, step, legal, tasks, blockers, decision, evidence, gate } = picture;
  const { personSince, reminders } = picture;
  const since = personSince ?? updatedAt;
  const alarm = alarmIn(picture);
  const item = { migration, workflowId, original, state, step, legal, since, reminders };
  // A delete that is a person's has a task while the state is Deleting.
  const first: InboxItem[] = alarm ? [{ ...item, since: alarm.since ?? since, kind: 'alarm', blockers: [alarm] }] : [];
  if (state !== 'Paused' && tasks.length > 0)
    return [...first, ...tasks.map((task): InboxItem => ({ ...item, since: task.since, kind: 'task', task }))];
  if (!waitsForPerson(picture)) return first;
  // It can only be approved once the alarm is over.
  if (state === 'AwaitingApproval')
    return alarm ? first : [{ ...item, kind: 'gate', decision, evidence, blockers, ...(gate ? { gate } : {}) }];
  return [...first, state === 'Paused' ? { ...item, kind: 'paused' } : { ...item, kind: 'trouble', blockers }];
}

function itemText(item: InboxItem | StoppedBatch): Lines {
  if (item.kind === 'batch') {
    const { name, failed, since } = item;
    const head = `Batch ${name}  Stopped since ${moment(since)}: ${failed} of its migrations failed.`;
    return [
      head,
      `Why: migrator batch status ${shellWord(name)}`,
      `Go on: migrator batch resume ${shellWord(name)} --by <you>`,
    ];
  }
  const name = shellWord(item.workflowId);
  const reminded = item.reminders > 0 ? ` (reminded ${item.reminders === 1 ? 'once' : `${item.reminders} times`})` : '';
  const head = `${item.original}  ${item.state} since ${moment(item.since)}${reminded}`;
  switch (item.kind) {
    case 'alarm':
      return [...item.blockers.map(blockerText), head];
    case 'task':
      return [head, taskText(item.task, item)];
    case 'gate':
      return [
        head,
        ...item.blockers.map(blockerText),
        `Decision ${item.decision}`,
        ...(item.gate ? gateSentences(item.gate).map((sentence) => `  ${sentence}`) : []),
        `  Read it:  migrator report ${name}`,
        `  Then: migrator approve ${name} --by <you> --decision …, or migrator reject ${name} …`,
      ];
    case 'trouble':
      return [head, ...item.blockers.map(blockerText), `Then: migrator retry ${name} --by <you>`];
    case 'paused':
      return [head, `Go on: migrator resume ${name} --by <you>`];
  }
}
