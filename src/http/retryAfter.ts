/** How long an instance asks us to wait, in milliseconds. Pure. */

export type Headers = Record<string, string | string[] | undefined>;

/** Longer waits are not believed: Jira's own are of seconds, and who is blocked is told the largest number there is. */
export const LONGEST_WAIT = 15 * 60_000;
/** After these it is asked again, so that no more is lost when it is well by then. */
const NOT_BELIEVED = 60_000;
const SHORTEST_WAIT = 1_000;
const WITHOUT_HEADER = 2_000;

/** Java's Long.MAX_VALUE: Data Center says "this user is blocked" with it. */
const BLOCKED = '9223372036854775807';

export interface Wait {
  milliseconds: number;
  blocked: boolean;
}

/** The wait of a 429. Cloud's gateway sends some without `Retry-After`, but with `X-RateLimit-Reset`. */
export function waitOf429(headers: Headers, now: number): Wait {
  const named = retryAfter(headers, now) ?? until(header(headers, 'x-ratelimit-reset'), now) ?? WITHOUT_HEADER;
  return { milliseconds: bounded(named), blocked: header(headers, 'retry-after')?.trim() === BLOCKED };
}

/** `Retry-After` in seconds or as an HTTP date. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = header(headers, 'retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) * 1000 : until(text, now);
}

/**
 * Wait before the next read when Data Center says that the bucket is empty; it sends these headers on every answer. The bucket
 * is per node, so this is a hint, not a promise. 0 when there is nothing to wait for.
 */
export function waitOfEmptyBucket(headers: Headers, now: number): number {
  if (header(headers, 'x-ratelimit-remaining')?.trim() !== '0') return 0;
  const interval = Number(header(headers, 'x-ratelimit-interval-seconds') ?? Number.NaN);
  const rate = Number(header(headers, 'x-ratelimit-fillrate') ?? Number.NaN);
  const refill = interval > 0 && rate > 0 ? (interval / rate) * 1000 : SHORTEST_WAIT;
  return Math.min(Math.max(retryAfter(headers, now) ?? 0, refill), 60_000);
}

export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function until(text: string | undefined, now: number): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now;
}

const bounded = (milliseconds: number): number =>
  milliseconds > LONGEST_WAIT ? NOT_BELIEVED : Math.max(milliseconds, SHORTEST_WAIT);
