/** The current details of a batch in the Temporal UI. Made in workflow code: deterministic, no clock, no Node modules. */
import type { BatchPicture, BatchState, BatchVerb, FailedItem, WaitingItem } from '../contract/batch.ts';
import { code, jsonBlock, page, plain, table } from './markdown.ts';
import { moment } from './words.ts';

const YOU = 'you@example.com';

const SENTENCES: Readonly<Record<BatchState, string>> = {
  Running: 'Migrations are started as there is room for them.',
  Paused: 'Somebody paused it: no further migration is started, those under way go on.',
  Stopped: 'So many failed that it stopped by itself: no further migration is started until somebody resumes it.',
  Ended: 'Every migration is done or failed. The same list started again goes on with those that failed.',
  Cancelled: 'It was cancelled: no further migration is started, those under way go on by themselves.',
};

export const batchSentence = ({ state, counts }: Pick<BatchPicture, 'state' | 'counts'>): string =>
  state === 'Running' && counts.open === 0 ? 'All migrations were started.' : SENTENCES[state];

export function batchPage(picture: BatchPicture): string {
  const { name, state, counts, waiting, failed, approvable, legal } = picture;
  return page([
    `## ${state}: batch ${code(name)}`,
    batchSentence(picture),
    `Asked for by ${plain(picture.requestedBy)}: ${plain(picture.reason)}`,
    table(
      ['All', 'Done', 'Running', 'Waiting for a person', 'Failed', 'Not started'],
      [[counts.total, counts.done, counts.running, counts.waiting, counts.failed, counts.open].map(String)],
    ),
    waitingBlock(waiting, counts.waiting),
    failedBlock(failed, counts.failed),
    approvable === null
      ? undefined
      : page([
          '### Approving many',
          `${approvable.count} decisions wait. ${code(`migrator batch approve ${name}`)} lists them; read them first. To grant all of exactly these, send signal or update ${code('approve')}:`,
          jsonBlock({ by: YOU, decisions: approvable.decisions }),
        ]).trimEnd(),
    legal.includes('withdraw')
      ? `To take your own approvals of a list back, send ${code('withdraw')} with the digest that you approved: each delete that is not confirmed yet waits for another approval.`
      : undefined,
    verbBlock(legal),
  ]);
}

function waitingBlock(waiting: readonly WaitingItem[], all: number): string | undefined {
  if (waiting.length === 0) return undefined;
  const rows = waiting.map(({ original, state, why, since, workflowId }) => [
    code(original),
    state,
    plain(why),
    plain(moment(since)),
    code(workflowId),
  ]);
  return `### Waiting for a person\n\n${table(['Original', 'State', 'For', 'Since', 'Workflow'], rows)}${more(rows.length, all)}`;
}

function failedBlock(failed: readonly FailedItem[], all: number): string | undefined {
  if (failed.length === 0) return undefined;
  const rows = failed.map(({ original, why }) => [code(original), plain(why)]);
  return `### Failed\n\n${table(['Original', 'Why'], rows)}${more(rows.length, all)}`;
}

const more = (shown: number, all: number): string =>
  all > shown ? `\n\nAnd ${all - shown} more; ${code('migrator batch status')} lists them all.` : '';

function verbBlock(legal: readonly BatchVerb[]): string {
  const plainVerbs = legal.filter((verb) => verb !== 'approve' && verb !== 'withdraw');
  if (plainVerbs.length === 0) return 'Nothing can be sent any more.';
  return `### What can be sent now\n\n${plainVerbs.map(code).join(', ')} takes:\n\n${jsonBlock({ by: YOU, reason: '<why>' })}`;
}
