/** What an instance says about itself and its configuration. Lists are bare arrays, as on Data Center. */
import { type Answer, type Call, jiraRefusal, type Parameters } from '../http/router.ts';
import { fieldOf } from '../world/lookup.ts';
import type { CustomField, Instance, Project } from '../world/model.ts';
import { jiraStamp } from '../world/stamps.ts';
import { componentJson, issueTypeJson, priorityJson, statusJson, userJson, versionJson } from './issue-json.ts';

const ok = (body: unknown): Answer => ({ status: 200, body });

export function serverInfo({ instance }: Call): Answer {
  const versionNumbers = instance.version.split('.').map(Number);
  const buildNumber = (versionNumbers[0] ?? 10) * 100_000 + (versionNumbers[1] ?? 0) * 1000;
  return ok({
    baseUrl: instance.baseUrl,
    version: instance.version,
    versionNumbers,
    deploymentType: 'Server',
    buildNumber,
    buildDate: '2026-01-12T00:00:00.000+0000',
    databaseBuildNumber: buildNumber,
    serverTime: jiraStamp(instance, Date.now()),
    scmInfo: 'sandbox',
    serverTitle: instance.title,
    serverId: instance.serverId,
  });
}

export function myself(call: Call): Answer {
  const name = call.user?.name ?? '';
  return ok({ ...userJson(call.instance, name), locale: 'en_US', groups: { size: 1, items: [] }, deleted: false });
}

export function userByName(call: Call): Answer {
  const name = call.query.get('username') ?? call.query.get('key') ?? '';
  if (!call.instance.users.has(name)) throw jiraRefusal(404, `The user named '${name}' does not exist`);
  return ok(userJson(call.instance, name));
}

/** Looks in names and e-mail addresses, as Data Center does in spite of the parameter's name. */
export function userSearch(call: Call): Answer {
  const sought = (call.query.get('username') ?? call.query.get('query') ?? '').toLowerCase();
  const found = [...call.instance.users.keys()].map((name) => userJson(call.instance, name));
  return ok(
    found.filter((user) => `${user.name} ${user.displayName} ${user.emailAddress}`.toLowerCase().includes(sought)),
  );
}

const ADMIN_ONLY = new Set(['ADMINISTER', 'ADMINISTER_PROJECTS', 'PROJECT_ADMIN', 'SYSTEM_ADMIN']);
const PERMISSIONS = [...ADMIN_ONLY, 'BROWSE_PROJECTS', 'BROWSE', 'CREATE_ISSUES', 'EDIT_ISSUES', 'ADD_COMMENTS'];
const MORE = ['TRANSITION_ISSUES', 'LINK_ISSUES', 'MANAGE_WATCHERS', 'CREATE_ATTACHMENTS', 'RESOLVE_ISSUES'];

export function myPermissions(call: Call): Answer {
  const project = call.query.get('projectKey');
  if (project !== null && !call.instance.projects.has(project)) {
    throw jiraRefusal(404, `No project could be found with key '${project}'.`);
  }
  const asked = (call.query.get('permissions') ?? '').split(',').filter((name) => name !== '');
  const names = asked.length > 0 ? asked : [...PERMISSIONS, ...MORE];
  const permissions = names.map((key, id) => {
    const havePermission = call.user?.admin === true || !ADMIN_ONLY.has(key);
    return [key, { id: String(id), key, name: key, type: 'PROJECT', description: '', havePermission }];
  });
  return ok({ permissions: Object.fromEntries(permissions) });
}

