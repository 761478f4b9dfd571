/** Issues as Data Center v2 shows them. */
import type { Switches } from '../switches.ts';
import { issueOf } from '../world/lookup.ts';
import type {
  Attachment,
  Change,
  ChangeItem,
  Comment,
  Instance,
  Issue,
  IssueType,
  NamedThing,
  Status,
  Version,
} from '../world/model.ts';
import { jiraStamp } from '../world/stamps.ts';
import { choicesIn, choicesOf, kindOfValue, labelsIn } from '../world/values.ts';

const api = (instance: Instance) => `${instance.baseUrl}/rest/api/2`;

export function userJson(instance: Instance, name: string) {
  const user = instance.users.get(name);
  return {
    self: `${api(instance)}/user?username=${encodeURIComponent(name)}`,
    name,
    key: name === 'admin' ? 'admin' : `JIRAUSER-${name}`,
    emailAddress: user?.email ?? `${name}@example.com`,
    avatarUrls: {},
    displayName: user?.displayName ?? name,
    active: true,
    timeZone: user?.timeZone ?? instance.timeZone,
  };
}

export function issueTypeJson(instance: Instance, type: IssueType) {
  const self = `${api(instance)}/issuetype/${type.id}`;
  return { self, id: type.id, description: '', iconUrl: '', name: type.name, subtask: type.subtask, avatarId: 10300 };
}

const CATEGORIES = {
  new: { id: 2, key: 'new', colorName: 'default', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'inprogress', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'success', name: 'Done' },
};

export function statusJson(instance: Instance, status: Status) {
  const category = CATEGORIES[status.category];
  return {
    self: `${api(instance)}/status/${status.id}`,
    description: '',
    iconUrl: '',
    name: status.name,
    id: status.id,
    statusCategory: { self: `${api(instance)}/statuscategory/${category.id}`, ...category },
  };
}

export function priorityJson(instance: Instance, priority: NamedThing) {
  return { self: `${api(instance)}/priority/${priority.id}`, iconUrl: '', name: priority.name, id: priority.id };
}

