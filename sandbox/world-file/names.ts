/** What a schema cannot say: names that point at nothing, names that stand twice, dates that are none. */
import { isSystemField } from '../world/lookup.ts';
import {
  connectorsOf,
  type InstanceFile,
  type IssueFile,
  instanceOfConnector,
  type ProjectFile,
  type WorldFile,
} from './types.ts';

type Add = (path: string, problem: string) => void;

export function danglingNames(file: WorldFile): string[] {
  const problems: string[] = [];
  const add: Add = (path, problem) => problems.push(`${path}: ${problem}`);
  twice(file.instances, '/instances', 'name', ({ name }) => name, add);
  twice(file.instances, '/instances', 'baseUrl', ({ baseUrl }) => baseUrl, add);
  for (const [n, instance] of file.instances.entries()) checkInstance(file, instance, `/instances/${n}`, add);
  checkSynchronizations(file, add);
  checkMove(file, add);
  return problems;
}

function twice<T>(list: readonly T[], path: string, member: string, of: (each: T) => string, add: Add): void {
  const seen = new Set<string>();
  for (const [n, each] of list.entries()) {
    if (seen.has(of(each))) add(`${path}/${n}/${member}`, `${of(each)} stands twice`);
    seen.add(of(each));
  }
}

function checkZone(zone: string | undefined, path: string, add: Add): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    add(path, `${zone} is no time zone`);
  }
}

function checkInstance(file: WorldFile, instance: InstanceFile, path: string, add: Add): void {
  checkZone(instance.timeZone, `${path}/timeZone`, add);
  for (const list of ['issueTypes', 'statuses', 'priorities', 'fields'] as const) {
    twice<{ id: string }>(instance[list] ?? [], `${path}/${list}`, 'id', ({ id }) => id, add);
  }
  for (const [n, user] of (instance.users ?? []).entries())
    checkZone(user.timeZone, `${path}/users/${n}/timeZone`, add);
  twice(instance.projects ?? [], `${path}/projects`, 'key', ({ key }) => key, add);
  const users = knownUsers(file, instance);
  for (const [n, project] of (instance.projects ?? []).entries()) {
    checkProject(instance, users, project, `${path}/projects/${n}`, add);
  }
}

/** Those that are named, and those that are added. */
function knownUsers(file: WorldFile, instance: InstanceFile): ReadonlySet<string> {
  const named = (instance.users ?? []).map(({ name }) => name);
  const connectors = file.synchronizations.flatMap((one) => Object.values(connectorsOf(one)));
  const ofConnectors = connectors
    .filter((connector) => instanceOfConnector(file, connector) === instance)
    .map(({ connection }) => connection.application.user);
  const sync = instance.syncUser === undefined ? [] : [instance.syncUser];
  return new Set([...named, ...ofConnectors, ...sync, 'migrator', 'backbone', 'admin']);
}

function checkProject(
  instance: InstanceFile,
  users: ReadonlySet<string>,
  project: ProjectFile,
  path: string,
  add: Add,
): void {
  const issues = project.issues ?? [];
  const known = (user: string | undefined, at: string) => {
    if (user !== undefined && !users.has(user)) add(at, `${instance.name} has no user ${user}`);
  };
  known(project.lead, `${path}/lead`);
  twice(issues, `${path}/issues`, 'key', ({ key }) => key, add);
  const keys = new Set(issues.map(({ key }) => key));
  for (const [n, issue] of issues.entries()) {
    const at = `${path}/issues/${n}`;
    if (!issue.key.startsWith(`${project.key}-`)) add(`${at}/key`, `${issue.key} is no key of project ${project.key}`);
    if (issue.parent !== undefined && !keys.has(issue.parent)) add(`${at}/parent`, `there is no issue ${issue.parent}`);
    known(issue.reporter, `${at}/reporter`);
    known(issue.creator, `${at}/creator`);
    for (const list of ['comments', 'attachments', 'history'] as const) {
      for (const [m, { author }] of (issue[list] ?? []).entries()) known(author, `${at}/${list}/${m}/author`);
    }
    checkDates(issue, at, add);
    for (const [fieldId, value] of Object.entries(issue.fields))
      checkValue(instance, project, { fieldId, value }, `${at}/fields`, add);
  }
}

