/** A whole world from a seed. Base addresses of the instances must be known: connectors carry them. */
import { type Application, type Entry, emptyConfiguration, newSide, type Synchronization } from '../backbone/model.ts';
import { defaultSwitches } from '../switches.ts';
import { createIssue } from '../world/changes.ts';
import { createClock } from '../world/clock.ts';
import { instanceNamed, projectOf } from '../world/lookup.ts';
import type { Instance, Undertaking, World, WorldKind } from '../world/model.ts';
import { createRandom, type Random } from '../world/random.ts';
import { createRecord } from '../world/record.ts';
import { viewsOf } from '../world/undertakings.ts';
import {
  createInstances,
  newProject,
  renamedPerson,
  SANDBOX_PASSWORD,
  SECOND_PARTNER,
  SYNC_USER,
} from './catalogue.ts';
import { seedConfiguration } from './configuration.ts';
import { copyProject } from './copy.ts';
import { carryGap } from './gap.ts';
import { entryOf, type SeededPair, seedPair, valuesFor } from './issues.ts';
import { furnish, richMappings } from './rich.ts';

const MINUTE = 60_000;

export interface WorldOptions {
  seed: number;
  issues: number;
  /** Synchronizations to migrate, each with projects of its own. */
  migrations: number;
  kind: WorldKind;
  ambiguous: boolean;
  /** Whether there are a cascading field, labels, components and versions, and mappings of them. */
  richFields: boolean;
  /** Issues edited on B and carried to the old A after the copy. */
  gap: number;
  /** Where the instances will listen, by name. */
  baseUrls: Record<string, string>;
  /** The moment all dates are counted from; real time when absent. */
  now?: number;
}

function application(instance: Instance): Application {
  return { baseUrl: instance.baseUrl, user: SYNC_USER, password: SANDBOX_PASSWORD };
}

function newSynchronization(home: Instance, key: string, a: [Instance, string], b: [Instance, string], at: number) {
  const connector = (project: string) => `CON-${home.nextId.connector++}-${project}`;
  const made: Synchronization = {
    key,
    home: home.name,
    summary: `${a[1]} <> ${b[1]}`,
    description: '',
    createdUser: 'admin',
    createdAt: at,
    modifiedUser: 'admin',
    modifiedAt: at,
    configuration: emptyConfiguration(),
    first: newSide('first', connector(a[1]), a[1], application(a[0])),
    second: newSide('second', connector(b[1]), b[1], application(b[0])),
    running: false,
    deleted: false,
    runs: [],
  };
  return made;
}

function pairUp(home: Instance, original: Synchronization, pairs: readonly SeededPair[]): void {
  for (const pair of pairs) {
    const add = (side: 'first' | 'second', entry: Entry) => {
      original[side].entries.set(entry.localIssueKey, entry);
      const lastSent = entry.lastOutgoingChange || null;
      original[side].panel.set(entry.localIssueKey, {
        partnerKey: entry.remoteIssueKey,
        lastSent,
        lastReceived: entry.lastIncomingChange || null,
      });
    };
    add('first', entryOf(pair, 'a', original.first.connectorKey, home.nextId.entry++));
    add('second', entryOf(pair, 'b', original.second.connectorKey, home.nextId.entry++));
  }
}

export function seedWorld(options: WorldOptions): World {
  const clock = createClock();
  const now = options.now ?? clock.now();
  const random = createRandom(options.seed);
  const instances = new Map(createInstances(options).map((instance) => [instance.name, instance]));
  for (const instance of instances.values()) instance.baseUrl = options.baseUrls[instance.name] ?? '';
  const [old, fresh, partner] = ['jira-old', 'jira-new', 'jira-partner'].map((name) =>
    instanceNamed({ instances }, name),
  );
  if (!old || !fresh || !partner) throw new Error('three instances are needed');
  // An unrelated synchronization and its projects: nobody may touch them.
  fresh.projects.set('OPS', newProject('OPS', 'Operations', 'ben', '11301'));
  partner.projects.set('OPS', newProject('OPS', 'Operations', 'paula', '10701'));
  old.nextId.integration = 16;
  old.nextId.connector = 48;
  const { kind, issues } = options;
  const place = {
    old,
    fresh,
    moved: kind !== 'workaround',
    renamed: kind === 'renamed',
    now,
    issues,
    rich: options.richFields,
  };
  const first = undertake(place, { n: 1, partner, random });
  seedOwnValues(fresh, now);
  const other = newSynchronization(
    fresh,
    `INT-${fresh.nextId.integration++}`,
    [fresh, 'OPS'],
    [partner, 'OPS'],
    born(now),
  );
  const others = range(2, options.migrations).map((n) => {
    const b = n % 2 === 0 ? (instances.get(SECOND_PARTNER) ?? partner) : partner;
    return undertake(place, { n, partner: b, random: createRandom(options.seed + n) });
  });

  const originals = [first, ...others].map(({ original }) => original);
  const world: World = {
    ...first,
    others,
    kind: options.kind,
    clock,
    record: createRecord(() => clock.now()),
    switches: defaultSwitches(),
    instances,
    down: new Set(),
    synchronizations: [...originals, other],
    known: [...originals, other],
    startedAt: now,
    nextOrigin: 1,
    nextMessage: 1,
    nextMapping: 101,
  };
  if (place.moved) for (const view of viewsOf(world)) carryGap(view, random, options.gap, now);
  return world;
}

