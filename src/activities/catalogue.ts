/** Reading what a translation looks things up in: everything of both homes of a side that the configuration can point at. */

import { MigratorError } from '../contract/errors.ts';
import type { Side } from '../contract/steps.ts';
import type { Instance } from '../jira/instance.ts';
import { jqlText } from '../jira/jql.ts';
import { ifAllowed } from '../jira/paging.ts';
import { atOnce } from '../jira/people.ts';
import type { JiraClient, JiraUser } from '../jira/types.ts';
import { type Catalogue, type CatalogueUser, type SideCatalogues, valueKind } from '../mapping/catalogue.ts';
import { foldName } from '../mapping/names.ts';
import { contestedFields, type Needs } from '../mapping/needs.ts';
import type { SideName } from '../mapping/references.ts';
import { type TranslationTask, translateText } from '../mapping/translate.ts';

export type Home = Pick<Side, 'instance' | 'project'> & { unread?: boolean };

/** A partner that cannot be read did not move, so its ids stay without being looked up. */
const NOTHING_READ: Catalogue = { issueTypes: [], fields: [], options: {}, statuses: [], priorities: [] };

/** Both catalogues of one side; the official mapping is the caller's to add. */
export async function readSide(
  open: (instance: string) => Instance,
  name: SideName,
  { old, now }: { old: Home; now: Home },
  needs: Needs,
): Promise<SideCatalogues> {
  const stays = old.instance === now.instance;
  const read = async (home: Home): Promise<Catalogue> =>
    home.unread ? NOTHING_READ : readCatalogue(open(home.instance), home, needs);
  const reading = read(old);
  const [before, after] = await Promise.all([reading, stays && old.project === now.project ? reading : read(now)]);
  const side: SideCatalogues = {
    old: before,
    new: after,
    sameInstance: stays,
    ...(now.unread ? { unread: true as const } : {}),
    oldInstance: old.instance,
    newInstance: now.instance,
  };
  if (stays || old.unread || now.unread) return side;
  const cloud = (home: Home): boolean => open(home.instance).config.deployment === 'cloud';
  const clients = { old: open(old.instance).jira, new: open(now.instance).jira };
  const [users, groups] = await Promise.all([
    readUsers(clients, named(needs, 'user', name, before)),
    readGroups(clients, named(needs, 'group', name, before)),
  ]);
  return {
    ...side,
    accountsStay: cloud(old) && cloud(now),
    old: { ...before, ...users.old, ...groups.old },
    new: { ...after, ...users.new, ...groups.new },
  };
}

/** Kinds that few configurations point at are read only where this one does. */
async function readCatalogue({ jira }: Instance, home: Home, { kinds }: Needs): Promise<Catalogue> {
  const project = await jira.project(home.project);
  if (!project) throw new MigratorError('RequestRefused', `project ${home.instance}/${home.project} is not visible.`);
  const [fields, statuses, priorities] = await Promise.all([
    jira.fields(),
    jira.statuses(home.project),
    jira.priorities(),
  ]);
  const chosen = fields.filter(({ custom, type }) => custom && HAS_OPTIONS.test(type));
  const options = await atOnce(chosen, async ({ id }) => [id, await jira.options(id, project.id)] as const);
  return {
    issueTypes: project.issueTypes,
    fields,
    options: Object.fromEntries(options),
    statuses,
    priorities,
    project: { id: project.id, key: project.key },
    ...(kinds.has('resolution') ? { resolutions: await jira.resolutions() } : {}),
    ...(kinds.has('component') ? { components: await jira.components(home.project) } : {}),
    ...(kinds.has('version') ? { versions: await jira.versions(home.project) } : {}),
    ...(kinds.has('linkType') ? { linkTypes: await jira.linkTypes() } : {}),
    ...(kinds.has('transition') ? { transitions: await jira.transitions(project) } : {}),
  };
}

/** Field types of Jira's own that have options, by the end of their identifier (`…:select`, `…:cascadingselect`). */
const HAS_OPTIONS = /:(select|multiselect|radiobuttons|multicheckboxes|cascadingselect)$/;

type Clients = Record<'old' | 'new', JiraClient>;
type Part<K extends keyof Catalogue> = Record<'old' | 'new', Pick<Catalogue, K>>;

/** The users or groups that a side's configuration names, also as values of custom fields. */
function named(needs: Needs, kind: 'user' | 'group', side: SideName, old: Catalogue): string[] {
  const isOfKind = ({ field }: { field: string }): boolean =>
    old.fields.some(
      ({ id, name }) => (id === field || foldName(name) === foldName(field)) && valueKind(old, id) === kind,
    );
  const values = needs.values[side].filter(isOfKind).map(({ value }) => value);
  return [...new Set([...(kind === 'user' ? needs.users : needs.groups)[side], ...values])];
}

/** On the new instance those of the same id or e-mail address, and who was called so there once. */
async function readUsers(clients: Clients, ids: string[]): Promise<Part<'users'>> {
  if (ids.length === 0) return { old: {}, new: {} };
  const [before, formerly] = await Promise.all([clients.old.users({ ids, emails: [] }), clients.new.formerNames(ids)]);
  const emails = before.flatMap(({ email }) => (email === undefined ? [] : [email]));
  const after = await clients.new.users({ ids: [...new Set([...ids, ...formerly.values()])], emails });
  const nameOf = new Map([...formerly].map(([name, id]) => [id, name]));
  const now = after.map((user): CatalogueUser => {
    const formerName = nameOf.get(user.id);
    return formerName === undefined ? withoutZone(user) : { ...withoutZone(user), formerName };
  });
  return { old: { users: before.map(withoutZone) }, new: { users: now } };
}

const withoutZone = ({ timeZone: _zone, ...user }: JiraUser): CatalogueUser => user;

async function readGroups(clients: Clients, names: string[]): Promise<Part<'groups'>> {
  if (names.length === 0) return { old: {}, new: {} };
  const old = await clients.old.groups(names);
  // An id of Cloud means nothing to another instance, the name does.
  const called = (old ?? []).filter(({ id, name }) => names.includes(id) || names.includes(name));
  const now = await clients.new.groups([...new Set([...names, ...called.map(({ name }) => name)])]);
  return { old: old ? { groups: old } : {}, new: now ? { groups: now } : {} };
}

/** The same task; where a field has several candidates of one name, with how many issues use each. */
export async function countContested(
  open: (instance: string) => Instance,
  configuration: string,
  homes: Readonly<Record<'first' | 'second', Home>>,
  task: TranslationTask,
): Promise<TranslationTask> {
  const { questions } = translateText(configuration, task);
  const sides = { ...task.sides };
  for (const name of ['first', 'second'] as const) {
    const fields = contestedFields(questions, sides[name]);
    if (fields.length === 0) continue;
    const filled = await readFilled(open(homes[name].instance), homes[name].project, fields);
    sides[name] = { ...sides[name], new: { ...sides[name].new, filled } };
  }
  return { ...task, sides };
}

/** How many issues have a value in each of these fields: what people ask first about two fields of one name. */
async function readFilled({ jira }: Instance, project: string, fields: readonly string[]) {
  const filled: Record<string, number> = {};
  for (const field of fields) {
    const clause = /^customfield_(\d+)$/.exec(field);
    if (!clause) continue;
    const jql = `${jqlText`project = ${project}`} AND cf[${clause[1]}] is not EMPTY`;
    const count = await ifAllowed(jira.count(jql), undefined);
    if (count !== undefined) filled[field] = count;
  }
  return filled;
}