export function commentJson(instance: Instance, issue: Issue, comment: Comment) {
  return {
    self: `${api(instance)}/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    author: userJson(instance, comment.author),
    body: comment.body,
    updateAuthor: userJson(instance, comment.edited?.by ?? comment.author),
    created: jiraStamp(instance, comment.created, issue),
    updated: jiraStamp(instance, comment.edited?.at ?? comment.created, issue),
  };
}

export function attachmentJson(instance: Instance, issue: Issue, file: Attachment) {
  return {
    self: `${api(instance)}/attachment/${file.id}`,
    id: file.id,
    filename: file.filename,
    author: userJson(instance, file.author),
    created: jiraStamp(instance, file.created, issue),
    size: file.size,
    mimeType: file.mimeType,
    content: `${instance.baseUrl}/secure/attachment/${file.id}/${encodeURIComponent(file.filename)}`,
  };
}

function parentJson(instance: Instance, parent: Issue) {
  const names = ['summary', 'status', 'priority', 'issuetype'];
  const fields = Object.fromEntries(names.map((id) => [id, valueJson(instance, id, parent.values.get(id))]));
  return { id: parent.id, key: parent.key, self: `${api(instance)}/issue/${parent.id}`, fields };
}

function valueJson(instance: Instance, fieldId: string, value: string | undefined): unknown {
  if (value === undefined) return null;
  if (fieldId === 'issuetype') {
    const type = instance.issueTypes.find((each) => each.id === value);
    return type ? issueTypeJson(instance, type) : null;
  }
  if (fieldId === 'status') {
    const status = instance.statuses.find((each) => each.id === value);
    return status ? statusJson(instance, status) : null;
  }
  if (fieldId === 'priority') {
    const priority = instance.priorities.find((each) => each.id === value);
    return priority ? priorityJson(instance, priority) : null;
  }
  const kind = kindOfValue(instance, fieldId);
  if (kind === 'choice' || kind === 'cascade') {
    const [option, below] = choicesIn(instance, fieldId, value);
    if (!option) return null;
    return { ...optionJson(instance, option), ...(below ? { child: optionJson(instance, below) } : {}) };
  }
  return value;
}

function optionJson(instance: Instance, { id, name }: NamedThing) {
  return { self: `${api(instance)}/customFieldOption/${id}`, value: name, id, disabled: false };
}

/** As an issue shows it. */
export function componentJson(instance: Instance, { id, name }: NamedThing) {
  return { self: `${api(instance)}/component/${id}`, id, name };
}

export function versionJson(instance: Instance, { id, name, released }: Version) {
  return { self: `${api(instance)}/version/${id}`, id, name, description: '', archived: false, released };
}

function allFields(instance: Instance, issue: Issue): Record<string, unknown> {
  const project = instance.projects.get(issue.projectKey);
  const fields: Record<string, unknown> = {
    project: {
      self: `${api(instance)}/project/${project?.id}`,
      id: project?.id,
      key: project?.key,
      name: project?.name,
    },
    reporter: userJson(instance, issue.reporter),
    creator: userJson(instance, issue.creator),
    assignee: null,
    created: jiraStamp(instance, issue.created, issue),
    updated: jiraStamp(instance, issue.updated, issue),
    resolution: null,
    labels: labelsIn(issue.values.get('labels')),
    components: choicesIn(instance, 'components', issue.values.get('components')).map((each) =>
      componentJson(instance, each),
    ),
    fixVersions: versionsOf(instance, issue).map((each) => versionJson(instance, each)),
    attachment: issue.attachments.map((file) => attachmentJson(instance, issue, file)),
    archivedby: issue.archived ? userJson(instance, issue.archived.by) : null,
    archiveddate: issue.archived ? jiraStamp(instance, issue.archived.at, issue) : null,
  };
  const parent = issue.parentKey === undefined ? undefined : issueOf(instance, issue.parentKey);
  if (parent) fields.parent = parentJson(instance, parent);
  for (const id of ['summary', 'description', 'issuetype', 'status', 'priority']) {
    fields[id] = valueJson(instance, id, issue.values.get(id));
  }
  for (const { id } of instance.fields) fields[id] = valueJson(instance, id, issue.values.get(id));
  return fields;
}

export function commentsJson(instance: Instance, issue: Issue, startAt = 0, maxResults = 1_048_576) {
  const comments = issue.comments.slice(startAt, startAt + maxResults);
  return {
    startAt,
    maxResults,
    total: issue.comments.length,
    comments: comments.map((comment) => commentJson(instance, issue, comment)),
  };
}

const HISTORY_NAMES: Record<string, string> = {
  attachment: 'Attachment',
  components: 'Component',
  fixVersions: 'Fix Version',
};

function versionsOf(instance: Instance, issue: Issue): Version[] {
  const ids = new Set(choicesIn(instance, 'fixVersions', issue.values.get('fixVersions')).map(({ id }) => id));
  return [...instance.projects.values()].flatMap(({ versions }) => versions.filter(({ id }) => ids.has(id)));
}

/** Histories name each component and version that went or came by itself, and both levels of a cascading field in one text. */
function itemsJson(instance: Instance, item: ChangeItem): ChangeItem[] {
  const kind = kindOfValue(instance, item.fieldId);
  if (kind === 'labels') return [{ ...item, fromString: item.fromString ?? '', toString: item.toString ?? '' }];
  if (kind === 'cascade') {
    const text = (value: string | null) => levelsText(choicesIn(instance, item.fieldId, value ?? undefined));
    return [{ ...item, fromString: text(item.from), toString: text(item.to) }];
  }
  if (kind !== 'choices') return [item];
  const [before, after] = [item.from, item.to].map((value) => choicesIn(instance, item.fieldId, value ?? undefined));
  const only = (here: readonly NamedThing[] = [], there: readonly NamedThing[] = []) =>
    here.filter(({ id }) => !there.some((each) => each.id === id));
  const none = { from: null, fromString: null, to: null, toString: null };
  return [
    ...only(before, after).map(({ id, name }) => ({ ...item, ...none, from: id, fromString: name })),
    ...only(after, before).map(({ id, name }) => ({ ...item, ...none, to: id, toString: name })),
  ];
}

function levelsText([above, below]: readonly NamedThing[]): string | null {
  if (!above) return null;
  const rest = below ? `Level 1 values: ${below.name}(${below.id})` : '';
  return `Parent values: ${above.name}(${above.id})${rest}`;
}

type HistorySwitches = Pick<Switches, 'historyFieldIds' | 'filesInHistory'>;

/** As Jira enters it when somebody attaches a file to an issue. */
function attached({ id, author, created, filename }: Attachment): Change {
  const item = { field: 'Attachment', fieldId: 'attachment', from: null, fromString: null, to: id, toString: filename };
  return { id: `file${id}`, author, created, items: [item] };
}

/** Cloud always has the ids. */
function changelogJson(instance: Instance, issue: Issue, { historyFieldIds, filesInHistory }: HistorySwitches) {
  const hasIds = (fieldId: string) => fieldId === 'attachment' || choicesOf(instance, fieldId) !== undefined;
  const files = filesInHistory ? issue.attachments.map(attached) : [];
  const all = [...issue.history, ...files].sort((one, other) => one.created - other.created);
  const histories = all.map((change) => ({
    id: change.id,
    author: userJson(instance, change.author),
    created: jiraStamp(instance, change.created, issue),
    items: change.items
      .flatMap((item) => itemsJson(instance, item))
      .map((item) => ({
        field: item.fieldId.startsWith('customfield_') ? item.field : (HISTORY_NAMES[item.fieldId] ?? item.fieldId),
        ...(historyFieldIds || instance.deployment === 'cloud' ? { fieldId: item.fieldId } : {}),
        fieldtype: item.fieldId.startsWith('customfield_') ? 'custom' : 'jira',
        // Jira keeps an id only for choices and files; a text change has null there.
        from: hasIds(item.fieldId) ? item.from : null,
        fromString: item.fromString,
        to: hasIds(item.fieldId) ? item.to : null,
        toString: item.toString,
      })),
  }));
  return { startAt: 0, maxResults: histories.length, total: histories.length, histories };
}

/** `fields` as asked: names, `*all`, `*navigable` (all but comments), `-name`. */
export function issueJson(
  instance: Instance,
  issue: Issue,
  asked: readonly string[],
  expand: readonly string[],
  switches: HistorySwitches = { historyFieldIds: true, filesInHistory: true },
) {
  const everything = asked.includes('*all') || asked.includes('*navigable');
  const wanted = (id: string) => !asked.includes(`-${id}`) && (everything || asked.includes(id));
  const fields = Object.fromEntries(Object.entries(allFields(instance, issue)).filter(([id]) => wanted(id)));
  if (asked.includes('comment') || asked.includes('*all')) fields.comment = commentsJson(instance, issue);
  const changelog = expand.includes('changelog') ? { changelog: changelogJson(instance, issue, switches) } : {};
  const self = `${api(instance)}/issue/${issue.id}`;
  return { expand: 'renderedFields,names,schema,changelog', id: issue.id, self, key: issue.key, fields, ...changelog };
}
