/** Instances of a world file, with everything in them. */
import { newProject, SANDBOX_PASSWORD, SANDBOX_TOKEN, SYNC_USER } from '../seed/catalogue.ts';
import { fieldName } from '../world/lookup.ts';
import type { Change, Instance, Issue, Project, User } from '../world/model.ts';
import { valueFor } from '../world/values.ts';
import { commentOrigins } from './origins.ts';
import type { IdKind, InstanceFile, IssueFile, ProjectFile, UserFile } from './types.ts';

/** Above the ids that Jira itself gives to what it ships with. */
const FIRST_ID = 10_000;

export interface Loading {
  /** Users of connectors that point at the instance. */
  syncUsers: readonly string[];
  baseUrl: string;
  originOf(instance: string, issue: IssueFile): string;
}

export function loadInstance(file: InstanceFile, loading: Loading): Instance {
  const timeZone = file.timeZone ?? 'UTC';
  const instance: Instance = {
    name: file.name,
    title: file.title ?? file.name,
    deployment: file.deployment ?? 'dataCenter',
    baseUrl: loading.baseUrl,
    addresses: [],
    version: file.version ?? '10.3.13',
    serverId: file.serverId ?? `SAND-${file.name}`,
    timeZone,
    clock: { aheadMs: 0 },
    syncUser: file.syncUser ?? loading.syncUsers[0] ?? SYNC_USER,
    users: usersOf(file, loading.syncUsers, timeZone),
    issueTypes: file.issueTypes.map((type) => ({ ...type, subtask: type.subtask ?? false })),
    statuses: file.statuses.map((status) => ({ ...status })),
    priorities: file.priorities.map((priority) => ({ ...priority })),
    resolutions: (file.resolutions ?? []).map((resolution) => ({ ...resolution })),
    groups: [...(file.groups ?? [])],
    loops: (file.loops ?? []).map((loop) => ({ ...loop })),
    fields: (file.fields ?? []).map(({ options = [], meaning, ...field }) => ({
      ...field,
      options: options.map((option) => ({ ...option })),
      meaning: meaning ?? field.name,
    })),
    projects: new Map(),
    movedKeys: new Map(),
    nextId: nextIds(file),
  };
  for (const project of file.projects ?? []) loadProject(instance, project, loading);
  return instance;
}

function usersOf(file: InstanceFile, syncUsers: readonly string[], zone: string): Map<string, User> {
  const named = file.users ?? [];
  const added = [...new Set(['migrator', SYNC_USER, 'admin', ...syncUsers, ...(file.syncUser ? [file.syncUser] : [])])]
    .filter((name) => !named.some((user) => user.name === name))
    .map((name): UserFile => ({ name, admin: true }));
  return new Map(
    [...named, ...added].map((user): [string, User] => {
      const { name, displayName = name.charAt(0).toUpperCase() + name.slice(1), timeZone = zone, admin = false } = user;
      const token = user.token === true ? { token: SANDBOX_TOKEN } : {};
      const email = user.email === undefined ? {} : { email: user.email };
      return [name, { name, displayName, ...email, password: SANDBOX_PASSWORD, timeZone, admin, ...token }];
    }),
  );
}

function nextIds(file: InstanceFile): Instance['nextId'] {
  const issues = (file.projects ?? []).flatMap((project) => project.issues ?? []);
  const above = (ids: (string | undefined)[]) => Math.max(FIRST_ID, ...ids.map((id) => Number(id ?? 0) + 1));
  const used: Record<IdKind, number> = {
    issue: above(issues.map(({ id }) => id)),
    comment: above(issues.flatMap(({ comments = [] }) => comments.map(({ id }) => id))),
    attachment: above(issues.flatMap(({ attachments = [] }) => attachments.map(({ id }) => id))),
    change: above(issues.flatMap(({ history = [] }) => history.map(({ id }) => id))),
    integration: 1,
    connector: 1,
    entry: 1,
  };
  return { ...used, ...file.nextIds };
}

