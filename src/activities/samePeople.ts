/** Who is who on an instance whose users are called differently. */
import type { JiraIssue, JiraUser } from '../jira/types.ts';
import { mappingBetween, officialUser } from '../mapping/idMapping.ts';
import { planOf, type StepContext } from './context.ts';
import { idMappings } from './translation.ts';

/**
 * Whether a user of old A and one of new A are the same person: as an official mapping says; else by the same name, or the same e-mail
 * address where both instances show it. Only names that are on one of them alone are looked up. Where an address is hidden, two names
 * are two people.
 */
export async function samePeople(
  context: StepContext,
  oldIssues: Iterable<JiraIssue>,
  newIssues: Iterable<JiraIssue>,
): Promise<(oldUser: string, newUser: string) => boolean> {
  const { a, oldA } = planOf(context);
  const [before, after] = [peopleOf(oldIssues), peopleOf(newIssues)];
  const official = mappingBetween(await idMappings(context), oldA.instance, a.instance);
  // An official mapping may know somebody by the key alone, and says who is who also where a name is on both.
  const [usersBefore, usersAfter] = await Promise.all([
    usersNamed(context, oldA.instance, official ? before : before.difference(after)),
    usersNamed(context, a.instance, after.difference(before)),
  ]);
  return (oldUser, newUser) => {
    const known = usersBefore.get(oldUser);
    const mapped = officialUser(official, known ?? { id: oldUser });
    if (mapped) return mapped.target === newUser;
    const email = known?.email?.toLowerCase();
    return oldUser === newUser || (email !== undefined && email === usersAfter.get(newUser)?.email?.toLowerCase());
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

async function usersNamed(context: StepContext, instance: string, names: Set<string>): Promise<Map<string, JiraUser>> {
  if (names.size === 0) return new Map();
  const users = await context.open(instance).jira.users({ ids: [...names], emails: [] });
  return new Map(users.map((user) => [user.id, user]));
}
