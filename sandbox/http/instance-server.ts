/** One Jira instance over HTTP: authentication, faults, routing, headers, and a record of each request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerOfBackbone, BACKBONE_BASE } from '../backbone/routes.ts';
import { accountIdOf } from '../cloud/json.ts';
import { cloudRoutes } from '../cloud/routes.ts';
import { jiraRoutes } from '../jira/routes.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { Instance, World } from '../world/model.ts';
import { pictureNamed, worldIn } from '../world/picture.ts';
import { stampOf } from '../world/stamps.ts';
import { type Caller, CLOSED_TO_ANONYMOUS, callerOf } from './authentication.ts';
import { faultFor, type PlantedFault } from './faults.ts';
import { misbehave } from './misbehave.ts';
import { type Answer, type Call, dispatch, Refusal } from './router.ts';
import { type Listener, parseBody, send } from './server.ts';

const JIRA_BASE = /^\/rest\/api\/(?:2|latest)(?=\/)/;
/** Open to callers without credentials; everything else is closed. */
const OPEN = /^\/rest\/api\/(?:2|latest)\/(?:serverInfo|search)$/;
let requests = 0;

/** `world` is asked for at each request, since instances must listen before the world can name their addresses. */
export function instanceListener(
  world: () => World,
  name: string,
  faults: () => readonly PlantedFault[],
  refuseFor: (ms: number) => void,
): Listener {
  return (request, response, body) => {
    const current = world();
    const delay = current.switches.latencyMs;
    const ways = { faults: faults(), refuseFor };
    const run = () => handle(current, instanceNamed(current, name), ways, request, response, body);
    if (delay > 0) setTimeout(run, delay);
    else run();
  };
}

function handle(
  world: World,
  instance: Instance,
  { faults, refuseFor }: { faults: readonly PlantedFault[]; refuseFor: (ms: number) => void },
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): void {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', instance.baseUrl);
  const path = decodeURI(url.pathname);
  const fault = faultFor(faults, { instance: instance.name, method, url: `${path}${url.search}` });
  const caller: Caller = fault?.action === 'anonymous' ? { kind: 'anonymous' } : callerOf(instance, request.headers);
  const user = caller.kind === 'user' ? caller.user.name : 'anonymous';
  const note = (status: number, detail?: Record<string, unknown>) => {
    const target = `${path}${url.search}`;
    const entry = { kind: 'request' as const, instance: instance.name, method, path: target, status, user };
    world.record.add(detail ? { ...entry, detail } : entry);
  };
  const picture = fault?.action === 'stale' ? pictureNamed(instance, fault.picture ?? '') : undefined;
  const seen = picture ? { world: worldIn(world, picture), instance: picture.instance } : { world, instance };
  const { searchParams: query } = url;
  const effect = () =>
    answerTo(
      { ...seen, method, path, query, body: undefined, user: undefined, headers: request.headers },
      caller,
      body,
    );
  const headers =
    instance.deployment === 'cloud'
      ? cloudHeaders(caller)
      : {
          'X-AUSERNAME': user,
          'X-AREQUESTID': `${new Date().getUTCHours() * 60}x${++requests}x1`,
          'X-ANODEID': `${instance.name}-node${picture ? 2 : 1}`,
        };
  const date = new Date(stampOf(instance, Date.now())).toUTCString();
  const withHeaders = (answer: Answer): Answer => ({
    ...saying(answer, world.switches.errorsSay),
    headers: { Date: date, ...headers, ...answer.headers },
  });
  if (fault && fault.action !== 'anonymous' && !picture) {
    misbehave(fault, response, { effect, note, withHeaders, refuseFor });
    return;
  }
  const answer = effect();
  note(answer.status, fault ? { fault: fault.action, faultId: fault.id, effect: !picture } : undefined);
  if (picture) notePicture(world, { method, path, status: answer.status }, fault);
  send(response, withHeaders(answer));
}

/** A refusal that says more: in `message`, and in the first of `errorMessages`. */
function saying(answer: Answer, more: string): Answer {
  const { status, body } = answer;
  if (more === '' || status < 400 || typeof body !== 'object' || body === null) return answer;
  const { message, errorMessages } = body as { message?: unknown; errorMessages?: unknown };
  return {
    ...answer,
    body: {
      ...body,
      ...(typeof message === 'string' ? { message: `${message} ${more}` } : {}),
      ...(Array.isArray(errorMessages) ? { errorMessages: [...errorMessages, more] } : {}),
    },
  };
}

function notePicture(
  world: World,
  request: { method: string; path: string; status: number },
  fault: PlantedFault | undefined,
): void {
  const detail = { faultId: fault?.id, picture: fault?.picture };
  const what = 'answered from an earlier picture';
  world.record.add({
    kind: 'fault',
    ...request,
    ...(fault?.instance ? { instance: fault.instance } : {}),
    what,
    detail,
  });
}

function answerTo(call: Call, caller: Caller, body: string): Answer {
  if (caller.kind === 'refused') return caller.answer;
  if (call.instance.deployment === 'cloud') return answerOfCloud(call, caller, body);
  const isSearch = call.path.endsWith('/search');
  if (caller.kind === 'deadToken' && !isSearch) return CLOSED_TO_ANONYMOUS;
  if (caller.kind !== 'user' && !OPEN.test(call.path)) return CLOSED_TO_ANONYMOUS;
  if (caller.kind === 'user') call.user = caller.user;
  try {
    call.body = parseBody(body);
  } catch {
    return { status: 400, body: { errorMessages: ['Unexpected character in the request body'], errors: {} } };
  }
  if (call.path.startsWith(BACKBONE_BASE)) return answerOfBackbone(call);
  try {
    return routeCall(call) ?? { status: 404, html: '<html><body><h1>404 - dead link</h1></body></html>' };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

const CLOUD_BASE = /^\/rest\/api\/3(?=\/)/;
/** Endpoints that answer anybody, with what anybody may see. */
const CLOUD_OPEN = /^\/rest\/api\/3\/(?:serverInfo|search\/jql|search\/approximate-count|project\/search)$/;

function cloudHeaders(caller: Caller): Record<string, string> {
  if (caller.kind === 'user') return { 'X-AAccountId': accountIdOf(caller.user.name) };
  return caller.kind === 'deadToken' ? { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED' } : {};
}

/** There is no REST of Backbone here, nor any older one of Jira: the answer is a page that nobody asked for. */
function answerOfCloud(call: Call, caller: Caller, body: string): Answer {
  if (!CLOUD_BASE.test(call.path)) return { status: 404, html: '<html><body>Page not found</body></html>' };
  if (caller.kind !== 'user' && !CLOUD_OPEN.test(call.path)) {
    return { status: 401, text: 'Client must be authenticated to access this resource.' };
  }
  if (caller.kind === 'user') call.user = caller.user;
  try {
    call.body = parseBody(body);
    const path = call.path.replace(CLOUD_BASE, '');
    return (
      dispatch(cloudRoutes, call.method, path, call) ?? {
        status: 404,
        body: { errorMessages: ['Not found'], errors: {} },
      }
    );
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof SyntaxError)
      return { status: 400, body: { errorMessages: ['Invalid request payload.'], errors: {} } };
    throw error;
  }
}

function routeCall(call: Call): Answer | undefined {
  if (!JIRA_BASE.test(call.path)) return undefined;
  return dispatch(jiraRoutes, call.method, call.path.replace(JIRA_BASE, ''), call);
}
