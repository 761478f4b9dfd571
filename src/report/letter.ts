/** What is sent to a partner whose Jira we cannot read: a letter and a list of its keys, both usable without our service. */
import { csvText } from '../sheets/lines.ts';
import { code, plain } from './markdown.ts';
import { moment } from './words.ts';

export interface Letter {
  /** Who asked for the migration, and the project on our side, with its instance as it states itself. */
  contact: string;
  ours: string;
  ourInstance: string;
  /** The partner's project. */
  theirs: string;
  original: string;
  created: string;
  /** ISO 8601 UTC. */
  stoppedAt: string;
  startedAt: string;
  returnBy: string;
  pairs: number;
  columns: readonly string[];
  /** Names of the files beside the letter. */
  list: string;
}

export const letterText = (letter: Letter): string => {
  const {
    contact,
    ours,
    ourInstance,
    theirs,
    original,
    created,
    stoppedAt,
    startedAt,
    returnBy,
    pairs,
    columns,
    list,
  } = letter;
  return `# The synchronization of your project ${plain(theirs)} with our project ${plain(ours)} moves

## Who we are

We look after project ${code(ours)} on ${plain(ourInstance)}, which Backbone synchronizes with your project ${code(theirs)}.
Whom to ask: ${plain(contact)}.

## What happens when

| when | what |
| --- | --- |
| ${plain(moment(stoppedAt))} | the old synchronization (${code(original)}) was stopped |
| ${plain(moment(startedAt))} | the new synchronization (${code(created)}) was started; ${pairs} of your issues are paired in it |
| after your answer, and an approval on our side | the old synchronization is deleted, not before |

Your project stays where it is, and so do its keys. We cannot see into your Jira, so we ask you to look.

## What to check

1. Is there an issue in ${code(theirs)} that was doubled since ${plain(moment(startedAt))}? Copies are reported by the user that Backbone
   writes as on your side.
2. Was anything changed in ${code(theirs)} between ${plain(moment(stoppedAt))} and ${plain(moment(startedAt))}? Look whether our side has
   it: the sync info panel of the issue shows its counterpart. What did not arrive goes across with your next edit of that field.
3. Do a few issues of the list show the same summary, status and comments as you know them?
4. Is the Troubleshooting tab of the new synchronization empty on your side?

## What to return

By ${plain(moment(returnBy))}, to the person named above, one of:

- **a word** that the four points are in order, or what is not; or
- **the list, filled in**: ${code(list)}, as CSV in UTF-8 with the columns ${columns.map(code).join(', ')}. ${code('created')} is a
  time with its offset (2026-11-20T20:00:00Z), ${code('reporter')} the name of the user, ${code('comments')} how many there are. Leave
  empty what you cannot say, and leave out lines as you like: it is compared as far as it reaches. You may add your other issues.
`;
};

/** The keys, with the other columns left empty. */
export const listToFillIn = (keys: readonly string[], columns: readonly string[]): string =>
  csvText([columns, ...keys.map((key) => [key, ...columns.slice(1).map(() => '')])]);