const born = (now: number) => now - 400 * 24 * 60 * MINUTE;

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);

interface Place {
  old: Instance;
  fresh: Instance;
  moved: boolean;
  /** The project has another key on the new instance: PX. */
  renamed: boolean;
  now: number;
  issues: number;
  rich: boolean;
}

/** Projects PA and PB with their pairs and their original; those of a second migration are PA2 and PB2, and so on. */
function undertake(
  { old, fresh, moved, renamed, now, issues, rich }: Place,
  { n, partner, random }: { n: number; partner: Instance; random: Random },
): Undertaking {
  const [keyA, keyB] = n === 1 ? ['PA', 'PB'] : [`PA${n}`, `PB${n}`];
  const newKey = renamed ? keyA.replace('PA', 'PX') : keyA;
  const number = n === 1 ? '' : ` ${n}`;
  const homeA = moved ? old : fresh;
  const idOf = (first: number) => String(first + (n - 1) * 10);
  if (moved) old.projects.set(keyA, newProject(keyA, `Project A${number}`, 'anna', idOf(10_200)));
  fresh.projects.set(
    newKey,
    newProject(newKey, `Project A${number}`, renamed ? renamedPerson('anna') : 'anna', idOf(11_300)),
  );
  partner.projects.set(keyB, newProject(keyB, `Project B${number}`, 'paula', idOf(10_700)));
  if (rich)
    for (const [instance, key] of [
      [old, keyA],
      [fresh, newKey],
      [partner, keyB],
    ] as const)
      furnish(instance, key);
  const sides = { a: { instance: homeA, projectKey: keyA }, b: { instance: partner, projectKey: keyB } };
  const pairs: SeededPair[] = [];
  for (let issue = 1, numberB = 4; issue <= issues; issue++, numberB++) {
    if (random.next() < 0.15) numberB += random.between(1, 3);
    pairs.push(seedPair(sides, random, { n: issue, numberB, now, rich, origin: `seed${n === 1 ? '' : n}-${issue}` }));
  }
  const live = { instance: fresh, projectKey: newKey };
  const copyStarted = now - 3 * MINUTE;
  if (moved) copyProject(sides.a, live, copyStarted);
  const key = `INT-${old.nextId.integration++}`;
  const original = newSynchronization(old, key, [homeA, keyA], [partner, keyB], born(now));
  original.configuration = seedConfiguration(homeA, partner);
  if (rich) original.configuration.fieldMappings.push(...richMappings(sides.a, sides.b));
  original.running = true;
  original.firstStartedAt = born(now);
  original.runs.push({ from: now });
  pairUp(old, original, pairs);
  for (const [side, instance] of [
    [original.first, homeA],
    [original.second, partner],
  ] as const) {
    side.readTo = projectOf(instance, side.projectKey).touched.length;
  }
  return {
    original,
    newHome: fresh.name,
    ...(moved ? { moved: { from: sides.a, to: live } } : {}),
    live: { a: live, b: sides.b },
    move: { copyStarted, copyFinished: now - 2 * MINUTE, frozenSince: now - 4 * MINUTE },
  };
}

/** jira-new's own "Customer reference" has a few values, outside PA: the counts speak for the copied one. */
function seedOwnValues(fresh: Instance, now: number): void {
  const own = 'customerReference (own of jira-new)';
  for (const text of ['Legacy 17', 'Legacy 18']) {
    const at = now - 50 * 24 * 60 * MINUTE;
    const meanings = { issuetype: 'Task', status: 'Done', priority: 'Low', summary: `Old order ${text}`, [own]: text };
    const values = valuesFor(fresh, meanings);
    createIssue(fresh, { projectKey: 'OPS', origin: `ops-${text}`, by: 'ben', at, values });
  }
}
