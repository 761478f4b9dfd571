/** What only a person can do in Backbone's pages, each act recorded with the person's name. */
import { writeEntries } from '../backbone/connectors.ts';
import { newMappingId } from '../backbone/drafts.ts';
import {
  integrationJson,
  readComments,
  readConfiguration,
  readDirection,
  readFieldMapping,
  readFilter,
  readIssueTypeMapping,
  readWorkflowMapping,
} from '../backbone/json.ts';
import {
  createSynchronization,
  deleteSynchronization,
  startSynchronization,
  stopSynchronization,
  synchronizationAt,
} from '../backbone/lifecycle.ts';
import type { Application, Configuration, Side, SideName, Synchronization } from '../backbone/model.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { requestResync } from '../engine/resync.ts';
import { asList, asObject, textOf } from '../http/json.ts';
import { type Answer, type Handler, Refusal } from '../http/router.ts';
import { SANDBOX_PASSWORD } from '../seed/catalogue.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { Instance, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import type { ControlCall } from './routes.ts';

export function need(body: unknown, member: string): string {
  const found = textOf(body, member);
  if (found === undefined || found === '') throw new Refusal(400, `${member} is needed`);
  return found;
}

export function instanceAsked(world: World, name: string): Instance {
  const found = world.instances.get(name);
  if (!found) throw new Refusal(404, `There is no instance ${name}`);
  return found;
}

/** A handler for one act on one synchronization. */
export function act(
  name: string,
  perform: (world: World, one: Synchronization, body: unknown, by: string) => void,
): Handler<ControlCall> {
  return ({ sandbox: { world }, body }) => {
    const instance = instanceAsked(world, need(body, 'instance'));
    const one = synchronizationAt(world, instance, need(body, 'integrationKey'));
    if (!one) throw new Refusal(404, `${instance.name} has no synchronization ${textOf(body, 'integrationKey')}`);
    const by = textOf(body, 'by') ?? 'somebody';
    perform(world, one, body, by);
    const detail = { integrationKey: one.key };
    world.record.add({ kind: 'ui', instance: instance.name, user: by, what: name, detail });
    return { status: 200, body: integrationJson(world, one) };
  };
}

export function create({ sandbox: { world }, body }: ControlCall): Answer {
  const home = instanceAsked(world, need(body, 'instance'));
  const by = textOf(body, 'by') ?? 'somebody';
  const application = (side: SideName): Application => {
    const instance = instanceAsked(world, textOf(body, `${side}Instance`) ?? home.name);
    const user = textOf(body, `${side}User`) ?? instance.syncUser;
    return { baseUrl: instance.baseUrl, user, password: SANDBOX_PASSWORD };
  };
  const wanted = {
    summary: textOf(body, 'summary') ?? '',
    description: textOf(body, 'description') ?? '',
    first: { projectKey: need(body, 'firstProject'), application: application('first') },
    second: { projectKey: need(body, 'secondProject'), application: application('second') },
  };
  const one = createSynchronization(world, home, wanted, by);
  const detail = { integrationKey: one.key };
  world.record.add({ kind: 'ui', instance: home.name, user: by, what: 'create', detail });
  return { status: 201, body: integrationJson(world, one) };
}

export const importConfiguration = act('import-configuration', (world, one, body, by) => {
  const keeps = world.switches.importKeepsMappingIds;
  const idFor = (kind: string, old: string | undefined) =>
    keeps && old !== undefined ? old : newMappingId(world, kind);
  one.configuration = reading(() => readConfiguration(asObject(body).configuration, idFor));
  touch(world, one, by);
});

function touch(world: World, one: Synchronization, by: string): void {
  one.modifiedUser = by;
  one.modifiedAt = world.clock.now();
  one.first.readTo = -1;
  one.second.readTo = -1;
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
}

const EDITABLE = new Set([
  ...['issueTypeMappings', 'fieldMappings', 'workflowMappings', 'comments', 'attachments', 'filter'],
  ...['firstAdvancedSettings', 'secondAdvancedSettings'],
]);