function projectJson(call: Call, project: Project) {
  const { instance } = call;
  return {
    expand: 'description,lead,url,projectKeys',
    self: `${instance.baseUrl}/rest/api/2/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    archived: false,
    avatarUrls: {},
  };
}

export function projects(call: Call): Answer {
  return ok([...call.instance.projects.values()].map((project) => projectJson(call, project)));
}

function projectAsked(call: Call, parameters: Parameters): Project {
  const asked = parameters.project ?? '';
  const found = [...call.instance.projects.values()].find(
    (each) => each.key === asked.toUpperCase() || each.id === asked,
  );
  if (!found) throw jiraRefusal(404, `No project could be found with key '${asked}'.`);
  return found;
}

export function project(call: Call, parameters: Parameters): Answer {
  const { instance } = call;
  const found = projectAsked(call, parameters);
  const details = {
    description: '',
    lead: userJson(instance, found.lead),
    components: componentsOf(call.instance, found),
    versions: versionsOf(call.instance, found),
    issueTypes: instance.issueTypes.map((type) => issueTypeJson(instance, type)),
    assigneeType: 'UNASSIGNED',
    roles: {},
  };
  return ok({ ...projectJson(call, found), ...details });
}

function componentsOf(instance: Instance, { key, id, components }: Project) {
  return components.map((each) => ({
    ...componentJson(instance, each),
    description: '',
    assigneeType: 'PROJECT_DEFAULT',
    isAssigneeTypeValid: true,
    project: key,
    projectId: Number(id),
  }));
}

const versionsOf = (instance: Instance, { id, versions }: Project) =>
  versions.map((each) => ({ ...versionJson(instance, each), projectId: Number(id) }));

export const components = (call: Call, parameters: Parameters): Answer =>
  ok(componentsOf(call.instance, projectAsked(call, parameters)));

export const versions = (call: Call, parameters: Parameters): Answer =>
  ok(versionsOf(call.instance, projectAsked(call, parameters)));

export function projectStatuses(call: Call, parameters: Parameters): Answer {
  const { instance } = call;
  projectAsked(call, parameters);
  const statuses = instance.statuses.map((status) => statusJson(instance, status));
  return ok(instance.issueTypes.map((type) => ({ ...issueTypeJson(instance, type), statuses })));
}

export const issueTypes = ({ instance }: Call) => ok(instance.issueTypes.map((type) => issueTypeJson(instance, type)));
export const statuses = ({ instance }: Call) => ok(instance.statuses.map((status) => statusJson(instance, status)));
export const priorities = ({ instance }: Call) => ok(instance.priorities.map((one) => priorityJson(instance, one)));
export const resolutions = ({ instance }: Call) =>
  ok(instance.resolutions.map((one) => ({ ...priorityJson(instance, one), description: '' })));

/** `clause` where JQL has another name for it. */
const SYSTEM_FIELDS: [id: string, name: string, type: string, more?: { items: string; clause?: string }][] = [
  ['issuekey', 'Key', 'string'],
  ['issuetype', 'Issue Type', 'issuetype'],
  ['project', 'Project', 'project'],
  ['summary', 'Summary', 'string'],
  ['description', 'Description', 'string'],
  ['priority', 'Priority', 'priority'],
  ['status', 'Status', 'status'],
  ['resolution', 'Resolution', 'resolution'],
  ['reporter', 'Reporter', 'user'],
  ['creator', 'Creator', 'user'],
  ['assignee', 'Assignee', 'user'],
  ['created', 'Created', 'datetime'],
  ['updated', 'Updated', 'datetime'],
  ['comment', 'Comment', 'comments-page'],
  ['labels', 'Labels', 'array', { items: 'string' }],
  ['components', 'Component/s', 'array', { items: 'component', clause: 'component' }],
  ['fixVersions', 'Fix Version/s', 'array', { items: 'version', clause: 'fixVersion' }],
];

const SCHEMA_TYPES = {
  select: 'option',
  cascadingselect: 'option-with-child',
  textfield: 'string',
  textarea: 'string',
} as const satisfies Record<CustomField['type'], string>;

const typeKey = (field: CustomField) => `com.atlassian.jira.plugin.system.customfieldtypes:${field.type}`;
const numericId = (field: CustomField) => Number(field.id.replace('customfield_', ''));

export function fields({ instance }: Call): Answer {
  const system = SYSTEM_FIELDS.map(([id, name, type, more]) => ({
    id,
    name,
    custom: false,
    orderable: true,
    navigable: id !== 'comment',
    searchable: true,
    clauseNames: [more?.clause ?? id],
    schema: { type, ...(more ? { items: more.items } : {}), system: id },
  }));
  const custom = instance.fields.map((field) => ({
    id: field.id,
    name: field.name,
    custom: true,
    orderable: true,
    navigable: true,
    searchable: true,
    clauseNames: [`cf[${numericId(field)}]`, field.name],
    schema: { type: SCHEMA_TYPES[field.type], custom: typeKey(field), customId: numericId(field) },
  }));
  return ok([...system, ...custom]);
}

/** Only the numeric id is understood: `customfield_10110` is answered 404 (measured on 11.3). Pages start at 1. */
export function options(call: Call, parameters: Parameters): Answer {
  const { instance, query } = call;
  const field = /^\d+$/.test(parameters.id ?? '') ? fieldOf(instance, `customfield_${parameters.id}`) : undefined;
  if (!field) throw jiraRefusal(404, `The custom field with id '${parameters.id}' does not exist.`);
  const size = Math.min(Number(query.get('maxResults') ?? 50), 100);
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const shown = field.options.slice((page - 1) * size, page * size).map((option) => ({
    self: `${instance.baseUrl}/rest/api/2/customFieldOption/${option.id}`,
    id: Number(option.id),
    value: option.name,
    disabled: false,
    childrenIds: field.options.filter(({ parent }) => parent === option.id).map(({ id }) => Number(id)),
  }));
  return ok({ options: shown, total: field.options.length });
}

export function customFields(call: Call): Answer {
  const { instance, query } = call;
  const search = (query.get('search') ?? '').toLowerCase();
  const startAt = Number(query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(query.get('maxResults') ?? 50), 100);
  const found = instance.fields.filter((field) => field.name.toLowerCase().includes(search));
  const values = found.slice(startAt, startAt + maxResults).map((field) => ({
    id: field.id,
    numericId: numericId(field),
    name: field.name,
    type: field.type,
    isAllProjects: true,
    isLocked: false,
    issuesWithValue: [...instance.projects.values()].reduce(
      (count, each) => count + [...each.issues.values()].filter((issue) => issue.values.has(field.id)).length,
      0,
    ),
  }));
  return ok({ startAt, maxResults, total: found.length, isLast: startAt + values.length >= found.length, values });
}
