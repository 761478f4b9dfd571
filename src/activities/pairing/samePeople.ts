/** Who is who on an instance whose users are called differently. */
import { samePerson } from '../../contract/people.ts';
import type { JiraComment, JiraIssue, JiraUser } from '../../jira/types.ts';
import { type IdMapping, officialUser } from '../../mapping/idMapping.ts';
import { matchComments } from '../../pairs/comments.ts';
import { planOf, type StepContext } from '../context.ts';

export interface People {
  /**
   * Looks up the names that have not been seen, of whatever stands on one of both issues and not under the same name on the other: what
   * is known of a person does not depend on who else wrote there.
   */
  learn(pairs: Iterable<readonly [JiraIssue | undefined, JiraIssue | undefined]>): Promise<void>;
  /** Whether a user of old A and one of new A are the same person. */
  same(oldUser: string, newUser: string): boolean;
}

/** What an instance says of the names that were looked up there. `undefined`: nothing. */
type Known = Map<string, JiraUser | undefined>;

/**
 * The same person: as an official mapping says; else by the same name, or the same e-mail address where both instances show it.
 * Where an address is hidden, two names are two people.
 */
export function whoIsWho(context: StepContext, official: IdMapping | undefined): People {
  const { a, oldA } = planOf(context);
  const [before, after]: [Known, Known] = [new Map(), new Map()];
  return {
    async learn(pairs) {
      const [olds, news] = [new Set<string>(), new Set<string>()];
      for (const [oldIssue, newIssue] of pairs) {
        const alone = await standingAlone(oldIssue, newIssue);
        // An official mapping may know somebody by the key alone, and says who is who also where a name is on both.
        for (const name of official ? peopleOf(oldIssue) : alone.old) olds.add(name);
        for (const name of alone.new) news.add(name);
      }
      await Promise.all([
        learnUsers(context, oldA.instance, olds, before),
        learnUsers(context, a.instance, news, after),
      ]);
    },
    same(oldUser, newUser) {
      const known = before.get(oldUser);
      const mapped = officialUser(official, known ?? { id: oldUser });
      if (mapped) return mapped.target === newUser;
      const [email, other] = [known?.email, after.get(newUser)?.email];
      return oldUser === newUser || (email !== undefined && other !== undefined && samePerson(email, other));
    },
  };
}

function peopleOf(issue: JiraIssue | undefined): string[] {
  const { reporter = '', comments = [] } = issue ?? {};
  return [reporter, ...comments.map(({ author }) => author)].filter((name) => name !== '');
}

/** By names alone: who reported another issue than on the other side, and who wrote what has no counterpart there. */
async function standingAlone(
  oldIssue: JiraIssue | undefined,
  newIssue: JiraIssue | undefined,
): Promise<{ old: string[]; new: string[] }> {
  const sameName = (one: string, other: string) => one === other;
  const { unmatched, free } = await matchComments(oldIssue?.comments ?? [], newIssue?.comments ?? [], sameName);
  const reported = oldIssue?.reporter !== newIssue?.reporter;
  const people = (issue: JiraIssue | undefined, comments: readonly JiraComment[]) =>
    peopleOf(issue && { ...issue, reporter: reported ? issue.reporter : '', comments: [...comments] });
  return { old: people(oldIssue, unmatched), new: people(newIssue, free) };
}

async function learnUsers(context: StepContext, instance: string, names: Set<string>, known: Known): Promise<void> {
  const ids = [...names].filter((name) => !known.has(name));
  if (ids.length === 0) return;
  const found = new Map((await context.open(instance).jira.users({ ids, emails: [] })).map((user) => [user.id, user]));
  for (const id of ids) known.set(id, found.get(id));
}