export const editConfiguration = act('edit-configuration', (world, one, body, by) => {
  const members = asObject(asObject(body).members);
  // The pages cannot change the sync user or the project key (documented), nor what nobody has a page for.
  const odd = Object.keys(members).find((member) => !EDITABLE.has(member));
  if (odd !== undefined) throw new Refusal(400, `No page edits ${odd}`);
  const configuration: Configuration = structuredClone(one.configuration);
  const list = <T>(member: string, kind: string, read: (value: unknown, id: string) => T, set: (list: T[]) => void) => {
    if (!(member in members)) return;
    set(
      asList(members[member]).map((each) => reading(() => read(each, textOf(each, 'id') ?? newMappingId(world, kind)))),
    );
  };
  list('issueTypeMappings', 'itm', readIssueTypeMapping, (made) => {
    configuration.issueTypeMappings = made;
  });
  list('fieldMappings', 'fm', readFieldMapping, (made) => {
    configuration.fieldMappings = made;
  });
  list('workflowMappings', 'wm', readWorkflowMapping, (made) => {
    configuration.workflowMappings = made;
  });
  if ('comments' in members) configuration.comments = readComments(members.comments);
  if ('attachments' in members) {
    const direction = readDirection(asObject(members.attachments).direction, 'NONE');
    configuration.attachments = { ...asObject(members.attachments), direction };
  }
  if ('filter' in members) configuration.filter = readFilter(members.filter);
  if ('firstAdvancedSettings' in members)
    configuration.first.advancedSettings = { ...asObject(members.firstAdvancedSettings) };
  if ('secondAdvancedSettings' in members)
    configuration.second.advancedSettings = { ...asObject(members.secondAdvancedSettings) };
  one.configuration = configuration;
  touch(world, one, by);
});

/** "Pair existing issues synced with Backbone before", with the checkbox the guides leave unchecked. */
export const pair = act('pair', (world, one, body, by) => {
  const data = asObject(asObject(body).data);
  for (const [side, member] of [
    [one.first, 'firstConnector'],
    [one.second, 'secondConnector'],
  ] as const) {
    const written = writeEntries(world, one, side, data[member], by);
    if (asObject(body).updateSyncInfoPanel !== true) continue;
    for (const entry of written) {
      const { lastOutgoingChange: lastSent, lastIncomingChange: lastReceived, remoteIssueKey: partnerKey } = entry;
      side.panel.set(entry.localIssueKey, { partnerKey, lastSent, lastReceived });
    }
  }
});

/** "Automatically by issue key": same-numbered issues that have no pair yet. */
export const pairByKey = act('pair-by-key', (world, one, _body, by) => {
  const bothWays = one.configuration.issueTypeMappings.every((mapping) => mapping.direction === 'EACH_OTHER');
  if (world.switches.pairByKeyNeedsBothWays && !bothWays) {
    throw new Refusal(409, 'Issue types must be mapped in both directions while pairing by key');
  }
  const issuesOf = (side: Side) => instanceOfSide(world, one, side)?.projects.get(side.projectKey)?.issues;
  const [first, second] = [issuesOf(one.first), issuesOf(one.second)];
  const pairs = [...(first?.values() ?? [])]
    .map((issue) => ({ localIssueKey: issue.key, remoteIssueKey: `${one.second.projectKey}-${issue.number}` }))
    .filter((pair) => second?.has(pair.remoteIssueKey) && !one.first.entries.has(pair.localIssueKey));
  const at = world.clock.now();
  const firstSyncDate = stampOf(instanceNamed(world, one.home), at);
  const seenBy = (side: Side) => {
    const instance = instanceOfSide(world, one, side);
    return { firstSyncDate, lastChangeSeen: instance ? stampOf(instance, at) : at };
  };
  const [seenByFirst, seenBySecond] = [seenBy(one.first), seenBy(one.second)];
  const forward = pairs.map((pair) => ({ ...pair, ...seenByFirst }));
  const back = pairs.map(({ localIssueKey, remoteIssueKey }) => {
    return { localIssueKey: remoteIssueKey, remoteIssueKey: localIssueKey, ...seenBySecond };
  });
  writeEntries(world, one, one.first, forward, by);
  writeEntries(world, one, one.second, back, by);
});

export const start = act('start', (world, one, _body, by) => startSynchronization(world, one, by));
export const stop = act('stop', (world, one, _body, by) => stopSynchronization(world, one, by));
export const remove = act('delete', (world, one, _body, by) => deleteSynchronization(world, one, by));

function sideAsked(one: Synchronization, body: unknown): Side {
  const wanted = textOf(body, 'connector');
  const side = [one.first, one.second].find((each) => each.connectorKey === wanted || each.name === wanted);
  if (!side) throw new Refusal(400, 'connector is needed: first, second or a connector key');
  return side;
}

/** The members of the act itself are not part of the entity. */
function resyncEntity(body: unknown) {
  const { instance: _i, integrationKey: _k, by: _b, connector: _c, ...entity } = asObject(body);
  return entity;
}

export const resync = act('resync', (world, one, body, by) =>
  requestResync(world, one, sideAsked(one, body), resyncEntity(body), by),
);
