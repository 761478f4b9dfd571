/** A world as a file that a person can edit. Loading it gives an equal world. */
import { integrationJson } from '../backbone/json.ts';
import type { Synchronization } from '../backbone/model.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { asObject } from '../http/json.ts';
import { SWITCHES, type SwitchName } from '../switch-list.ts';
import { backboneDate } from '../world/dates.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { Instance, Issue, LiveSide, Project, World } from '../world/model.ts';
import { valueMeaning } from '../world/values.ts';
import type { InstanceFile, IssueFile, PlaceFile, ProjectFile, SynchronizationFile, WorldFile } from './types.ts';

const iso = (at: number) => new Date(at).toISOString();
/** Ports change from start to start, so a file names instances by an address of its own. */
const addressOf = (instance: Instance) => `https://${instance.name}.example.com`;

export function worldFileOf(world: World): WorldFile {
  const { moved, move, original } = world;
  const place = ({ instance, projectKey }: LiveSide): PlaceFile => ({ instance: instance.name, project: projectKey });
  const dates = {
    copyStarted: iso(move.copyStarted),
    copyFinished: iso(move.copyFinished),
    frozenSince: iso(move.frozenSince),
  };
  const changed = Object.entries(world.switches).filter(
    ([name, value]) => JSON.stringify(SWITCHES[name as SwitchName][0]) !== JSON.stringify(value),
  );
  return {
    version: 1,
    original: { instance: original.home, synchronization: original.key },
    newHome: world.newHome,
    ...(moved ? { move: { from: place(moved.from), to: place(moved.to), ...dates } } : {}),
    ...(changed.length > 0 ? { switches: Object.fromEntries(changed) } : {}),
    synchronizations: world.synchronizations.map((one) => synchronizationFile(world, one)),
    instances: [...world.instances.values()].map(instanceFile),
  };
}

function synchronizationFile(world: World, one: Synchronization): SynchronizationFile {
  const { status: _status, ...shown } = integrationJson(world, one);
  const zone = instanceNamed(world, one.home).timeZone;
  const connector = (side: 'first' | 'second') => {
    const { connectorKey, projectKey, application } = one[side];
    const at = [...world.instances.values()].find(({ baseUrl }) => baseUrl === application?.baseUrl);
    const home = world.instances.get(one.home);
    const instance = at ?? home;
    const baseUrl = instance ? addressOf(instance) : '';
    const connection = { application: { baseUrl, user: application?.user ?? instance?.syncUser ?? '' } };
    return { ...asObject(shown[`${side}Connector`]), connectorKey, projectKey, connection };
  };
  const entries = (side: 'first' | 'second') => {
    const aheadMs = instanceOfSide(world, one, one[side])?.clock.aheadMs ?? 0;
    return [...one[side].entries.values()].map(({ lastChangeSeen, ...entry }) => {
      return { ...withTexts(entry), lastChangeSeen: lastChangeSeen === 0 ? 0 : lastChangeSeen - aheadMs };
    });
  };
  return {
    instance: one.home,
    running: one.running,
    integration: {
      ...shown,
      integrationKey: one.key,
      createdDate: backboneDate(one.createdAt, zone),
      lastModifiedDate: backboneDate(one.modifiedAt, zone),
      firstConnector: connector('first'),
      secondConnector: connector('second'),
    },
    syncInformation: { firstConnector: entries('first'), secondConnector: entries('second') },
  };
}

/** A number that a double does not hold is decimal text: whoever edits the file with a program keeps its digits. */
const withTexts = <T extends object>(entry: T) =>
  Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  ) as { [K in keyof T]: bigint extends T[K] ? Exclude<T[K], bigint> | string : T[K] };

function instanceFile(instance: Instance): InstanceFile {
  const { name, title, deployment, version, serverId, timeZone, clock, syncUser, users, projects, nextId } = instance;
  return {
    ...(clock.aheadMs === 0 ? {} : { clockAheadMs: clock.aheadMs }),
    ...{ name, title, deployment, baseUrl: addressOf(instance), version, serverId, timeZone, syncUser },
    users: [...users.values()].map(({ password: _password, token, ...user }) => ({
      ...user,
      ...(token === undefined ? {} : { token: true }),
    })),
    issueTypes: instance.issueTypes,
    statuses: instance.statuses,
    priorities: instance.priorities,
    resolutions: instance.resolutions,
    groups: instance.groups,
    loops: instance.loops,
    fields: instance.fields.map(({ id, name: named, type, options, meaning }) => ({
      id,
      name: named,
      type,
      options,
      meaning,
    })),
    nextIds: { ...nextId },
    projects: [...projects.values()].map((project) => projectFile(instance, project)),
  };
}

function projectFile(instance: Instance, project: Project): ProjectFile {
  const { id, key, name, lead, nextNumber, components, versions, issues } = project;
  const lists = {
    ...(components.length > 0 ? { components } : {}),
    ...(versions.length > 0 ? { versions } : {}),
  };
  return {
    id,
    key,
    name,
    lead,
    nextNumber,
    ...lists,
    issues: [...issues.values()].map((issue) => issueFile(instance, issue)),
  };
}

function issueFile(instance: Instance, issue: Issue): IssueFile {
  const { id, key, origin, reporter, creator, created, updated, parentKey, archived } = issue;
  const fields = [...issue.values].map(([fieldId, value]) => [fieldId, valueMeaning(instance, fieldId, value) ?? '']);
  return {
    ...{ id, key, origin, reporter, creator, created: iso(created), updated: iso(updated) },
    ...(parentKey === undefined ? {} : { parent: parentKey }),
    ...(archived ? { archived: { by: archived.by, at: iso(archived.at) } } : {}),
    fields: Object.fromEntries(fields),
    comments: issue.comments.map(({ edited, ...comment }) => ({
      ...comment,
      created: iso(comment.created),
      ...(edited ? { edited: { by: edited.by, at: iso(edited.at) } } : {}),
    })),
    attachments: issue.attachments.map((file) => ({ ...file, created: iso(file.created) })),
    history: issue.history.map((change) => ({
      id: change.id,
      author: change.author,
      created: iso(change.created),
      items: change.items.map((item) => ({ fieldId: item.fieldId, from: item.fromString, to: item.toString })),
    })),
  };
}
