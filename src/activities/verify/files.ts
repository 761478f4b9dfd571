/** Files of an issue, by name: nothing else of them is the same on two instances. */
import { FILES, type JiraIssue } from '../../jira/types.ts';
import type { SideClock } from '../clocks.ts';

/** Of a name in a sentence. */
export const LONGEST_NAME = 80;

/** Names of files that are attached, by when and, unless it is `without`, by whom. */
export const namesOfFiles = (
  issue: JiraIssue | undefined,
  when: (at: number) => boolean = () => true,
  without = '',
): string[] =>
  (issue?.changes ?? [])
    .filter(({ at, author }) => when(at) && (without === '' || author !== without))
    .flatMap(({ items }) =>
      items.flatMap(({ field, to, text }) => (field === FILES && to !== null && text ? [text] : [])),
    );

/** The same of those attached since, by our clock. */
export const namesSince = (since: number, issue: JiraIssue | undefined, clock: SideClock): string[] =>
  namesOfFiles(issue, (at) => clock.ours(at) >= since);