/** The clock of a world only goes forward, so nothing may have happened later than now. */
function checkDates(issue: IssueFile, path: string, add: Add): void {
  const check = (date: string | undefined, at: string) => {
    if (date === undefined) return;
    const when = Date.parse(date);
    if (Number.isNaN(when)) add(at, `${date} is no date`);
    else if (when > Date.now()) add(at, `${date} is still to come`);
  };
  check(issue.created, `${path}/created`);
  check(issue.updated, `${path}/updated`);
  for (const list of ['comments', 'attachments', 'history'] as const) {
    for (const [n, { created }] of (issue[list] ?? []).entries()) check(created, `${path}/${list}/${n}/created`);
  }
}

function checkValue(
  instance: InstanceFile,
  project: ProjectFile,
  { fieldId, value }: { fieldId: string; value: string },
  path: string,
  add: Add,
): void {
  const wrong = partsOf(fieldId, value).find((part) => choicesOf(instance, project, fieldId)?.includes(part) === false);
  if (!isSystemField(fieldId) && !instance.fields?.some(({ id }) => id === fieldId)) {
    add(`${path}/${fieldId}`, `${instance.name} has no field ${fieldId}`);
  } else if (wrong !== undefined) {
    add(`${path}/${fieldId}`, `${instance.name} has no "${wrong}" there`);
  }
}

/** Several components or versions stand in one text. */
const partsOf = (fieldId: string, value: string): string[] =>
  fieldId === 'components' || fieldId === 'fixVersions' ? value.split(', ') : [value];

/** By name; those of a cascading field with the option above. */
function choicesOf(instance: InstanceFile, project: ProjectFile, fieldId: string): string[] | undefined {
  const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name);
  if (fieldId === 'issuetype') return names(instance.issueTypes);
  if (fieldId === 'status') return names(instance.statuses);
  if (fieldId === 'priority') return names(instance.priorities);
  if (fieldId === 'components') return names(project.components);
  if (fieldId === 'fixVersions') return names(project.versions);
  const field = instance.fields?.find(({ id }) => id === fieldId);
  if (field?.type === 'select') return names(field.options);
  if (field?.type !== 'cascadingselect') return undefined;
  const { options = [] } = field;
  return options.map(({ name, parent }) => {
    const above = options.find(({ id }) => id === parent);
    return above ? `${above.name} - ${name}` : name;
  });
}

function hasInstance(file: WorldFile, name: string | undefined, path: string, add: Add): void {
  if (name !== undefined && !file.instances.some((each) => each.name === name))
    add(path, `there is no instance ${name}`);
}

function checkSynchronizations(file: WorldFile, add: Add): void {
  const nameOf = (instance: string, key: string) => `${instance}/${key}`;
  const all = file.synchronizations;
  twice(all, '/synchronizations', 'integration', (one) => nameOf(one.instance, one.integration.integrationKey), add);
  for (const [n, one] of all.entries()) {
    const path = `/synchronizations/${n}`;
    hasInstance(file, one.instance, `${path}/instance`, add);
    for (const [side, connector] of Object.entries(connectorsOf(one))) {
      const at = `${path}/integration/${side}Connector`;
      const instance = instanceOfConnector(file, connector);
      const { baseUrl } = connector.connection.application;
      if (!instance) add(`${at}/connection/application/baseUrl`, `no instance has the base URL ${baseUrl}`);
      else if (!instance.projects?.some(({ key }) => key === connector.projectKey)) {
        add(`${at}/projectKey`, `${instance.name} has no project ${connector.projectKey}`);
      }
    }
    if (one.pairs && one.syncInformation) add(`${path}/pairs`, 'pairs or syncInformation, not both');
  }
  const { instance, synchronization } = file.original;
  if (!all.some((one) => one.instance === instance && one.integration.integrationKey === synchronization)) {
    add('/original', `there is no synchronization ${nameOf(instance, synchronization)}`);
  }
}

function checkMove({ move, ...file }: WorldFile, add: Add): void {
  hasInstance(file, file.newHome, '/newHome', add);
  if (!move) return;
  for (const end of ['from', 'to'] as const) {
    const { instance, project } = move[end];
    const found = file.instances.find(({ name }) => name === instance);
    if (!found) add(`/move/${end}/instance`, `there is no instance ${instance}`);
    else if (!found.projects?.some(({ key }) => key === project)) {
      add(`/move/${end}/project`, `${instance} has no project ${project}`);
    }
  }
}
