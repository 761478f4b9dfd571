/** Who is who on an instance whose users are called differently. */
import type { JiraIssue } from '../jira/types.ts';
import { mappedKey, mappingBetween } from '../mapping/idMapping.ts';
import { ifAllowed } from './catalogue.ts';
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
  const [emailsBefore, emailsAfter] = await Promise.all([
    emailsOf(context, oldA.instance, before.difference(after)),
    emailsOf(context, a.instance, after.difference(before)),
  ]);
  const official = mappingBetween(await idMappings(context), oldA.instance, a.instance);
  return (oldUser, newUser) => {
    const email = emailsBefore.get(oldUser);
    const byEmail = email === undefined ? undefined : official?.get(mappedKey('userEmail', email));
    const mapped = official?.get(mappedKey('user', oldUser)) ?? byEmail;
    if (mapped) return mapped.target === newUser;
    return oldUser === newUser || (email !== undefined && email === emailsAfter.get(newUser));
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

async function emailsOf(context: StepContext, instance: string, names: Iterable<string>): Promise<Map<string, string>> {
  const { jira } = context.open(instance);
  const emails = new Map<string, string>();
  for (const name of names) {
    const email = (await ifAllowed(jira.user(name), undefined))?.email;
    if (email) emails.set(name, email.toLowerCase());
  }
  return emails;
}
