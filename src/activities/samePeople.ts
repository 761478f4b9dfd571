/** Who is who on an instance whose users are called differently. */
import type { JiraIssue } from '../jira/types.ts';
import { mappedKey, mappingBetween } from '../mapping/idMapping.ts';
import { ifAllowed } from './catalogue.ts';
import { planOf, type StepContext } from './context.ts';
import { idMappings } from './translation.ts';

export interface People {
  /** Looks up the names in these issues that have not been seen, and that are on one of both instances alone. */
  learn(oldIssues: Iterable<JiraIssue>, newIssues: Iterable<JiraIssue>): Promise<void>;
  /** Whether a user of old A and one of new A are the same person. */
  same(oldUser: string, newUser: string): boolean;
}

/**
 * The same person: as an official mapping says; else by the same name, or the same e-mail address where both instances show it.
 * Where an address is hidden, two names are two people.
 */
export function whoIsWho(context: StepContext): People {
  const { a, oldA } = planOf(context);
  const before = new Map<string, string | undefined>();
  const after = new Map<string, string | undefined>();
  let official: ReturnType<typeof mappingBetween>;
  return {
    async learn(oldIssues, newIssues) {
      official ??= mappingBetween(await idMappings(context), oldA.instance, a.instance) ?? new Map();
      const [olds, news] = [peopleOf(oldIssues), peopleOf(newIssues)];
      await Promise.all([
        learnEmails(context, oldA.instance, olds.difference(news), before),
        learnEmails(context, a.instance, news.difference(olds), after),
      ]);
    },
    same(oldUser, newUser) {
      const email = before.get(oldUser);
      const byEmail = email === undefined ? undefined : official?.get(mappedKey('userEmail', email));
      const mapped = official?.get(mappedKey('user', oldUser)) ?? byEmail;
      if (mapped) return mapped.target === newUser;
      return oldUser === newUser || (email !== undefined && email === after.get(newUser));
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

/** `undefined`: looked up, and nothing to be seen. */
async function learnEmails(
  context: StepContext,
  instance: string,
  names: Iterable<string>,
  emails: Map<string, string | undefined>,
): Promise<void> {
  const { jira } = context.open(instance);
  for (const name of names) {
    if (emails.has(name)) continue;
    emails.set(name, (await ifAllowed(jira.user(name), undefined))?.email?.toLowerCase());
  }
}
