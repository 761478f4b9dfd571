/** How steps, performers and durations are called on pages. No Node modules: workflow code uses it. */
import type { Grade } from '../contract/ledger.ts';
import { type MigrationState, STEP_NAMES, type StepName, undoName, type Verb } from '../contract/names.ts';
import type { MigrationPicture } from '../contract/status.ts';

/** `downloadSyncedIssueData` → `Download synced issue data`. The resyncs keep the guide's A and B. */
export function stepTitle(step: StepName): string {
  if (step === 'resyncAToB') return 'Resync A → B';
  if (step === 'resyncBToA') return 'Resync B → A';
  const words = step.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Of a step as entries name it: on the way back that is its own name and `undo`, or `undo<Step>`. */
export function workTitle(name: string, undo = false): string {
  const step = STEP_NAMES.find((known) => known === name || undoName(known) === name);
  if (!step) return name;
  return undo || step !== name ? `Take back “${stepTitle(step)}”` : stepTitle(step);
}

/** What is under way, or was last. */
export const nowTitle = ({ step, rollback }: Pick<MigrationPicture, 'step' | 'rollback'>): string =>
  workTitle(step, rollback !== undefined);

const PERFORMERS: Readonly<Record<string, string>> = {
  rest: 'service',
  person: 'person',
  read: 'nobody, it only reads',
  already: 'done before',
};

export const performer = (by: string): string => PERFORMERS[by] ?? by;

const BASES: Readonly<Record<string, string>> = { read: 'read back', attested: 'attested by a person' };

export const basisWords = (basis: string | undefined): string => (basis === undefined ? '' : (BASES[basis] ?? basis));

/** How a person is known, by the grade of an entry. */
export const GRADE_WORDS: Readonly<Record<Grade, string>> = {
  system: 'the service itself',
  claimed: 'a name somebody typed',
  principal: 'verified by the Temporal server',
  signed: 'known by a signature',
};

/** `1 d 2 h`, `3 min 20 s`, `450 ms`: the two largest units. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  let rest = Math.round(ms / 1000);
  const parts: string[] = [];
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

/** `2026-11-21T08:00:05.123Z` → `2026-11-21 08:00:05 UTC`; any other writing of a time stays as it came. */
export const moment = (iso: string): string =>
  iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');

/** What each state means for the reader. */
export const STATE_SENTENCES: Readonly<Record<MigrationState, string>> = {
  Planning: 'It reads and plans. Nothing has been written.',
  Running: 'It is under way. Nobody has to do anything.',
  WaitingForPerson: 'It waits for a person. The task is below.',
  NeedsAttention: 'It stopped at something it cannot get past. The remedy is below.',
  Paused: 'It was paused by a person and writes nothing.',
  AwaitingApproval: 'The new synchronization is verified. The original is deleted only after an approval.',
  Deleting: 'The original is being deleted, as approved.',
  RollingBack: 'It is going back to the original.',
  Completed: 'The new synchronization runs and the original is deleted.',
  RolledBack: 'The original is back as it was, and nothing of the new synchronization is left.',
  RolledBackWithResidue: 'The original is back. What remains of the new synchronization is listed.',
  KeptBoth: 'The new synchronization runs; the original stays, stopped.',
  Refused: 'It was refused before anything was written.',
  Planned: 'The plan is made. Nothing was written.',
};

export const VERB_SENTENCES: Readonly<Record<Verb, string>> = {
  approve: 'grant the delete of the original for exactly this decision',
  withdraw: 'take your own approval back, until the delete is confirmed',
  reject: 'refuse the delete, and go back or keep both',
  answer: 'answer a task',
  retry: 'try again at once',
  rollback: 'go back to the original',
  pause: 'write nothing until resumed',
  resume: 'go on',
};
