/** The control port: looking in, people, switches, faults, and what a person does in the pages. */

import { beat } from '../engine/engine.ts';
import { type PlantedFault, readFault } from '../http/faults.ts';
import { asList, asObject, isObject, numberOf, textOf } from '../http/json.ts';
import { type Answer, dispatch, Refusal, type Route, route } from '../http/router.ts';
import { type Listener, parseBody, send } from '../http/server.ts';
import type { Act, People } from '../people/people.ts';
import { WHOLE_ISSUE_ACTS } from '../people/whole-issues.ts';
import { describeSwitches, setSwitches } from '../switches.ts';
import type { Instance, World } from '../world/model.ts';
import { keepPicture, pictureNamed } from '../world/picture.ts';
import { setClock } from '../world/stamps.ts';
import { restoreBackup, takeBackup } from './backup.ts';
import { catalogue } from './catalogue.ts';
import * as pages from './pages.ts';
import * as panel from './panel.ts';
import { stateJson } from './state.ts';
import * as errors from './troubleshooting.ts';
import { undelivered } from './undelivered.ts';

/** What the control port needs of a running sandbox. */
export interface Controlled {
  world: World;
  people: People;
  faults: PlantedFault[];
  /** Opens or closes an instance's port: a closed one refuses connections. */
  setUp(instance: string, up: boolean): void;
}

export interface ControlCall {
  sandbox: Controlled;
  query: URLSearchParams;
  body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });

const KINDS = ['edit', 'comment', 'editComment', 'deleteComment', 'create', ...WHOLE_ISSUE_ACTS] as const;

