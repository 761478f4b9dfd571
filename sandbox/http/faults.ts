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
  'kill',
  'redirect',
  'anonymous',
] as const;
export type FaultAction = (typeof ACTIONS)[number];

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
}

export interface PlantedFault extends Fault {
  pattern: RegExp | undefined;
  seen: number;
  fired: number;
}

/** Reads one fault from a body; throws an Error that says what is wrong. */
export function readFault(value: unknown): PlantedFault {
  const action = ACTIONS.find((each) => each === textOf(value, 'action'));
  if (!action) throw new Error(`action must be one of ${ACTIONS.join(', ')}`);
  const pid = numberOf(value, 'pid');
  if (action === 'kill' && pid === undefined) throw new Error('kill needs a pid');
  const path = textOf(value, 'path');
  const [instance, method, status] = [textOf(value, 'instance'), textOf(value, 'method'), numberOf(value, 'status')];
  const headers = Object.entries(asObject(asObject(value).headers)).map(([name, text]) => [name, String(text)]);
  return {
    ...(instance === undefined ? {} : { instance }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status }),
    ...(pid === undefined ? {} : { pid }),
    headers: Object.fromEntries(headers),
    action,
    nth: numberOf(value, 'nth') ?? 1,
    count: numberOf(value, 'count') ?? 1,
    when: textOf(value, 'when') === 'after' ? 'after' : 'before',
    pattern: path === undefined ? undefined : new RegExp(path),
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
