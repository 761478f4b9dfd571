/** Starting a sandbox inside this process. `main.ts` does the same from the command line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { following } from './backbone/sequence-id.ts';
import { type Access, configurationYaml } from './config-file.ts';
import { type Controlled, controlListener } from './control/routes.ts';
import { moveJson, startJson } from './control/state.ts';
import { isQuiet, judge, type Verdict } from './control/verdict.ts';
import { startEngine } from './engine/engine.ts';
import type { PlantedFault } from './http/faults.ts';
import { instanceListener } from './http/instance-server.ts';
import { type Listening, listen } from './http/server.ts';
import { createPeople } from './people/people.ts';
import { ADMIN_USER, addUser, SECOND_PARTNER } from './seed/catalogue.ts';
import { makeHostile } from './seed/hostile.ts';
import { seedWorld } from './seed/world.ts';
import { setSwitches } from './switches.ts';
import { instanceNamed } from './world/lookup.ts';
import type { World, WorldKind } from './world/model.ts';
import { setClock } from './world/stamps.ts';
import { viewsOf } from './world/undertakings.ts';
import { loadWorld } from './world-file/load.ts';
import type { WorldFile } from './world-file/types.ts';

export const INSTANCE_NAMES = ['jira-old', 'jira-new', 'jira-partner'] as const;

export interface SandboxOptions {
  seed?: number;
  /** Ports of the instances, in their order; 0 or absent: free ones. */
  ports?: readonly number[];
  controlPort?: number;
  issues?: number;
  /** `hostile`: moved, with texts that try to be more than text wherever somebody can write. */
  world?: WorldKind | 'hostile';
  /** Synchronizations to migrate, each with projects of its own; more than one bring a second partner. */
  migrations?: number;
  /** Instead of a seeded world: one that `readWorldFile` gave. */
  file?: WorldFile;
  /** Names of instances that are Cloud sites. */
  cloud?: readonly string[];
  /** Whom new synchronizations act as, by the name of the instance; the original keeps the user it has. */
  syncUsers?: Readonly<Record<string, string>>;
  /** Whether a seeded world has a cascading field, labels, components and versions, and mappings of them. */
  richFields?: boolean;
  /** Further names of instances, each with an address of its own: name → instance. */
  aliases?: Readonly<Record<string, string>>;
  /** Exact decimal text that is added to every sequence id there is, for instance to exceed 2^53. */
  sequencesFrom?: string;
  /** How far the clocks of instances are ahead, in milliseconds, by name; negative: behind. */
  clocks?: Readonly<Record<string, number>>;
  /** Whether jira-new has two fields named "Customer reference". */
  ambiguous?: boolean;
  /** Issues edited on B and carried to the old A after the copy, before the sandbox starts. */
  gap?: number;
  /** Beat of the queues in milliseconds. */
  interval?: number;
  switches?: Record<string, unknown>;
  /** The moment the seeded dates are counted from. */
  now?: number;
}

/** In the order of their ports. */
export const instanceNames = ({ file, migrations = 1 }: SandboxOptions): string[] =>
  file?.instances.map(({ name }) => name) ?? [...INSTANCE_NAMES, ...(migrations > 1 ? [SECOND_PARTNER] : [])];

/** The line `main.ts` prints when everything listens. */
export interface Ready {
  ready: true;
  control: string;
  instances: Record<string, string>;
  original: string;
  move: { copyStarted: string; copyFinished: string; frozenSince: string };
  /** Of the migration this world is about, but for who asks and why. */
  start: ReturnType<typeof startJson>;
  /** Of all, where several are to be migrated. */
  starts: ReturnType<typeof startJson>[];
}

export interface Sandbox {
  ready: Ready;
  /** Everything there is, for tests that plant what no interface can. */
  world: World;
  /** YAML of the migrator for this sandbox. */
  configuration(): string;
  /** Waits until all queues are quiet, or for `settleMs`, and judges. */
  verdict(settleMs?: number): Promise<Verdict>;
  close(): Promise<void>;
}

/** The world of these options, its instances at the given addresses. */
export function makeWorld(options: SandboxOptions, baseUrls: Record<string, string>): World {
  const world = options.file ? loadWorld(options.file, baseUrls) : seeded(options, baseUrls);
  for (const name of options.cloud ?? []) instanceNamed(world, name).deployment = 'cloud';
  for (const [name, user] of Object.entries(options.syncUsers ?? {})) {
    const instance = instanceNamed(world, name);
    if (!instance.users.has(user)) addUser(instance, user, true);
    instance.syncUser = user;
  }
  if (options.sequencesFrom !== undefined) raiseSequences(world, BigInt(options.sequencesFrom));
  for (const [name, aheadMs] of Object.entries(options.clocks ?? {})) {
    setClock(world, instanceNamed(world, name), aheadMs);
  }
  return world;
}

