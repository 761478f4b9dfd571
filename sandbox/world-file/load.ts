/** A world from a file. Base addresses of the instances must be known: connectors carry them. */
import { readEntry } from '../backbone/connectors.ts';
import { readConfiguration } from '../backbone/json.ts';
import { type Entry, newSide, type Side, type SideName, type Synchronization } from '../backbone/model.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { stringifyExact } from '../http/exact-json.ts';
import { textOf } from '../http/json.ts';
import { SANDBOX_PASSWORD } from '../seed/catalogue.ts';
import { defaultSwitches, setSwitches } from '../switches.ts';
import { createClock } from '../world/clock.ts';
import { instanceNamed, projectOf } from '../world/lookup.ts';
import type { Instance, LiveSide, World } from '../world/model.ts';
import { createRecord } from '../world/record.ts';
import { setClock } from '../world/stamps.ts';
import { loadInstance } from './instances.ts';
import { issueOrigins } from './origins.ts';
import { recordWorkSince } from './recent.ts';
import {
  connectorsOf,
  instanceOfConnector,
  type PlaceFile,
  type SynchronizationFile,
  type WorldFile,
} from './types.ts';

/** The file must have been read by `readWorldFile`: names that point at nothing are an error of the sandbox here. */
export function loadWorld(file: WorldFile, baseUrls: Record<string, string>): World {
  const clock = createClock();
  const startedAt = clock.now();
  const originOf = issueOrigins(file);
  const instances = new Map(
    file.instances.map((each) => {
      const syncUsers = syncUsersOf(file, each.name);
      return [each.name, loadInstance(each, { syncUsers, originOf, baseUrl: baseUrls[each.name] ?? '' })];
    }),
  );
  let nextMapping = 1 + highest(file.synchronizations, /"(?:itm|fm|wm|fd)-(\d+)"/g, 100);
  const idFor = (kind: string, old: string | undefined) => old ?? `${kind}-${nextMapping++}`;
  const synchronizations = file.synchronizations.map((one) => {
    return loadSynchronization(file, instances, one, { startedAt, idFor });
  });
  const original = synchronizations.find(
    ({ home, key }) => home === file.original.instance && key === file.original.synchronization,
  );
  if (!original) throw new Error('the original is not among the synchronizations');
  const place = ({ instance, project }: PlaceFile): LiveSide => ({
    instance: instanceNamed({ instances }, instance),
    projectKey: project,
  });
  const moved = file.move && { from: place(file.move.from), to: place(file.move.to) };
  const [first] = file.synchronizations.filter((_, n) => synchronizations[n] === original);
  const firstHome = first && instanceOfConnector(file, connectorsOf(first).first)?.name;
  const at = (date: string | undefined) => (date === undefined ? startedAt : Date.parse(date));
  const world: World = {
    kind: moved ? 'moved' : 'workaround',
    clock,
    record: createRecord(() => clock.now()),
    switches: defaultSwitches(),
    instances,
    down: new Set(),
    synchronizations,
    known: [...synchronizations],
    original,
    newHome: file.newHome ?? moved?.to.instance.name ?? firstHome ?? original.home,
    ...(moved ? { moved } : {}),
    others: [],
    live: liveSides(instances, original, moved),
    move: {
      copyStarted: at(file.move?.copyStarted),
      copyFinished: at(file.move?.copyFinished),
      frozenSince: at(file.move?.frozenSince),
    },
    startedAt,
    nextOrigin: 1 + highest(file, /"(?:person|comment|file)-(\d+)"/g, 0),
    nextMessage: 1,
    nextMapping,
  };
  for (const one of synchronizations) for (const side of [one.first, one.second]) settleSide(world, one, side);
  if (moved) {
    const copied = { clock: moved.from.instance.clock, until: world.move.copyStarted };
    for (const issue of projectOf(moved.to.instance, moved.to.projectKey).issues.values()) issue.copied = copied;
  }
  for (const { name, clockAheadMs = 0 } of file.instances) setClock(world, instanceNamed(world, name), clockAheadMs);
  setSwitches(world.switches, file.switches ?? {});
  if (moved) recordWorkSince(world, world.move.copyStarted);
  return world;
}

function syncUsersOf(file: WorldFile, instance: string): string[] {
  const connectors = file.synchronizations.flatMap((one) => Object.values(connectorsOf(one)));
  const here = connectors.filter((connector) => instanceOfConnector(file, connector)?.name === instance);
  return [...new Set(here.map(({ connection }) => connection.application.user))];
}

