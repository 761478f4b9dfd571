/** Faults on demand: what goes wrong with the nth request that fits. */
import { GATEWAY_ACTIONS } from './gateway.ts';
import { asObject, numberOf, textOf } from './json.ts';

const ACTIONS = [
  'refuse',
  'resetBefore',
  'resetAfter',
  'timeout',
  'status',
  'html',
  'truncate',
  'halfJson',
  'kill',
  'redirect',
  'anonymous',
  'stale',
  ...GATEWAY_ACTIONS,
] as const;
export type FaultAction = (typeof ACTIONS)[number];

const MEMBERS = new Set([
  ...['instance', 'method', 'path', 'nth', 'every', 'count', 'forMs'],
  ...['action', 'status', 'when', 'pid', 'headers', 'picture'],
]);

export interface Fault {
  instance?: string;
  method?: string;
  path?: string;
  /** Which matching request is the first to fail, from 1. */
  nth: number;
  /** Of those from there on, every second, third, … fails; 1: each. */
  every: number;
  /** How many fail; absent: without end, or as long as `forMs` says. */
  count?: number;
  /** How long it goes on after the first that failed, in milliseconds. Of `refuse`: how long the port refuses every connection. */
  forMs?: number;
  action: FaultAction;
  /** For `status`, `html` and `gatewayPage`. */
  status?: number;
  /** For `timeout`, `status`, `html`, `kill` and the answers of gateways: whether the request still has its effect. */
  when: 'before' | 'after';
  /** For `kill`. */
  pid?: number;
  /** Headers for `status`, e.g. Retry-After. */
  headers?: Record<string, string>;
  /** For `stale`: name of the picture that answers. */
  picture?: string;
}

export interface PlantedFault extends Fault {
  /** Names the fault in the record. */
  id: number;
  pattern: RegExp | undefined;
  seen: number;
  /** How often it happened; 0 means that the request it waits for never came. */
  fired: number;
  /** When it first happened, in epoch milliseconds. */
  firstAt?: number;
}

let planted = 0;

/** Reads one fault from a body; throws an Error that says what is wrong. */
export function readFault(value: unknown): PlantedFault {
  // A misspelled member would make a fault that never fires, or fires on everything.
  const unknown = Object.keys(asObject(value)).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) throw new Error(`A fault has no member ${unknown}`);
  const action = ACTIONS.find((each) => each === textOf(value, 'action'));
  if (!action) throw new Error(`action must be one of ${ACTIONS.join(', ')}`);
  const pid = numberOf(value, 'pid');
  if (action === 'kill' && pid === undefined) throw new Error('kill needs a pid');
  const path = textOf(value, 'path');
  const picture = textOf(value, 'picture');
  const [nth, every, count] = ['nth', 'every', 'count'].map((member) => wholeNumber(value, member));
  const forMs = wholeNumber(value, 'forMs');
  // What comes again and again, or lasts, ends by itself only where that is asked for.
  const isEndless = action !== 'refuse' && (every !== undefined || forMs !== undefined);
  const times = count ?? (isEndless ? undefined : 1);
  const [instance, method, status] = [textOf(value, 'instance'), textOf(value, 'method'), numberOf(value, 'status')];
  const headers = Object.entries(asObject(asObject(value).headers)).map(([name, text]) => [name, String(text)]);
  return {
    ...(instance === undefined ? {} : { instance }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status }),
    ...(pid === undefined ? {} : { pid }),
    ...(picture === undefined ? {} : { picture }),
    ...(forMs === undefined ? {} : { forMs }),
    headers: Object.fromEntries(headers),
    action,
    nth: nth ?? 1,
    every: every ?? 1,
    ...(times === undefined ? {} : { count: times }),
    when: textOf(value, 'when') === 'after' ? 'after' : 'before',
    pattern: path === undefined ? undefined : new RegExp(path),
    id: ++planted,
    seen: 0,
    fired: 0,
  };
}

/** Throws where the member is there and no number from 1 on: such a fault would never happen. */
function wholeNumber(value: unknown, member: string): number | undefined {
  const found = asObject(value)[member];
  if (found === undefined) return undefined;
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found;
  throw new Error(`${member} must be a whole number from 1 on`);
}

/** The fault that this request meets, if any. Every fault that fits counts the request. */
export function faultFor(
  faults: readonly PlantedFault[],
  request: { instance: string; method: string; url: string },
): PlantedFault | undefined {
  let met: PlantedFault | undefined;
  for (const fault of faults) {
    if (fault.instance !== undefined && fault.instance !== request.instance) continue;
    if (fault.method !== undefined && fault.method !== request.method) continue;
    if (fault.pattern && !fault.pattern.test(request.url)) continue;
    if (fault.action === 'stale' && !isRead(request)) continue;
    fault.seen += 1;
    if (!met && isDue(fault)) met = fault;
  }
  if (!met) return undefined;
  met.fired += 1;
  met.firstAt ??= Date.now();
  return met;
}

const READING_POSTS = /\/(?:search(?:\/jql|\/approximate-count)?|bulkfetch|workflows)$/;

/** What only reads, whatever its method: searches are posted, and one address changes the sync user by GET. */
function isRead({ method, url }: { method: string; url: string }): boolean {
  const [path = ''] = url.split('?');
  if (method === 'GET') return !/\/connectors\/[^/]+\/user$/.test(path);
  return method === 'POST' && READING_POSTS.test(path);
}

function isDue({ action, nth, every, count, forMs, seen, firstAt }: PlantedFault): boolean {
  const turn = (seen - nth) / every;
  if (turn < 0 || !Number.isInteger(turn) || turn >= (count ?? Number.POSITIVE_INFINITY)) return false;
  const isOver = action !== 'refuse' && forMs !== undefined && firstAt !== undefined && Date.now() - firstAt >= forMs;
  return !isOver;
}
