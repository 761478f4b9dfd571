/** A whole world from a seed. Base addresses of the instances must be known: connectors carry them. */
import { type Application, type Entry, emptyConfiguration, newSide, type Synchronization } from '../backbone/model.ts';
import { defaultSwitches } from '../switches.ts';
import { createIssue } from '../world/changes.ts';
import { createClock } from '../world/clock.ts';
import { instanceNamed, projectOf } from '../world/lookup.ts';
import type { Instance, World, WorldKind } from '../world/model.ts';
import { createRandom } from '../world/random.ts';
import { createRecord } from '../world/record.ts';
import { createInstances, newProject, SANDBOX_PASSWORD, SYNC_USER } from './catalogue.ts';
import { seedConfiguration } from './configuration.ts';
import { copyProject } from './copy.ts';
import { carryGap } from './gap.ts';
import { entryOf, type SeededPair, seedPair, valuesFor } from './issues.ts';

const MINUTE = 60_000;

export interface WorldOptions {
  seed: number;
  issues: number;
  kind: WorldKind;
  ambiguous: boolean;
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
  const moved = options.kind === 'moved';
  const homeA = moved ? old : fresh;
  if (moved) old.projects.set('PA', newProject('PA', 'Project A', 'anna', '10200'));
  fresh.projects.set('PA', newProject('PA', 'Project A', 'anna', '11300'));
  partner.projects.set('PB', newProject('PB', 'Project B', 'paula', '10700'));
  // An unrelated synchronization and its projects: nobody may touch them.
  fresh.projects.set('OPS', newProject('OPS', 'Operations', 'ben', '11301'));
  partner.projects.set('OPS', newProject('OPS', 'Operations', 'paula', '10701'));

  const sides = { a: { instance: homeA, projectKey: 'PA' }, b: { instance: partner, projectKey: 'PB' } };
  const pairs: SeededPair[] = [];
  for (let n = 1, numberB = 4; n <= options.issues; n++, numberB++) {
    if (random.next() < 0.15) numberB += random.between(1, 3);
    pairs.push(seedPair(sides, random, n, numberB, now));
  }
  if (moved) copyProject(old, fresh, 'PA');
  seedOwnValues(fresh, now);

  const home = old;
  home.nextId.integration = 16;
  home.nextId.connector = 48;
  const born = now - 400 * 24 * 60 * MINUTE;
  const original = newSynchronization(home, `INT-${home.nextId.integration++}`, [homeA, 'PA'], [partner, 'PB'], born);
  original.configuration = seedConfiguration(homeA, partner);
  original.running = true;
  original.firstStartedAt = born;
  original.runs.push({ from: now });
  pairUp(home, original, pairs);
  const other = newSynchronization(fresh, `INT-${fresh.nextId.integration++}`, [fresh, 'OPS'], [partner, 'OPS'], born);
  for (const [side, instance] of [
    [original.first, homeA],
    [original.second, partner],
  ] as const) {
    side.readTo = projectOf(instance, side.projectKey).touched.length;
  }

  const world: World = {
    kind: options.kind,
    clock,
    record: createRecord(() => clock.now()),
    switches: defaultSwitches(),
    instances,
    down: new Set(),
    synchronizations: [original, other],
    known: [original, other],
    original,
    newHome: fresh.name,
    ...(moved ? { moved: { from: sides.a, to: { instance: fresh, projectKey: 'PA' } } } : {}),
    live: { a: { instance: fresh, projectKey: 'PA' }, b: { instance: partner, projectKey: 'PB' } },
    move: { copyStarted: now - 3 * MINUTE, copyFinished: now - 2 * MINUTE, frozenSince: now - 4 * MINUTE },
    startedAt: now,
    nextOrigin: 1,
    nextMessage: 1,
    nextMapping: 101,
  };
  if (moved) carryGap(world, random, options.gap, now);
  return world;
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
