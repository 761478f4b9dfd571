/** Which project is where: the sides of the original from its connectors, those of the new one from the start object. */
import type { Connector, Synchronization } from '../../backbone/types.ts';
import type { InstanceConfig } from '../../config/types.ts';
import type { StartInput } from '../../contract/start.ts';
import type { Plan, Refusal, Side } from '../../contract/steps.ts';
import { jiraAt, jiraOf } from '../../jira/identity.ts';
import type { Instance } from '../../jira/instance.ts';
import { type StepContext, sideName } from '../context.ts';
import { instanceAt } from '../instanceAt.ts';

export type Sides = Pick<Plan, 'oldSides' | 'a' | 'b' | 'oldA' | 'oldB' | 'swapped' | 'moved'>;

/** All sides, or everything that stands against them. */
export async function resolveSides(context: StepContext, original: Synchronization): Promise<Sides | Refusal[]> {
  const [first, second] = await Promise.all([
    sideOf(context, original.firstConnector),
    sideOf(context, original.secondConnector),
  ]);
  const refusals = [first, second].filter((side) => 'code' in side);
  if ('code' in first || 'code' in second) return refusals;
  const readable = Object.values(context.config.instances).filter(({ access }) => access === 'full');
  return newSides(
    context.start,
    [first, second],
    readable.map(({ name }) => name),
  );
}

/** Pure: where each side of the original will be. A moved project is on an instance with access, and so is A; B may be without. */
export function newSides(start: StartInput, oldSides: [Side, Side], instances: string[]): Sides | Refusal[] {
  const refusals: Refusal[] = [];
  const { projects, instance } = start.new;
  for (const [from, to] of Object.entries(projects)) {
    if (!oldSides.some((side) => sideName(side) === from)) {
      refusals.push({
        code: 'ProjectNotPart',
        reason: `${from} is not a side of the original.`,
        remedy: `Name one of ${oldSides.map(sideName).join(', ')} in new.projects.`,
        items: [from],
      });
    }
    if (!instances.includes(parseSide(to).instance)) refusals.push(unknownInstance(to));
  }
  const [first, second] = oldSides.map((side) => {
    const to = projects[sideName(side)];
    return to === undefined ? side : parseSide(to);
  });
  if (!first || !second) return refusals;
  const changed = (now: Side, then: Side) => sideName(now) !== sideName(then);
  const here = [first, second].map((side) => side.instance === instance);
  if (!here.some(Boolean)) {
    refusals.push({
      code: 'NoSideOnNewInstance',
      reason: `Neither ${sideName(first)} nor ${sideName(second)} is on ${instance}, where the new one is to be configured.`,
      remedy: 'Name the moved project in new.projects, or the right instance in new.instance.',
      items: [],
    });
  }
  const bothHere = here.every(Boolean);
  const swapped = bothHere ? changed(second, oldSides[1]) && !changed(first, oldSides[0]) : here[1] === true;
  const [a, b, oldA, oldB] = swapped
    ? [second, first, oldSides[1], oldSides[0]]
    : [first, second, oldSides[0], oldSides[1]];
  if (changed(b, oldB)) {
    refusals.push({
      code: 'PartnerMoved',
      reason: `${sideName(oldB)} moved to ${sideName(b)}, but only the project on new.instance can have moved.`,
      remedy: 'Configure the new synchronization where the moved project lives, or migrate in two steps.',
      items: [sideName(b)],
    });
  }
  if (sideName(a) === sideName(b)) {
    refusals.push({
      code: 'OneProject',
      reason: `${sideName(a)} would be synchronized with itself.`,
      remedy: 'Name in new.projects where the moved project is now, not its partner.',
      items: [sideName(a)],
    });
  }
  for (const side of new Set([a, oldA]))
    if (side.unread && here.some(Boolean)) refusals.push(unknownInstance(sideName(side)));
  const moved = changed(a, oldA);
  if (!moved && start.original.instance === instance) {
    refusals.push({
      code: 'NothingWouldChange',
      reason: 'No project moved and the new one would be configured where the original is.',
      remedy: 'Name the moved project in new.projects, or another instance in new.instance.',
      items: [],
    });
  }
  if (moved && !start.move) {
    refusals.push({
      code: 'MoveMissing',
      reason: `${sideName(oldA)} moved to ${sideName(a)}, and what the copy missed cannot be found without its times.`,
      remedy: 'Add move: {copyStarted, copyFinished, frozenSince}.',
      items: [],
    });
  }
  return refusals.length > 0 ? refusals : { oldSides, a, b, oldA, oldB, swapped, moved };
}

export function parseSide(name: string): Side {
  const slash = name.lastIndexOf('/');
  return { instance: name.slice(0, slash), project: name.slice(slash + 1) };
}

/** The configured instance that a connector's base URL is; email and file exchange have none (assumption A7). */
async function sideOf(context: StepContext, connector: Connector): Promise<Side | Refusal> {
  const baseUrl = connector.connection?.application?.baseUrl;
  if (!baseUrl) {
    return {
      code: 'NoConfigurationExport',
      reason: `Connector ${connector.connectorKey} has no address: it works over email or file exchange, which has no configuration export.`,
      remedy: "The vendor's guide does not support this; ask the vendor's support with your use case.",
      items: [connector.connectorKey],
    };
  }
  const config = await configuredAs(context, connector);
  if (!config) return unknownInstance(`${baseUrl} (connector ${connector.connectorKey})`);
  const side = { instance: config.name, project: connector.projectKey };
  return config.access === 'full' ? side : { ...side, unread: true };
}

/** The instances that a start object names: these the migration is about, whatever turns out. */
export const namedInstances = (start: StartInput): string[] => [
  ...new Set(namedSides(start).map(({ instance }) => instance)),
];

/** With the projects that it names on them; the homes of both synchronizations have none. */
function namedSides({ original, new: { instance, projects } }: StartInput): Side[] {
  const homes = [original.instance, instance].map((home) => ({ instance: home, project: '' }));
  return [...homes, ...Object.entries(projects).flat().map(parseSide)];
}

/** Others than those that the start names are asked only where nothing else tells: they may be down, and are no part of it. */
async function configuredAs(context: StepContext, connector: Connector): Promise<InstanceConfig | undefined> {
  const { config, start, open } = context;
  const found = await instanceAt(context, connector, namedSides(start));
  if (found) return found;
  const named = namedInstances(start);
  const others = Object.values(config.instances).filter(
    ({ name, access }) => access === 'full' && !named.includes(name),
  );
  return firstThatIs(
    jiraAt(connector.connection?.application?.baseUrl ?? ''),
    others.map(({ name }) => open(name)),
  );
}

/** All are asked at once: one that does not answer holds up nobody where another one says that it is it. */
async function firstThatIs(jira: string, instances: Instance[]): Promise<InstanceConfig | undefined> {
  const asked = instances.map(async (instance) => {
    if ((await jiraOf(instance)) === jira) return instance.config;
    throw undefined;
  });
  try {
    return await Promise.any(asked);
  } catch (error) {
    const failed = error instanceof AggregateError ? error.errors.find((each) => each !== undefined) : error;
    if (failed !== undefined) throw failed;
    return undefined;
  }
}

const unknownInstance = (what: string): Refusal => ({
  code: 'UnknownInstance',
  reason: `${what} is not one of the configured instances with access.`,
  remedy: 'Add it to the configuration file of the worker, with a user that may read both projects.',
  items: [what],
});