function people({ sandbox, body }: ControlCall): Answer {
  const action = textOf(body, 'action');
  if (action === 'start') {
    sandbox.people.start(numberOf(body, 'everyMs') ?? 400, numberOf(body, 'seed') ?? 1);
    return ok({ working: true });
  }
  if (action === 'stop') {
    sandbox.people.stop();
    return ok({ working: false });
  }
  if (action !== 'once') throw new Refusal(400, 'action is start, stop or once');
  const kind = KINDS.find((each) => each === textOf(body, 'kind'));
  if (!kind) throw new Refusal(400, `kind is one of ${KINDS.join(', ')}`);
  const instance = textOf(body, 'instance');
  const act: Act = {
    kind,
    ...(instance === undefined ? {} : { instance: pages.instanceAsked(sandbox.world, instance) }),
  };
  for (const member of ['key', 'project', 'parent', 'field', 'value', 'comment', 'by'] as const) {
    const text = textOf(body, member);
    if (text !== undefined) act[member] = text;
  }
  try {
    return ok(sandbox.people.once(act));
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
}

function switches({ sandbox, body }: ControlCall): Answer {
  const problems = setSwitches(sandbox.world.switches, asObject(body));
  if (problems.length > 0) throw new Refusal(400, problems.join('; '));
  sandbox.world.record.add({ kind: 'switch', what: 'switches set', detail: asObject(body) });
  return ok(describeSwitches(sandbox.world.switches));
}

function plant({ sandbox, body }: ControlCall): Answer {
  const list = isObject(body) ? [body] : asList(body);
  try {
    const made = list.map(readFault);
    for (const { instance } of made) if (instance !== undefined) pages.instanceAsked(sandbox.world, instance);
    for (const fault of made) if (fault.action === 'stale') givePicture(sandbox.world, fault);
    sandbox.faults.push(...made);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
  return ok(shown(sandbox.faults));
}

/** The named one; without a name, one of this moment. */
function givePicture(world: World, fault: PlantedFault): void {
  if (fault.instance === undefined) throw new Refusal(400, 'stale needs an instance');
  const { method = 'GET', picture } = fault;
  if (method !== 'GET' && method !== 'POST') throw new Refusal(400, `${method} reads nothing`);
  const instance = pages.instanceAsked(world, fault.instance);
  fault.picture = picture ?? `fault ${fault.id}`;
  if (picture === undefined) keepPicture(world, instance, fault.picture);
  else if (!pictureNamed(instance, picture)) throw new Refusal(400, `${instance.name} has no picture ${picture}`);
}

function shown(faults: readonly PlantedFault[]) {
  return faults.map(({ pattern: _pattern, ...fault }) => fault);
}

/** All of them, or the one of this `id`. */
function clear({ sandbox: { faults }, query }: ControlCall): Answer {
  const id = query.get('id');
  const at = faults.findIndex((fault) => String(fault.id) === id);
  if (id === null) faults.splice(0);
  else if (at >= 0) faults.splice(at, 1);
  else throw new Refusal(404, `There is no fault ${id}`);
  return ok(shown(faults));
}

function databaseAct(world: World, instance: Instance, act: string): Answer {
  if (act === 'backup') takeBackup(world, instance);
  else if (act === 'restore') restoreBackup(world, instance);
  else throw new Refusal(400, 'database is backup or restore');
  world.record.add({ kind: 'fault', instance: instance.name, what: `database ${act}` });
  return ok({ instance: instance.name, database: act });
}

function instances({ sandbox, body }: ControlCall): Answer {
  const name = textOf(body, 'instance') ?? '';
  const instance = pages.instanceAsked(sandbox.world, name);
  const database = textOf(body, 'database');
  if (database !== undefined) return databaseAct(sandbox.world, instance, database);
  const picture = textOf(body, 'picture');
  if (picture !== undefined) {
    keepPicture(sandbox.world, instance, picture);
    return ok({ instance: name, picture });
  }
  const clockAheadMs = numberOf(body, 'clockAheadMs');
  if (clockAheadMs !== undefined) {
    setClock(sandbox.world, instance, clockAheadMs);
    sandbox.world.record.add({ kind: 'fault', instance: name, what: 'clock set', detail: { clockAheadMs } });
    return ok({ instance: name, clockAheadMs });
  }
  const up = asObject(body).up !== false;
  sandbox.setUp(name, up);
  sandbox.world.record.add({ kind: 'fault', instance: name, what: up ? 'instance up' : 'instance down' });
  return ok({ instance: name, up });
}

const routes: readonly Route<ControlCall>[] = [
  route('GET', '/sandbox/state', ({ sandbox, query }) => ok(stateJson(sandbox.world, query.get('instance')))),
  route('GET', '/sandbox/record', ({ sandbox, query }) =>
    ok(sandbox.world.record.after(Number(query.get('after') ?? 0))),
  ),
  route('POST', '/sandbox/people', people),
  route('GET', '/sandbox/switches', ({ sandbox }) => ok(describeSwitches(sandbox.world.switches))),
  route('POST', '/sandbox/switches', switches),
  route('GET', '/sandbox/faults', ({ sandbox }) => ok(shown(sandbox.faults))),
  route('POST', '/sandbox/faults', plant),
  route('DELETE', '/sandbox/faults', clear),
  route('POST', '/sandbox/beat', ({ sandbox }) => {
    beat(sandbox.world);
    return ok(stateJson(sandbox.world, null));
  }),
  route('POST', '/sandbox/instances', instances),
  route('POST', '/sandbox/catalogue', catalogue),
  route('POST', '/sandbox/undelivered', undelivered),
  route('POST', '/sandbox/ui/create', pages.create),
  route('POST', '/sandbox/ui/import-configuration', pages.importConfiguration),
  route('POST', '/sandbox/ui/edit-configuration', pages.editConfiguration),
  route('POST', '/sandbox/ui/pair', pages.pair),
  route('POST', '/sandbox/ui/start', pages.start),
  route('POST', '/sandbox/ui/stop', pages.stop),
  route('POST', '/sandbox/ui/delete', pages.remove),
  route('POST', '/sandbox/ui/resync', pages.resync),
  route('POST', '/sandbox/ui/pair-by-key', pages.pairByKey),
  route('GET', '/sandbox/ui/export-configuration', panel.exportConfiguration),
  route('GET', '/sandbox/ui/download-synced-issue-data', panel.downloadSyncedIssueData),
  route('GET', '/sandbox/ui/sync-panel', panel.syncPanel),
  route('GET', '/sandbox/ui/troubleshooting', errors.troubleshooting),
  route('POST', '/sandbox/ui/retry', errors.retry),
  route('POST', '/sandbox/ui/discard', errors.discard),
  route('POST', '/sandbox/ui/resolve', errors.resolve),
];

/** `verdict` waits, so it is not one of the routes. */
export function controlListener(sandbox: () => Controlled, verdict: (settleMs: number) => Promise<unknown>): Listener {
  return (request, response, body) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/sandbox/verdict') {
      const settleMs = Number(url.searchParams.get('settleMs') ?? 8000);
      void verdict(settleMs).then((found) => send(response, ok(found)));
      return;
    }
    send(response, answer(sandbox(), request.method ?? 'GET', url, body));
  };
}

function answer(sandbox: Controlled, method: string, url: URL, body: string): Answer {
  try {
    const call = { sandbox, query: url.searchParams, body: parseBody(body) };
    const found = dispatch(routes, method, url.pathname, call);
    return found ?? { status: 404, body: { message: `There is no ${url.pathname}; see docs/sandbox.md` } };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof SyntaxError) return { status: 400, body: { message: 'The body is not JSON' } };
    throw error;
  }
}
