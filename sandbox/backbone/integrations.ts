/** REST: integrations. */
import { asObject, textOf } from '../http/json.ts';
import { type Answer, type Call, type Handler, type Parameters, Refusal } from '../http/router.ts';
import { type Conflict, conflictsOf } from './conflicts.ts';
import { integrationJson } from './json.ts';
import {
  checkStart,
  createSynchronization,
  deleteSynchronization,
  startSynchronization,
  stopSynchronization,
  synchronizationAt,
} from './lifecycle.ts';
import type { Application, Synchronization } from './model.ts';
import { instanceOfSide, statusJson } from './status.ts';

export const by = (call: Call): string => call.user?.name ?? 'anonymous';

/** The synchronization named in the path, or 404. */
export function synchronizationAsked(call: Call, { key = '' }: Parameters): Synchronization {
  const found = synchronizationAt(call.world, call.instance, key);
  if (!found) throw new Refusal(404, `Integration ${key} does not exist`);
  return found;
}

export function health({ world }: Call): Answer {
  switch (world.switches.healthBody) {
    case 'text':
      return { status: 200, text: 'OK' };
    case 'empty':
      return { status: 200 };
    default:
      return { status: 200, body: { status: 'OK' } };
  }
}

export function list(call: Call): Answer {
  const projectKey = call.query.get('projectKey');
  const { callerRights, filterByBaseUrl } = call.world.switches;
  // Documented for mere project administrators; with which status it is refused is not.
  if (callerRights === 'project' && projectKey === null) throw new Refusal(400, 'projectKey is required');
  const jiraBaseUrl = filterByBaseUrl ? call.query.get('jiraBaseUrl') : null;
  const fits = (one: Synchronization) =>
    [one.first, one.second].some(
      (side) =>
        (projectKey === null || side.projectKey === projectKey) &&
        (jiraBaseUrl === null || instanceOfSide(call.world, one, side)?.baseUrl === jiraBaseUrl.replace(/\/+$/, '')),
    );
  const here = call.world.synchronizations.filter((one) => one.home === call.instance.name && fits(one));
  return { status: 200, body: here.map((one) => integrationJson(call.world, one)) };
}

export function single(call: Call, parameters: Parameters): Answer {
  return { status: 200, body: integrationJson(call.world, synchronizationAsked(call, parameters)) };
}

function readApplication(value: unknown): Application | undefined {
  const application = asObject(asObject(asObject(value).connection).application);
  const baseUrl = textOf(application, 'baseUrl');
  if (baseUrl === undefined) return undefined;
  const [user, password] = [textOf(application, 'user') ?? '', textOf(application, 'password') ?? ''];
  return { baseUrl: baseUrl.replace(/\/+$/, ''), user, password };
}

function readConnector(body: unknown, member: string) {
  const connector = asObject(body)[member];
  const projectKey = textOf(connector, 'projectKey');
  if (projectKey === undefined) throw new Refusal(400, `${member}.projectKey is missing`);
  const application = readApplication(connector);
  return { projectKey, ...(application ? { application } : {}) };
}

export function create(call: Call): Answer {
  if (!call.world.switches.createIntegrationByRest) throw new Refusal(400, 'The request entity is not understood');
  const wanted = {
    summary: textOf(call.body, 'summary') ?? '',
    description: textOf(call.body, 'description') ?? '',
    first: readConnector(call.body, 'firstConnector'),
    second: readConnector(call.body, 'secondConnector'),
  };
  const made = createSynchronization(call.world, call.instance, wanted, by(call));
  return { status: call.world.switches.createAnswer, body: integrationJson(call.world, made) };
}

/** Name and description only: configuration goes through drafts. */
export function update(call: Call, parameters: Parameters): Answer {
  const one = synchronizationAsked(call, parameters);
  one.summary = textOf(call.body, 'summary') ?? one.summary;
  one.description = textOf(call.body, 'description') ?? one.description;
  one.modifiedUser = by(call);
  one.modifiedAt = call.world.clock.now();
  const detail = { integrationKey: one.key };
  call.world.record.add({ kind: 'effect', instance: one.home, user: by(call), what: 'integration updated', detail });
  return { status: 200, body: integrationJson(call.world, one) };
}

