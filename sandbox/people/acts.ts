/** What a person does in a project: each act is recorded by meaning, which is what the verdict judges by. */
import { addComment, changeFields, createIssue, editComment, removeComment } from '../world/changes.ts';
import { fieldMeaning, instanceAt } from '../world/lookup.ts';
import type { Comment, Instance, Issue, World } from '../world/model.ts';
import { valueMeaning } from '../world/values.ts';

/** Users whose changes are a synchronization's own. */
export function isSyncUser(world: World, instance: Instance, user: string): boolean {
  return world.synchronizations.some((one) =>
    [one.first, one.second].some(
      ({ application }) => application?.user === user && instanceAt(world, application.baseUrl)?.name === instance.name,
    ),
  );
}

export function personEdits(
  world: World,
  instance: Instance,
  issue: Issue,
  by: string,
  wanted: ReadonlyMap<string, string | null>,
  at = world.clock.now(),
): string[] {
  const changed = changeFields(instance, issue, by, at, wanted);
  for (const fieldId of changed) recordField(world, instance, issue, by, fieldId, at, 'field changed');
  return changed;
}

function recordField(
  world: World,
  instance: Instance,
  issue: Issue,
  by: string,
  fieldId: string,
  at: number,
  what: string,
): void {
  const value = valueMeaning(instance, fieldId, issue.values.get(fieldId));
  const detail = { origin: issue.origin, key: issue.key, field: fieldMeaning(instance, fieldId), value };
  world.record.add({ at, kind: 'edit', instance: instance.name, user: by, what, detail });
}

export function personComments(world: World, instance: Instance, issue: Issue, by: string, body: string): Comment {
  const at = world.clock.now();
  const comment = addComment(instance, issue, { by, at, body, origin: `comment-${world.nextOrigin++}` });
  recordComment(world, instance, issue, comment, { at, kind: 'comment', user: by, what: 'comment added' });
  return comment;
}

export function commentOf(issue: Issue, id: string): Comment {
  const found = issue.comments.find((each) => each.id === id);
  if (!found) throw new Error(`${issue.key} has no comment ${id}`);
  return found;
}

export function personEditsComment(
  world: World,
  instance: Instance,
  issue: Issue,
  comment: Comment,
  { by, body }: { by: string; body: string },
): void {
  const at = world.clock.now();
  editComment(instance, issue, comment, { by, at, body });
  recordComment(world, instance, issue, comment, { at, kind: 'editComment', user: by, what: 'comment edited' });
}

export function personDeletesComment(
  world: World,
  instance: Instance,
  issue: Issue,
  comment: Comment,
  by: string,
): void {
  const at = world.clock.now();
  removeComment(instance, issue, comment, by, at);
  recordComment(world, instance, issue, comment, { at, kind: 'deleteComment', user: by, what: 'comment deleted' });
}

function recordComment(
  world: World,
  instance: Instance,
  issue: Issue,
  { origin: comment, author, body }: Comment,
  entry: { at: number; kind: 'comment' | 'editComment' | 'deleteComment'; user: string; what: string },
): void {
  // A copy is a synchronization's; what people make of it is theirs, and stays there.
  const copy = isSyncUser(world, instance, author);
  const detail = { origin: issue.origin, key: issue.key, comment, body, ...(copy ? { copy } : {}) };
  world.record.add({ ...entry, instance: instance.name, detail });
}

export function personCreates(
  world: World,
  instance: Instance,
  projectKey: string,
  by: string,
  values: Map<string, string>,
  parentKey?: string,
): Issue {
  const at = world.clock.now();
  const parent = parentKey === undefined ? {} : { parentKey };
  const issue = createIssue(instance, {
    projectKey,
    origin: `person-${world.nextOrigin++}`,
    by,
    at,
    values,
    ...parent,
  });
  const detail = { origin: issue.origin, key: issue.key, project: projectKey };
  world.record.add({ at, kind: 'create', instance: instance.name, user: by, what: 'issue created', detail });
  return issue;
}