/** On both sides alike, so that they relate as before. */
function raiseSequences(world: World, by: bigint): void {
  for (const { first, second } of world.synchronizations) {
    for (const entry of [...first.entries.values(), ...second.entries.values()]) {
      entry.outgoingMessageSequenceId = following(entry.outgoingMessageSequenceId, by);
      entry.incomingMessageSequenceId = following(entry.incomingMessageSequenceId, by);
    }
  }
}

function seeded(options: SandboxOptions, baseUrls: Record<string, string>): World {
  const { world: kind = 'moved' } = options;
  const world = seedWorld({
    seed: options.seed ?? 1,
    issues: options.issues ?? 24,
    migrations: options.migrations ?? 1,
    kind: kind === 'hostile' ? 'moved' : kind,
    ambiguous: options.ambiguous ?? true,
    richFields: options.richFields ?? false,
    gap: options.gap ?? 0,
    baseUrls,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  if (kind === 'hostile') makeHostile(world);
  return world;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const interval = options.interval ?? 200;
  const faults: PlantedFault[] = [];
  const servers = new Map<string, Listening>();
  let world: World | undefined;
  const worldNow = (): World => {
    if (!world) throw new Error('The sandbox is still starting');
    return world;
  };
  const names = instanceNames(options);
  const aliases = checkedAliases(names, options.aliases ?? {});
  const open = async (name: string, port: number) => {
    const instance = aliases[name] ?? name;
    const refuse = (ms: number) => refuseFor(instance, ms);
    servers.set(
      name,
      await listen(
        port,
        instanceListener(worldNow, instance, () => faults, refuse),
      ),
    );
  };
  const listeners = [...names, ...Object.keys(aliases)];
  for (const [n, name] of listeners.entries()) await open(name, options.ports?.[n] ?? 0);
  const baseUrls = Object.fromEntries([...servers].map(([name, { url }]) => [name, url]));
  world = makeWorld(options, baseUrls);
  for (const [name, instance] of Object.entries(aliases)) {
    instanceNamed(world, instance).addresses.push(baseUrls[name] ?? '');
  }
  const problems = setSwitches(world.switches, options.switches ?? {});
  if (problems.length > 0) throw new Error(problems.join('; '));
  const engine = startEngine(world, interval);
  const people = createPeople(world);

  const reopening = new Set<NodeJS.Timeout>();
  const refuseFor = (name: string, ms: number) => {
    setUp(name, false);
    const timer = setTimeout(() => {
      reopening.delete(timer);
      setUp(name, true);
    }, ms);
    reopening.add(timer);
  };
  const setUp = (instance: string, up: boolean) => {
    if (up) worldNow().down.delete(instance);
    else worldNow().down.add(instance);
    for (const name of listeners.filter((each) => (aliases[each] ?? each) === instance)) {
      const listening = servers.get(name);
      if (up && !listening) void open(name, Number(new URL(baseUrls[name] ?? '').port));
      if (up) continue;
      servers.delete(name);
      void listening?.close();
    }
  };
  const verdict = async (settleMs = 8000) => judge(worldNow(), await settle(worldNow(), settleMs, interval));
  const controlled: Controlled = { world, people, faults, setUp };
  const control = await listen(
    options.controlPort ?? 0,
    controlListener(() => controlled, verdict),
  );

  const ready: Ready = {
    ready: true,
    control: control.url,
    instances: baseUrls,
    original: world.original.key,
    move: moveJson(world),
    start: startJson(world),
    starts: viewsOf(world).map(startJson),
  };
  return {
    ready,
    world: worldNow(),
    configuration: () => configurationYaml(baseUrls, interval, accessOf(worldNow(), listeners, aliases)),
    verdict,
    async close() {
      people.stop();
      engine.close();
      for (const timer of reopening) clearTimeout(timer);
      await Promise.all([...servers.values(), control].map((server) => server.close()));
    },
  };
}

/** How the migrator gets into each instance, and whom new synchronizations act as there. */
function accessOf(world: World, names: readonly string[], aliases: Record<string, string>): Record<string, Access> {
  return Object.fromEntries(
    names.map((name) => {
      const { users, syncUser, deployment } = instanceNamed(world, aliases[name] ?? name);
      return [name, { bearer: users.get(ADMIN_USER)?.token !== undefined, syncUser, deployment }];
    }),
  );
}

function checkedAliases(names: readonly string[], aliases: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, instance] of Object.entries(aliases)) {
    if (names.includes(name)) throw new Error(`${name} is an instance already`);
    if (!names.includes(instance)) throw new Error(`There is no instance ${instance}`);
  }
  return { ...aliases };
}

/** Quiet for five beats in a row, within the limit. */
async function settle(world: World, limitMs: number, interval: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  let quiet = 0;
  while (Date.now() < end) {
    quiet = isQuiet(world) ? quiet + 1 : 0;
    if (quiet > 5) return true;
    await sleep(interval);
  }
  return false;
}
