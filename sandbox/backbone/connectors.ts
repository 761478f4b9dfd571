/** REST: connectors, their sync information and resync. A connector lives where its synchronization is configured. */

import { requestResync } from '../engine/resync.ts';
import { asList, asObject, isObject, type JsonObject, numberOf, textOf } from '../http/json.ts';
import { type Answer, type Call, type Parameters, Refusal } from '../http/router.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import { momentOrNever, stampOrNever } from '../world/stamps.ts';
import { by } from './integrations.ts';
import { type Entry, otherSide, type Side, type Synchronization } from './model.ts';
import { sequenceOf } from './sequence-id.ts';

function connectorAsked(call: Call, { connector = '' }: Parameters): { one: Synchronization; side: Side } {
  for (const one of call.world.synchronizations) {
    if (one.home !== call.instance.name) continue;
    const side = [one.first, one.second].find((each) => each.connectorKey === connector);
    if (side) return { one, side };
  }
  throw new Refusal(404, `Connector ${connector} does not exist`);
}

export function syncInformation(call: Call, parameters: Parameters): Answer {
  const { one, side } = connectorAsked(call, parameters);
  const { syncInformationCut } = call.world.switches;
  const found = chosen(side, call.query);
  const shown = syncInformationCut > 0 ? found.slice(0, syncInformationCut) : found;
  return { status: 200, body: shown.map((entry) => entryJson(call.world, one, side, entry)) };
}

/** Sequence ids were seen in files only; of the members of `comments[]` only `localId` was seen. */
function entryJson(world: World, one: Synchronization, side: Side, entry: Entry): JsonObject {
  const { outgoingMessageSequenceId, incomingMessageSequenceId, ...rest } = stampedEntry(world, one, entry);
  const sequences = world.switches.sequenceIdsInRest ? { outgoingMessageSequenceId, incomingMessageSequenceId } : {};
  const other = one[otherSide(side.name)].entries.get(entry.remoteIssueKey);
  const both = (localId: string, n: number) => ({ localId, remoteId: other?.comments[n]?.localId ?? null });
  const withRemote = world.switches.commentMembers === 'remoteId';
  const comments = entry.comments.map((each, n) => (withRemote ? { ...each, ...both(each.localId, n) } : each));
  return { ...rest, ...sequences, comments };
}

/** An entry as it is shown and written to files: its dates by the clock of the instance where the synchronization is configured. */
export function stampedEntry(world: World, one: Synchronization, entry: Entry): Entry {
  const home = instanceNamed(world, one.home);
  return datesBy((at) => stampOrNever(home, at), entry);
}

/** `lastChangeSeen` is a stamp of the connector's own instance already. */
const datesBy = (by: (at: number) => number, entry: Entry): Entry => ({
  ...entry,
  firstSyncDate: by(entry.firstSyncDate),
  lastOutgoingChange: by(entry.lastOutgoingChange),
  lastIncomingChange: by(entry.lastIncomingChange),
});

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
  refuseTooMuch(call.world, side, call.body);
  const written = writeEntries(call.world, one, side, call.body, by(call));
  const { syncInformationAnswer } = call.world.switches;
  const body = written.map((entry) => entryJson(call.world, one, side, entry));
  return syncInformationAnswer === 'empty' ? { status: 200 } : { status: 200, body };
}

function refuseTooMuch(world: World, side: Side, list: readonly unknown[]): void {
  const { syncInformationMaxEntries: most, syncInformationForeignIds } = world.switches;
  if (most > 0 && list.length > most) throw new Refusal(413, `No more than ${most} entries at once`);
  if (syncInformationForeignIds !== 'refused') return;
  const isForeign = (each: unknown) =>
    numberOf(each, 'id') !== undefined || (textOf(each, 'connectorKey') ?? side.connectorKey) !== side.connectorKey;
  if (list.some(isForeign))
    throw new Refusal(400, `Entries with an id, or of another connector than ${side.connectorKey}`);
}

/** Writes entries under new ids; `id` and `connectorKey` of the file belong to another row and are not taken. */
export function writeEntries(world: World, one: Synchronization, side: Side, list: unknown, user: string): Entry[] {
  const policy = world.switches.syncInformationPolicy;
  const home = instanceNamed(world, one.home);
  const read = asList(list).map((each) => {
    return datesBy((stamp) => momentOrNever(home, stamp), readEntry(each, side.connectorKey));
  });
  const known = read.filter((entry) => side.entries.has(entry.localIssueKey));
  if (policy === 'conflict' && known.length > 0) {
    throw new Refusal(409, `Sync information of ${known[0]?.localIssueKey} exists already`);
  }
  const written = policy === 'skip' ? read.filter((entry) => !side.entries.has(entry.localIssueKey)) : read;
  for (const entry of written) {
    const before = side.entries.get(entry.localIssueKey);
    entry.id = before?.id ?? home.nextId.entry++;
    side.entries.set(entry.localIssueKey, policy === 'merge' && before ? merged(before, entry) : entry);
  }
  side.readTo = -1;
  const detail = { integrationKey: one.key, connectorKey: side.connectorKey, entries: written.length, of: read.length };
  world.record.add({ kind: 'effect', instance: one.home, user, what: 'sync information written', detail });
  return written;
}

/** What the existing entry knows stays, where the new one says nothing; comments of both count as carried. */
function merged(before: Entry, entry: Entry): Entry {
  const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== 0));
  const listed = new Set(before.comments.map(({ localId }) => localId));
  const comments = [...before.comments, ...entry.comments.filter(({ localId }) => !listed.has(localId))];
  return { ...before, ...given, comments };
}

/** Throws a Refusal where a key is missing. */
export function readEntry(value: unknown, connectorKey: string): Entry {
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
    outgoingMessageSequenceId: sequenceOf(value, 'outgoingMessageSequenceId'),
    lastIncomingChange: numberOf(value, 'lastIncomingChange') ?? 0,
    incomingMessageSequenceId: sequenceOf(value, 'incomingMessageSequenceId'),
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
