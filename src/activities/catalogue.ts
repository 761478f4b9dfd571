/** Reading what a translation looks things up in: everything of both homes of a side that the configuration can point at. */
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Side } from '../contract/steps.ts';
import type { Instance } from '../jira/instance.ts';
import type { FieldOption } from '../jira/types.ts';
import type { Catalogue, CatalogueUser, SideCatalogues } from '../mapping/catalogue.ts';
import { contestedFields } from '../mapping/contested.ts';
import type { Needs } from '../mapping/needs.ts';
import type { SideName } from '../mapping/references.ts';
import { type TranslationTask, translateConfiguration } from '../mapping/translate.ts';

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
  const read = (home: Home) => (home.unread ? NOTHING_READ : readCatalogue(open(home.instance), home, needs));
  const side: SideCatalogues = {
    old: await read(old),
    new: await read(now),
    sameInstance: stays,
    ...(now.unread ? { unread: true as const } : {}),
    oldInstance: old.instance,
    newInstance: now.instance,
  };
  if (stays || old.unread || now.unread) return side;
  const cloud = (home: Home): boolean => open(home.instance).config.deployment === 'cloud';
  const users = needs.users[name];
  return {
    ...side,
    accountsStay: cloud(old) && cloud(now),
    ...(users.length > 0 ? await readUsers(open(old.instance), open(now.instance), users, side) : {}),
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
  const options: Record<string, FieldOption[]> = {};
  for (const field of fields) {
    if (field.custom && HAS_OPTIONS.test(field.type)) options[field.id] = await jira.options(field.id, project.id);
  }
  return {
    issueTypes: project.issueTypes,
    fields,
    options,
    statuses,
    priorities,
    project: { id: project.id, key: project.key },
    ...(kinds.has('resolution') ? { resolutions: await jira.resolutions() } : {}),
    ...(kinds.has('component') ? { components: await jira.components(home.project) } : {}),
    ...(kinds.has('version') ? { versions: await jira.versions(home.project) } : {}),
    ...(kinds.has('linkType') ? { linkTypes: await jira.linkTypes() } : {}),
  };
}

/** Field types of Jira's own that have options, by the end of their identifier (`…:select`, `…:cascadingselect`). */
const HAS_OPTIONS = /:(select|multiselect|radiobuttons|multicheckboxes|cascadingselect)$/;

/** Only those that the configuration names, and on the new instance those of the same id or e-mail address. */
async function readUsers(
  old: Instance,
  now: Instance,
  ids: readonly string[],
  side: SideCatalogues,
): Promise<Pick<SideCatalogues, 'old' | 'new'>> {
  const before: CatalogueUser[] = [];
  const after = new Map<string, CatalogueUser>();
  for (const id of ids) {
    const known = await ifAllowed(old.jira.user(id), undefined);
    if (known) before.push(known);
    const sameId = await ifAllowed(now.jira.user(id), undefined);
    const found = known?.email === undefined ? [] : await ifAllowed(now.jira.usersByEmail(known.email), []);
    for (const user of [...(sameId ? [sameId] : []), ...found]) after.set(user.id, user);
  }
  return { old: { ...side.old, users: before }, new: { ...side.new, users: [...after.values()] } };
}

/** The same task; where a field has several candidates of one name, with how many issues use each. */
export async function countContested(
  open: (instance: string) => Instance,
  configuration: Synchronization,
  homes: Readonly<Record<'first' | 'second', Home>>,
  task: TranslationTask,
): Promise<TranslationTask> {
  const { questions } = translateConfiguration({ ...task, configuration });
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
    const jql = `project = "${project}" AND cf[${clause[1]}] is not EMPTY`;
    const count = await ifAllowed<number | undefined>(jira.count(jql), undefined);
    if (count !== undefined) filled[field] = count;
  }
  return filled;
}

/** Users and counts are evidence: where our user may not see them, the question goes without. */
export async function ifAllowed<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MigratorError && error.code === 'RequestRefused') return otherwise;
    throw error;
  }
}
