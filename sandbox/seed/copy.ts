/** The move of a project: people, dates and history are kept, every id is new; the key may be, and what users are called. */
import { createIssue } from '../world/changes.ts';
import { fieldIdFor, fieldMeaning, projectOf } from '../world/lookup.ts';
import type { Change, Instance, Issue, LiveSide } from '../world/model.ts';
import { valueFor, valueMeaning } from '../world/values.ts';
import { renamedPerson } from './catalogue.ts';

/** Copies every issue as it is. `until` is when: what is later is stamped by the new home. */
export function copyProject(
  { instance: from, projectKey }: LiveSide,
  { instance: to, projectKey: newKey }: LiveSide,
  until: number,
): void {
  for (const issue of projectOf(from, projectKey).issues.values()) {
    copyIssue(from, to, issue, newKey).copied = { clock: from.clock, until };
  }
}

/** The same person, by the name that the instance has for them. */
const personOn = (to: Instance, name: string): string => (to.users.has(name) ? name : renamedPerson(name));

function copyIssue(from: Instance, to: Instance, issue: Issue, projectKey: string): Issue {
  const values = new Map<string, string>();
  for (const [fieldId, value] of issue.values) {
    const target = fieldIdFor(to, fieldMeaning(from, fieldId));
    if (target === undefined) continue;
    const translated = valueFor(to, target, valueMeaning(from, fieldId, value), projectKey);
    if (typeof translated === 'string') values.set(target, translated);
  }
  const copy = createIssue(to, {
    projectKey,
    origin: issue.origin,
    by: personOn(to, issue.creator),
    reporter: personOn(to, issue.reporter),
    at: issue.created,
    values,
    number: issue.number,
    ...(issue.parentKey === undefined ? {} : { parentKey: issue.parentKey.replace(issue.projectKey, projectKey) }),
  });
  for (const file of issue.attachments)
    copy.attachments.push({ ...file, author: personOn(to, file.author), id: String(to.nextId.attachment++) });
  for (const comment of issue.comments)
    copy.comments.push({ ...comment, author: personOn(to, comment.author), id: String(to.nextId.comment++) });
  for (const change of issue.history) copy.history.push(copyChange(from, to, change, projectKey));
  copy.updated = issue.updated;
  return copy;
}

function copyChange(from: Instance, to: Instance, change: Change, projectKey: string): Change {
  const items = change.items.map((item) => {
    const meaning = fieldMeaning(from, item.fieldId);
    const fieldId = fieldIdFor(to, meaning) ?? item.fieldId;
    const idOf = (name: string | null) => (name === null ? null : (valueFor(to, fieldId, name, projectKey) ?? null));
    return { ...item, fieldId, from: idOf(item.fromString), to: idOf(item.toString) };
  });
  return { id: String(to.nextId.change++), author: personOn(to, change.author), created: change.created, items };
}
