/** What people do to whole issues and their files: delete, move, archive, restore, attach, detach. */
import { addAttachment, deleteIssue, moveIssue, removeAttachment, setArchived } from '../world/changes.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import type { PersonsAct } from '../world/record.ts';

export const WHOLE_ISSUE_ACTS = ['delete', 'move', 'archive', 'restore', 'attach', 'detach'] as const;
export type WholeIssueAct = (typeof WHOLE_ISSUE_ACTS)[number];

function note(world: World, instance: Instance, issue: Issue, by: string, kind: PersonsAct, detail = {}): void {
  const what = `issue ${PAST[kind] ?? kind}`;
  const subject = { origin: issue.origin, key: issue.key, ...detail };
  world.record.add({ kind, instance: instance.name, user: by, what, detail: subject });
}

const PAST: Partial<Record<PersonsAct, string>> = {
  delete: 'deleted',
  move: 'moved',
  archive: 'archived',
  restore: 'restored',
  attach: 'got a file',
  detach: 'lost a file',
};

/** Sub-tasks go with their parent, as in Jira. */
export function personDeletes(world: World, instance: Instance, issue: Issue, by: string): void {
  for (const each of [...(instance.projects.get(issue.projectKey)?.issues.values() ?? [])]) {
    if (each.parentKey === issue.key) personDeletes(world, instance, each, by);
  }
  deleteIssue(instance, issue);
  note(world, instance, issue, by, 'delete');
}

export function personMoves(world: World, instance: Instance, issue: Issue, by: string, projectKey: string): void {
  const to = instance.projects.get(projectKey);
  if (!to) throw new Error(`${instance.name} has no project ${projectKey}`);
  const before = issue.key;
  moveIssue(instance, issue, to, by, world.clock.now());
  note(world, instance, issue, by, 'move', { key: before, to: issue.key });
}

export function personArchives(world: World, instance: Instance, issue: Issue, by: string, archived: boolean): void {
  setArchived(instance, issue, by, world.clock.now(), archived);
  note(world, instance, issue, by, archived ? 'archive' : 'restore');
}

export function personAttaches(world: World, instance: Instance, issue: Issue, by: string, filename: string): string {
  const origin = `file-${world.nextOrigin++}`;
  const file = { origin, author: by, filename, size: 1024, mimeType: 'text/plain', created: world.clock.now() };
  const { id } = addAttachment(instance, issue, file);
  note(world, instance, issue, by, 'attach', { attachment: id, filename });
  return id;
}

export function personDetaches(world: World, instance: Instance, issue: Issue, by: string, filename: string): void {
  const file = issue.attachments.find((each) => each.filename === filename);
  if (!file) throw new Error(`${issue.key} has no file ${filename}`);
  removeAttachment(instance, issue, file.id, world.clock.now());
  note(world, instance, issue, by, 'detach', { attachment: file.id, filename });
}

/** One act by name; `value` is the file of `attach` and `detach`, `project` where `move` goes. */
export function actOnWholeIssue(
  world: World,
  instance: Instance,
  issue: Issue,
  act: { kind: WholeIssueAct; by: string; project?: string; value?: string },
): void {
  const { kind, by, value = 'notes.txt' } = act;
  if (kind === 'delete') personDeletes(world, instance, issue, by);
  else if (kind === 'move') personMoves(world, instance, issue, by, act.project ?? '');
  else if (kind === 'attach') personAttaches(world, instance, issue, by, value);
  else if (kind === 'detach') personDetaches(world, instance, issue, by, value);
  else personArchives(world, instance, issue, by, kind === 'archive');
}
