/** Creating, starting, stopping and deleting a synchronization, by REST or by a person in the pages. */
import { Refusal } from '../http/router.ts';
import { issueOf } from '../world/lookup.ts';
import type { Instance, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { conflictsOf } from './conflicts.ts';
import { licenceError } from './licence.ts';
import { type Application, emptyConfiguration, newSide, type Synchronization } from './model.ts';
import { replacementOf, viewFor } from './replacement.ts';
import { instanceOfSide } from './status.ts';

export interface NewSynchronization {
  summary: string;
  description: string;
  first: { projectKey: string; application?: Application };
  second: { projectKey: string; application?: Application };
}

function note(world: World, one: Synchronization, by: string, what: string, detail: Record<string, unknown> = {}) {
  const subject = { integrationKey: one.key, original: one === viewFor(world, one).original, ...detail };
  world.record.add({ kind: 'effect', instance: one.home, user: by, what, detail: subject });
}

/** The synchronization of this key that is configured on this instance. */
export function synchronizationAt(world: World, instance: Instance, key: string): Synchronization | undefined {
  return world.synchronizations.find((one) => one.home === instance.name && one.key === key);
}

export function createSynchronization(
  world: World,
  home: Instance,
  wanted: NewSynchronization,
  by: string,
): Synchronization {
  const connectorKey = (project: string) => {
    const n = home.nextId.connector++;
    return world.switches.connectorKeyStyle === 'project' ? `${project}-${n}` : `CON-${n}-${project}`;
  };
  const at = world.clock.now();
  const one: Synchronization = {
    key: `INT-${home.nextId.integration++}`,
    home: home.name,
    summary: wanted.summary,
    description: wanted.description,
    createdUser: by,
    createdAt: at,
    modifiedUser: by,
    modifiedAt: at,
    configuration: emptyConfiguration(),
    first: newSide('first', connectorKey(wanted.first.projectKey), wanted.first.projectKey, wanted.first.application),
    second: newSide(
      'second',
      connectorKey(wanted.second.projectKey),
      wanted.second.projectKey,
      wanted.second.application,
    ),
    running: false,
    deleted: false,
    runs: [],
  };
  world.synchronizations.push(one);
  world.known.push(one);
  note(world, one, by, 'integration created', { connectors: [one.first.connectorKey, one.second.connectorKey] });
  return one;
}

/** Only a valid configuration can be started, and only with a licence. Throws a Refusal. */
export function checkStart(world: World, one: Synchronization): void {
  const conflicts = conflictsOf(world, one, one.configuration);
  if (conflicts.length > 0) {
    const status = world.switches.invalidStartStatus;
    throw new Refusal(status, 'not valid', { message: 'The configuration is not valid. Check its tabs.', conflicts });
  }
  const licence = licenceError(world, one);
  if (licence !== undefined) throw new Refusal(409, licence);
}

/** Starting a running one changes nothing. */
export function startSynchronization(world: World, one: Synchronization, by: string): void {
  if (one.running || one.deleted) return;
  checkStart(world, one);
  const at = world.clock.now();
  if (one.firstStartedAt === undefined && !world.switches.startCarriesSinceLastChangeSeen) forgetChanges(world, one);
  one.running = true;
  one.firstStartedAt ??= at;
  one.runs.push({ from: at });
  for (const side of [one.first, one.second]) {
    side.readTo = -1;
    // What was in error is tried again after a restart.
    side.incoming.unshift(...[...side.held.values()].flat());
    side.held.clear();
  }
  note(world, one, by, 'integration started');
}

function forgetChanges(world: World, one: Synchronization): void {
  for (const side of [one.first, one.second]) {
    const instance = instanceOfSide(world, one, side);
    for (const entry of side.entries.values()) {
      const issue = instance && issueOf(instance, entry.localIssueKey);
      const updated = issue ? stampOf(instance, issue.updated, issue) : 0;
      entry.lastChangeSeen = Math.max(entry.lastChangeSeen, updated);
    }
  }
}

export function stopSynchronization(world: World, one: Synchronization, by: string): void {
  if (!one.running) return;
  one.running = false;
  // "Rare; stop and start helps."
  const name = `${one.home}/${one.key}`;
  world.switches.restartRequired = world.switches.restartRequired.filter((each) => each !== name);
  const run = one.runs.at(-1);
  if (run) run.to = world.clock.now();
  note(world, one, by, 'integration stopped', { queued: queued(one) });
}

/** A running one is stopped first. Its sync information, messages and panel rows go with it. */
export function deleteSynchronization(world: World, one: Synchronization, by: string): void {
  stopSynchronization(world, one, by);
  const view = viewFor(world, one);
  const detail = {
    pairs: one.first.entries.size,
    everStarted: one.firstStartedAt !== undefined,
    createdInSandbox: one.createdAt >= world.startedAt,
    replacedBy: replacementOf(view, one)?.key ?? null,
    originalStillThere: one !== view.original && !view.original.deleted,
  };
  one.deleted = true;
  world.synchronizations.splice(world.synchronizations.indexOf(one), 1);
  note(world, one, by, 'integration deleted', detail);
}

function queued(one: Synchronization): number {
  return (
    one.first.outgoing.length + one.first.incoming.length + one.second.outgoing.length + one.second.incoming.length
  );
}