export function remove(call: Call, parameters: Parameters): Answer {
  const { deleteStopsRunning, deleteStatus } = call.world.switches;
  const one = synchronizationAsked(call, parameters);
  if (one.running && !deleteStopsRunning) throw new Refusal(409, 'Stop the synchronization first');
  deleteSynchronization(call.world, one, by(call));
  return deleteStatus === 204 ? { status: 204 } : { status: deleteStatus, body: { integrationKey: one.key } };
}

export function status(call: Call, parameters: Parameters): Answer {
  return { status: 200, body: statusJson(call.world, synchronizationAsked(call, parameters)) };
}

export function conflicts(call: Call, parameters: Parameters): Answer {
  const one = synchronizationAsked(call, parameters);
  const unknown = one.firstStartedAt === undefined ? call.world.switches.unknownConflicts.map(jsonOrText) : [];
  return { status: 200, body: conflictsBody(call, [...conflictsOf(call.world, one, one.configuration)], unknown) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The shape is not documented. */
export function conflictsBody({ world }: Call, conflicts: readonly Conflict[], unknown: unknown[] = []): unknown {
  switch (world.switches.conflictShape) {
    case 'texts':
      return [...conflicts.map(({ message }) => message), ...unknown];
    case 'codes':
      return [...conflicts.map(asCode), ...unknown];
    case 'wrapped':
      return { conflicts: [...conflicts, ...unknown] };
    default:
      return [...conflicts, ...unknown];
  }
}

const asCode = ({ tab, message }: Conflict) => ({
  code: tab.toUpperCase().replace(/\W+/g, '_'),
  ids: message.match(/customfield_\d+|\d+/g) ?? [],
});

/** Manuals print POST (server) and PUT (cloud); the switch says which one this Backbone knows. */
function withVerb(act: (call: Call, one: Synchronization) => void, check?: typeof checkStart): Handler<Call> {
  return (call, parameters) => {
    const { startStopVerb: verb, startStopStatus, startStopDelayMs } = call.world.switches;
    if (verb !== 'both' && call.method !== verb) {
      throw new Refusal(405, `Method ${call.method} is not allowed here`);
    }
    const one = synchronizationAsked(call, parameters);
    if (startStopDelayMs > 0) {
      check?.(call.world, one);
      setTimeout(() => whenStillPossible(() => act(call, one)), startStopDelayMs).unref();
    } else act(call, one);
    return startStopStatus === 204 ? { status: 204 } : { status: startStopStatus, body: statusJson(call.world, one) };
  };
}

/** What stood in the way only later is answered to nobody: the status goes on saying what is. */
function whenStillPossible(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

export const start = withVerb((call, one) => startSynchronization(call.world, one, by(call)), checkStart);
export const stop = withVerb((call, one) => stopSynchronization(call.world, one, by(call)));

/** The entity is not documented; the sandbox takes `{connectorKey, baseUrl, user, password}`. */
export function applicationConnection(call: Call, parameters: Parameters): Answer {
  if (!call.world.switches.applicationConnectionByRest) throw new Refusal(400, 'The request entity is not understood');
  const one = synchronizationAsked(call, parameters);
  const side = [one.first, one.second].find((each) => each.connectorKey === textOf(call.body, 'connectorKey'));
  const baseUrl = textOf(call.body, 'baseUrl');
  if (!side || baseUrl === undefined) throw new Refusal(400, 'connectorKey and baseUrl are needed');
  const user = textOf(call.body, 'user') ?? side.application?.user ?? '';
  side.application = { baseUrl, user, password: textOf(call.body, 'password') ?? '' };
  const detail = { integrationKey: one.key, connectorKey: side.connectorKey };
  call.world.record.add({ kind: 'effect', instance: one.home, user: by(call), what: 'connection changed', detail });
  return { status: 200, body: integrationJson(call.world, one) };
}
