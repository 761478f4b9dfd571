/** Who is who on an instance whose users are called differently. */
import type { JiraIssue, JiraUser } from '../../jira/types.ts';
import { type IdMapping, officialUser } from '../../mapping/idMapping.ts';
import { planOf, type StepContext } from '../context.ts';

export interface People {
  /** Looks up the names in these issues that have not been seen, and that are on one of both instances alone. */
  learn(oldIssues: Iterable<JiraIssue>, newIssues: Iterable<JiraIssue>): Promise<void>;
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
    async learn(oldIssues, newIssues) {
      const [olds, news] = [peopleOf(oldIssues), peopleOf(newIssues)];
      await Promise.all([
        // An official mapping may know somebody by the key alone, and says who is who also where a name is on both.
        learnUsers(context, oldA.instance, official ? olds : olds.difference(news), before),
        learnUsers(context, a.instance, news.difference(olds), after),
      ]);
    },
    same(oldUser, newUser) {
      const known = before.get(oldUser);
      const mapped = officialUser(official, known ?? { id: oldUser });
      if (mapped) return mapped.target === newUser;
      const email = known?.email?.toLowerCase();
      return oldUser === newUser || (email !== undefined && email === after.get(newUser)?.email?.toLowerCase());
    },
  };
}

function peopleOf(issues: Iterable<JiraIssue>): Set<string> {
  const people = new Set<string>();
  for (const { reporter, comments = [] } of issues) {
    people.add(reporter);
    for (const { author } of comments) people.add(author);
  }
  people.delete('');
  return people;
}

async function learnUsers(context: StepContext, instance: string, names: Set<string>, known: Known): Promise<void> {
  const ids = [...names].filter((name) => !known.has(name));
  if (ids.length === 0) return;
  const found = new Map((await context.open(instance).jira.users({ ids, emails: [] })).map((user) => [user.id, user]));
  for (const id of ids) known.set(id, found.get(id));
}
