/** REST: connectors, their sync information and resync. A connector lives where its synchronization is configured. */

import { requestResync } from '../engine/resync.ts';
import { asList, asObject, isObject, numberOf, textOf } from '../http/json.ts';
import { type Answer, type Call, type Parameters, Refusal } from '../http/router.ts';
import type { World } from '../world/model.ts';
import { by } from './integrations.ts';
import type { Entry, Side, Synchronization } from './model.ts';

function connectorAsked(call: Call, { connector = '' }: Parameters): { one: Synchronization; side: Side } {
  for (const one of call.world.synchronizations) {
    if (one.home !== call.instance.name) continue;
    const side = [one.first, one.second].find((each) => each.connectorKey === connector);
    if (side) return { one, side };
  }
  throw new Refusal(404, `Connector ${connector} does not exist`);
}

export function syncInformation(call: Call, parameters: Parameters): Answer {
  const { side } = connectorAsked(call, parameters);
  return { status: 200, body: [...chosen(side, call.query)] };
}

function chosen(side: Side, query: URLSearchParams): Entry[] {
  const local = query.get('localIssueKey');
  const remote = query.get('remoteIssueKey');
  if (local !== null) {
    const entry = side.entries.get(local);
    return entry && (remote === null || entry.remoteIssueKey === remote) ? [entry] : [];
  }
  return [...side.entries.values()].filter((entry) => remote === null || entry.remoteIssueKey === remote);
}

export function importSyncInformation(call: Call, parameters: Parameters): Answer {
  const { one, side } = connectorAsked(call, parameters);
  if (!Array.isArray(call.body)) throw new Refusal(400, 'An array of sync information is needed');
  if (one.running && !call.world.switches.syncInformationWhileRunning) {
    throw new Refusal(409, 'Stop the synchronization first');
  }
  const written = writeEntries(call.world, one, side, call.body, by(call));
  return { status: 200, body: written };
}

/** Writes entries under new ids; `id` and `connectorKey` of the file belong to another row and are not taken. */
export function writeEntries(world: World, one: Synchronization, side: Side, list: unknown, user: string): Entry[] {
  const policy = world.switches.syncInformationPolicy;
  const home = world.instances.get(one.home);
  const read = asList(list).map((each) => readEntry(each, side.connectorKey));
  const known = read.filter((entry) => side.entries.has(entry.localIssueKey));
  if (policy === 'conflict' && known.length > 0) {
    throw new Refusal(409, `Sync information of ${known[0]?.localIssueKey} exists already`);
  }
  const written = policy === 'skip' ? read.filter((entry) => !side.entries.has(entry.localIssueKey)) : read;
  for (const entry of written) {
    const before = side.entries.get(entry.localIssueKey);
    entry.id = before?.id ?? (home ? home.nextId.entry++ : 0);
    side.entries.set(entry.localIssueKey, entry);
  }
  side.readTo = -1;
  const detail = { integrationKey: one.key, connectorKey: side.connectorKey, entries: written.length, of: read.length };
  world.record.add({ kind: 'effect', instance: one.home, user, what: 'sync information written', detail });
  return written;
}

function readEntry(value: unknown, connectorKey: string): Entry {
  const localIssueKey = textOf(value, 'localIssueKey');
  const remoteIssueKey = textOf(value, 'remoteIssueKey');
  if (localIssueKey === undefined || remoteIssueKey === undefined) {
    throw new Refusal(400, 'localIssueKey and remoteIssueKey are needed in every entry');
  }
  return {
    id: 0,
    connectorKey,
    localIssueKey,
    remoteIssueKey,
    firstSyncDate: numberOf(value, 'firstSyncDate') ?? 0,
    lastOutgoingChange: numberOf(value, 'lastOutgoingChange') ?? 0,
    lastChangeSeen: numberOf(value, 'lastChangeSeen') ?? 0,
    outgoingMessageSequenceId: numberOf(value, 'outgoingMessageSequenceId') ?? 0,
    lastIncomingChange: numberOf(value, 'lastIncomingChange') ?? 0,
    incomingMessageSequenceId: numberOf(value, 'incomingMessageSequenceId') ?? 0,
    comments: asList(asObject(value).comments).flatMap((each) => {
      const localId = textOf(each, 'localId');
      return localId === undefined ? [] : [{ ...asObject(each), localId }];
    }),
    incomingChangesIgnored: isObject(value) && value.incomingChangesIgnored === true,
  };
}

export function deleteSyncInformation(call: Call, parameters: Parameters): Answer {
  const { one, side } = connectorAsked(call, parameters);
  const { query, world } = call;
  const addressed =
    world.switches.deleteAddressing === 'id'
      ? query.get('id')
      : (query.get('localIssueKey') ?? query.get('remoteIssueKey'));
  if (addressed === null) throw new Refusal(400, 'Name the single entry to delete');
  const found =
    world.switches.deleteAddressing === 'id'
      ? [...side.entries.values()].filter((entry) => String(entry.id) === addressed)
      : chosen(side, query);
  const [entry] = found;
  if (!entry || found.length > 1) throw new Refusal(404, 'There is no such entry');
  side.entries.delete(entry.localIssueKey);
  const detail = { integrationKey: one.key, connectorKey: side.connectorKey, localIssueKey: entry.localIssueKey };
  world.record.add({ kind: 'effect', instance: one.home, user: by(call), what: 'sync information deleted', detail });
  return { status: 204 };
}

/** `fieldMappings` is the one required member; ids come from the synchronization. Answered at once, done by messages. */
export function resync(call: Call, parameters: Parameters): Answer {
  const { one, side } = connectorAsked(call, parameters);
  requestResync(call.world, one, side, call.body, by(call));
  return { status: call.world.switches.resyncStatus };
}

/** The guides open this address in a browser, so it answers to GET although it changes state. */
export function changeUser(call: Call, parameters: Parameters): Answer {
  if (!call.world.switches.userChangeByGet) throw new Refusal(405, 'Method GET is not allowed here');
  const { one, side } = connectorAsked(call, parameters);
  const user = call.query.get('newUser');
  if (user === null || !side.application) throw new Refusal(400, 'newUser is missing');
  side.application = { ...side.application, user };
  const detail = { integrationKey: one.key, connectorKey: side.connectorKey, user };
  call.world.record.add({ kind: 'effect', instance: one.home, user: by(call), what: 'sync user changed', detail });
  return { status: 200, body: { connectorKey: side.connectorKey, user } };
}