/** The sides of the original; a moved project counts where it lives now. */
function liveSides(
  instances: Map<string, Instance>,
  { home, first, second }: Synchronization,
  moved: World['moved'],
): World['live'] {
  const live = (side: Side): LiveSide => {
    const found = [...instances.values()].find(({ baseUrl }) => baseUrl === side.application?.baseUrl);
    const instance = found ?? instanceNamed({ instances }, home);
    const left = moved?.from.instance === instance && moved.from.projectKey === side.projectKey;
    return left && moved ? moved.to : { instance, projectKey: side.projectKey };
  };
  return { a: live(first), b: live(second) };
}

function highest(value: unknown, pattern: RegExp, least: number): number {
  const numbers = [...stringifyExact(value).matchAll(pattern)].map(([, number]) => Number(number));
  return numbers.reduce((most, number) => Math.max(most, number), least);
}

function loadSynchronization(
  file: WorldFile,
  instances: Map<string, Instance>,
  wanted: SynchronizationFile,
  { startedAt, idFor }: { startedAt: number; idFor: Parameters<typeof readConfiguration>[1] },
): Synchronization {
  const { integration } = wanted;
  const home = instanceNamed({ instances }, wanted.instance);
  const connectors = connectorsOf(wanted);
  const side = (name: SideName): Side => {
    const { connectorKey, projectKey, connection } = connectors[name];
    const baseUrl = instances.get(instanceOfConnector(file, connectors[name])?.name ?? '')?.baseUrl ?? '';
    return newSide(name, connectorKey, projectKey, {
      ...{ baseUrl, user: connection.application.user, password: SANDBOX_PASSWORD },
    });
  };
  const date = (member: string) => Date.parse(textOf(integration, member) ?? '') || startedAt;
  const one: Synchronization = {
    key: integration.integrationKey,
    home: home.name,
    summary: textOf(integration, 'summary') ?? '',
    description: textOf(integration, 'description') ?? '',
    createdUser: textOf(integration, 'createdUser') ?? 'admin',
    createdAt: date('createdDate'),
    modifiedUser: textOf(integration, 'lastModifiedUser') ?? 'admin',
    modifiedAt: date('lastModifiedDate'),
    configuration: readConfiguration(integration, idFor),
    first: side('first'),
    second: side('second'),
    running: wanted.running ?? false,
    deleted: false,
    runs: wanted.running ? [{ from: startedAt }] : [],
  };
  const { nextId } = home;
  nextId.integration = Math.max(nextId.integration, Number(one.key.slice('INT-'.length)) + 1);
  for (const { connectorKey } of [one.first, one.second]) {
    nextId.connector = Math.max(nextId.connector, 1 + highest(connectorKey, /(\d+)/g, 0));
  }
  pair(instances, one, wanted, home);
  if (wanted.running || one.first.entries.size > 0) one.firstStartedAt = one.createdAt;
  return one;
}

function pair(
  instances: Map<string, Instance>,
  one: Synchronization,
  { syncInformation, pairs = [] }: SynchronizationFile,
  home: Instance,
): void {
  const carried = (side: Side, localIssueKey: string, remoteIssueKey: string) => {
    const instance = [...instances.values()].find(({ baseUrl }) => baseUrl === side.application?.baseUrl);
    const issue = instance?.projects.get(side.projectKey)?.issues.get(localIssueKey);
    const [at, seen] = [issue?.created ?? 0, issue?.updated ?? 0];
    const comments = issue?.comments.map(({ id }) => ({ localId: id })) ?? [];
    const dates = { firstSyncDate: at, lastOutgoingChange: seen, lastIncomingChange: seen, lastChangeSeen: seen };
    const sequences = { outgoingMessageSequenceId: 1, incomingMessageSequenceId: 1 };
    return { localIssueKey, remoteIssueKey, ...dates, ...sequences, comments };
  };
  const given = syncInformation ?? {
    firstConnector: pairs.map(({ first, second }) => carried(one.first, first, second)),
    secondConnector: pairs.map(({ first, second }) => carried(one.second, second, first)),
  };
  for (const [side, list] of [
    [one.first, given.firstConnector],
    [one.second, given.secondConnector],
  ] as const) {
    for (const value of list) addEntry(side, readEntry(value, side.connectorKey), value, home);
  }
}

function addEntry(side: Side, entry: Entry, { id }: Record<string, unknown>, home: Instance): void {
  entry.id = typeof id === 'number' ? id : home.nextId.entry++;
  home.nextId.entry = Math.max(home.nextId.entry, entry.id + 1);
  side.entries.set(entry.localIssueKey, entry);
  const lastSent = entry.lastOutgoingChange || null;
  const lastReceived = entry.lastIncomingChange || null;
  side.panel.set(entry.localIssueKey, { partnerKey: entry.remoteIssueKey, lastSent, lastReceived });
}

/** A running synchronization has looked at everything that is in the file. */
function settleSide(world: World, one: Synchronization, side: Side): void {
  const project = instanceOfSide(world, one, side)?.projects.get(side.projectKey);
  if (one.running && project) side.readTo = project.touched.length;
}
