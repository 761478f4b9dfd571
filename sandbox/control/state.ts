/** Everything about synchronizations, for a look from outside: queues and panel rows, which REST does not show. */
import { integrationJson } from '../backbone/json.ts';
import type { Message, Side, Synchronization } from '../backbone/model.ts';
import { statusJson } from '../backbone/status.ts';
import type { LiveSide, World } from '../world/model.ts';

export function stateJson(world: World, instance: string | null) {
  const instances = [...world.instances.values()].filter((each) => instance === null || each.name === instance);
  return {
    world: world.kind,
    original: { instance: world.original.home, synchronization: world.original.key },
    move: moveJson(world),
    instances: instances.map((each) => ({
      name: each.name,
      baseUrl: each.baseUrl,
      projects: [...each.projects.values()].map((project) => ({ key: project.key, issues: project.issues.size })),
      synchronizations: world.synchronizations
        .filter((one) => one.home === each.name)
        .map((one) => oneJson(world, one)),
    })),
  };
}

/** The `move` of a start object. */
export function moveJson(world: World) {
  const { copyStarted, copyFinished, frozenSince } = world.move;
  const iso = (at: number) => new Date(at).toISOString();
  return { copyStarted: iso(copyStarted), copyFinished: iso(copyFinished), frozenSince: iso(frozenSince) };
}

/** The start object of the migration that this world is about; who asks and why is added by whoever sends it. */
export function startJson(world: World) {
  const { original, newHome, moved } = world;
  const name = ({ instance, projectKey }: LiveSide) => `${instance.name}/${projectKey}`;
  return {
    original: { instance: original.home, synchronization: original.key },
    new: { instance: newHome, projects: moved ? { [name(moved.from)]: name(moved.to) } : {} },
    ...(moved ? { move: moveJson(world) } : {}),
  };
}

function oneJson(world: World, one: Synchronization) {
  return {
    ...integrationJson(world, one),
    hasDraft: one.draft !== undefined,
    status: statusJson(world, one),
    runs: one.runs,
    first: sideJson(one.first),
    second: sideJson(one.second),
  };
}

function sideJson(side: Side) {
  const brief = ({ kind, sequence, localKey, remoteKey, fields, comments, error }: Message) => ({
    kind,
    sequence,
    localKey,
    remoteKey,
    fields: fields.length,
    comments: comments.length,
    error,
  });
  return {
    connectorKey: side.connectorKey,
    pairs: [...side.entries.values()],
    panel: Object.fromEntries(side.panel),
    outgoing: side.outgoing.map(brief),
    incoming: side.incoming.map(brief),
    held: Object.fromEntries([...side.held].map(([key, messages]) => [key, messages.map(brief)])),
    missing: Object.fromEntries([...side.missing].map(([key, messages]) => [key, messages.map(brief)])),
  };
}