function loadProject(instance: Instance, file: ProjectFile, loading: Loading): void {
  const issues = file.issues ?? [];
  const id = file.id ?? String(FIRST_ID + instance.projects.size);
  const project: Project = newProject(file.key, file.name ?? file.key, file.lead ?? 'admin', id);
  project.components.push(...(file.components ?? []).map((each) => ({ ...each })));
  project.versions.push(...(file.versions ?? []).map(({ released = false, ...each }) => ({ ...each, released })));
  instance.projects.set(file.key, project);
  for (const issue of issues) {
    const loaded = loadIssue(instance, file.key, issue, loading.originOf(instance.name, issue));
    project.issues.set(loaded.key, loaded);
    project.touched.push(loaded.key);
    project.nextNumber = Math.max(project.nextNumber, loaded.number + 1);
  }
  project.nextNumber = file.nextNumber ?? project.nextNumber;
}

function loadIssue(instance: Instance, projectKey: string, file: IssueFile, origin: string): Issue {
  const origins = commentOrigins(file, origin);
  const created = Date.parse(file.created);
  const reporter = file.reporter ?? file.creator ?? 'admin';
  const comments = (file.comments ?? []).map(({ id, author, body, created: at, edited }, n) => {
    const commentId = id ?? String(instance.nextId.comment++);
    const edit = edited ? { edited: { by: edited.by, at: Date.parse(edited.at) } } : {};
    return { id: commentId, origin: origins[n] ?? '', author, body, created: Date.parse(at), ...edit };
  });
  const attachments = (file.attachments ?? []).map((each) => ({
    id: each.id ?? String(instance.nextId.attachment++),
    origin: each.origin ?? `${origin}: ${each.filename}`,
    author: each.author,
    filename: each.filename,
    size: each.size ?? 0,
    mimeType: each.mimeType ?? 'application/octet-stream',
    created: Date.parse(each.created),
  }));
  const history = (file.history ?? []).map((change) => loadChange(instance, projectKey, change));
  const dates = [...comments, ...attachments, ...history].map((each) => each.created);
  dates.push(...comments.flatMap(({ edited }) => edited?.at ?? []));
  return {
    id: file.id ?? String(instance.nextId.issue++),
    key: file.key,
    number: Number(file.key.slice(file.key.lastIndexOf('-') + 1)),
    projectKey,
    origin,
    reporter,
    creator: file.creator ?? reporter,
    created,
    updated: file.updated === undefined ? Math.max(created, ...dates) : Date.parse(file.updated),
    values: valuesOf(instance, projectKey, file.fields),
    comments,
    attachments,
    history,
    ...(file.parent === undefined ? {} : { parentKey: file.parent }),
    ...(file.archived ? { archived: { by: file.archived.by, at: Date.parse(file.archived.at) } } : {}),
  };
}

function valuesOf(instance: Instance, projectKey: string, fields: Record<string, string>): Map<string, string> {
  const values = new Map<string, string>();
  const first = { status: instance.statuses[0]?.name ?? '', ...fields };
  for (const [fieldId, value] of Object.entries('status' in fields ? fields : first)) {
    const id = valueFor(instance, fieldId, value, projectKey);
    if (typeof id === 'string') values.set(fieldId, id);
  }
  return values;
}

function loadChange(instance: Instance, projectKey: string, file: NonNullable<IssueFile['history']>[number]): Change {
  const idOf = (fieldId: string, name: string | null) => valueFor(instance, fieldId, name, projectKey) ?? null;
  return {
    id: file.id ?? String(instance.nextId.change++),
    author: file.author,
    created: Date.parse(file.created),
    items: file.items.map(({ fieldId, from, to }) => ({
      field: fieldName(instance, fieldId),
      fieldId,
      from: idOf(fieldId, from),
      fromString: from,
      to: idOf(fieldId, to),
      toString: to,
    })),
  };
}
