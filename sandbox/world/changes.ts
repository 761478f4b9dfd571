/** The only functions that write issues. Each keeps `updated`, the changelog and the project's list of touched issues. */
import { fieldName, projectOf } from './lookup.ts';
import type { Attachment, ChangeItem, Comment, Instance, Issue, Project } from './model.ts';
import { valueMeaning } from './values.ts';

export interface NewIssue {
  projectKey: string;
  origin: string;
  by: string;
  reporter?: string;
  at: number;
  values: Map<string, string>;
  /** Only the seed asks for a number. */
  number?: number;
  parentKey?: string;
}

export function createIssue(instance: Instance, wanted: NewIssue): Issue {
  const project = projectOf(instance, wanted.projectKey);
  const number = wanted.number ?? project.nextNumber;
  project.nextNumber = Math.max(project.nextNumber, number + 1);
  const issue: Issue = {
    id: String(instance.nextId.issue++),
    key: `${project.key}-${number}`,
    number,
    projectKey: project.key,
    origin: wanted.origin,
    reporter: wanted.reporter ?? wanted.by,
    creator: wanted.by,
    created: wanted.at,
    updated: wanted.at,
    values: new Map(wanted.values),
    comments: [],
    attachments: [],
    history: [],
    ...(wanted.parentKey === undefined ? {} : { parentKey: wanted.parentKey }),
  };
  project.issues.set(issue.key, issue);
  project.touched.push(issue.key);
  return issue;
}

/** Returns the fields that really changed. */
export function changeFields(
  instance: Instance,
  issue: Issue,
  by: string,
  at: number,
  wanted: ReadonlyMap<string, string | null>,
): string[] {
  const items: ChangeItem[] = [];
  for (const [fieldId, value] of wanted) {
    const before = issue.values.get(fieldId) ?? null;
    if (before === value) continue;
    if (value === null) issue.values.delete(fieldId);
    else issue.values.set(fieldId, value);
    items.push({
      field: fieldName(instance, fieldId),
      fieldId,
      from: before,
      fromString: valueMeaning(instance, fieldId, before),
      to: value,
      toString: valueMeaning(instance, fieldId, value),
    });
  }
  if (items.length === 0) return [];
  issue.history.push({ id: String(instance.nextId.change++), author: by, created: at, items });
  touch(instance, issue, at);
  return items.map((item) => item.fieldId);
}

export function addComment(
  instance: Instance,
  issue: Issue,
  wanted: { by: string; at: number; body: string; origin: string },
): Comment {
  const comment: Comment = {
    id: String(instance.nextId.comment++),
    origin: wanted.origin,
    author: wanted.by,
    body: wanted.body,
    created: wanted.at,
  };
  issue.comments.push(comment);
  touch(instance, issue, wanted.at);
  return comment;
}

export function editComment(
  instance: Instance,
  issue: Issue,
  comment: Comment,
  { by, at, body }: { by: string; at: number; body: string },
): void {
  comment.body = body;
  comment.edited = { by, at };
  touch(instance, issue, at);
}

/** `edited` of the comment that is gone says who deleted it. */
export function removeComment(instance: Instance, issue: Issue, comment: Comment, by: string, at: number): void {
  issue.comments = issue.comments.filter((each) => each !== comment);
  issue.deletedComments = [...(issue.deletedComments ?? []), { ...comment, edited: { by, at } }];
  touch(instance, issue, at);
}

export function addAttachment(instance: Instance, issue: Issue, wanted: Omit<Attachment, 'id'>): Attachment {
  const attachment = { ...wanted, id: String(instance.nextId.attachment++) };
  issue.attachments.push(attachment);
  touch(instance, issue, wanted.created);
  return attachment;
}

export function removeAttachment(instance: Instance, issue: Issue, id: string, at: number): void {
  issue.attachments = issue.attachments.filter((each) => each.id !== id);
  touch(instance, issue, at);
}

/** The key is gone for good: Jira never gives a number twice. */
export function deleteIssue(instance: Instance, issue: Issue): void {
  projectOf(instance, issue.projectKey).issues.delete(issue.key);
}

/** The issue keeps its id and gets the next key of the other project; its old keys go on resolving. */
export function moveIssue(instance: Instance, issue: Issue, to: Project, by: string, at: number): void {
  const before = issue.key;
  const from = projectOf(instance, issue.projectKey);
  from.issues.delete(before);
  issue.number = to.nextNumber++;
  issue.key = `${to.key}-${issue.number}`;
  issue.projectKey = to.key;
  // Components and versions are a project's own.
  for (const fieldId of ['components', 'fixVersions']) issue.values.delete(fieldId);
  to.issues.set(issue.key, issue);
  for (const [old, now] of instance.movedKeys) if (now === before) instance.movedKeys.set(old, issue.key);
  instance.movedKeys.set(before, issue.key);
  const item = (field: string, was: string, is: string) => ({
    field,
    fieldId: field.toLowerCase(),
    from: null,
    fromString: was,
    to: null,
    toString: is,
  });
  const items = [item('project', from.name, to.name), item('Key', before, issue.key)];
  issue.history.push({ id: String(instance.nextId.change++), author: by, created: at, items });
  touch(instance, issue, at);
}

export function setArchived(instance: Instance, issue: Issue, by: string, at: number, archived: boolean): void {
  if (archived) issue.archived = { by, at };
  else delete issue.archived;
  touch(instance, issue, at);
}

function touch(instance: Instance, issue: Issue, at: number): void {
  issue.updated = Math.max(issue.updated, at);
  projectOf(instance, issue.projectKey).touched.push(issue.key);
}

/** The last change of a field, or undefined when it still has the value it was created with. */
export function lastChangeOf(issue: Issue, fieldId: string): { author: string; created: number } | undefined {
  for (let n = issue.history.length - 1; n >= 0; n--) {
    const change = issue.history[n];
    if (change?.items.some((item) => item.fieldId === fieldId)) return change;
  }
  return undefined;
}

/** The last change of a field that `user` did not make. */
export function lastChangeNotBy(issue: Issue, fieldId: string, user: string): number | undefined {
  for (let n = issue.history.length - 1; n >= 0; n--) {
    const change = issue.history[n];
    if (change && change.author !== user && change.items.some((item) => item.fieldId === fieldId))
      return change.created;
  }
  return undefined;
}
