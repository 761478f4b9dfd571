/** Faults on demand: what goes wrong with the nth request that fits. */
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
] as const;
export type FaultAction = (typeof ACTIONS)[number];

const MEMBERS = new Set([
  ...['instance', 'method', 'path', 'nth', 'count', 'action', 'status', 'when', 'pid', 'headers', 'forMs'],
]);

export interface Fault {
  instance?: string;
  method?: string;
  path?: string;
  /** Which matching request is the first to fail, from 1. */
  nth: number;
  /** How many fail from there on. */
  count: number;
  action: FaultAction;
  /** For `status` and `html`. */
  status?: number;
  /** For `timeout`, `status`, `html`, `kill`: whether the request still has its effect. */
  when: 'before' | 'after';
  /** For `kill`. */
  pid?: number;
  /** Headers for `status`, e.g. Retry-After. */
  headers?: Record<string, string>;
  /** For `refuse`: the port refuses every connection for this long, in milliseconds. */
  forMs?: number;
}

export interface PlantedFault extends Fault {
  /** Names the fault in the record. */
  id: number;
  pattern: RegExp | undefined;
  seen: number;
  /** How often it happened; 0 means that the request it waits for never came. */
  fired: number;
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
  const forMs = numberOf(value, 'forMs');
  const [instance, method, status] = [textOf(value, 'instance'), textOf(value, 'method'), numberOf(value, 'status')];
  const headers = Object.entries(asObject(asObject(value).headers)).map(([name, text]) => [name, String(text)]);
  return {
    ...(instance === undefined ? {} : { instance }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status }),
    ...(pid === undefined ? {} : { pid }),
    ...(forMs === undefined ? {} : { forMs }),
    headers: Object.fromEntries(headers),
    action,
    nth: numberOf(value, 'nth') ?? 1,
    count: numberOf(value, 'count') ?? 1,
    when: textOf(value, 'when') === 'after' ? 'after' : 'before',
    pattern: path === undefined ? undefined : new RegExp(path),
    id: ++planted,
    seen: 0,
    fired: 0,
  };
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
    fault.seen += 1;
    if (!met && fault.seen >= fault.nth && fault.seen < fault.nth + fault.count) met = fault;
  }
  if (met) met.fired += 1;
  return met;
}
