/** Which function answers which path. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Instance, User, World } from '../world/model.ts';

export interface Call {
  world: World;
  instance: Instance;
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  /** Absent: anonymous. */
  user: User | undefined;
  headers: IncomingHttpHeaders;
}

export interface Answer {
  status: number;
  /** Sent as JSON; nothing is sent when it is undefined. */
  body?: unknown;
  html?: string;
  /** Sent as plain text. */
  text?: string;
  headers?: Record<string, string>;
}

export type Parameters = Record<string, string>;
export type Handler<C> = (call: C, parameters: Parameters) => Answer;

export interface Route<C> {
  method: string;
  pattern: RegExp;
  handler: Handler<C>;
}

/** `route('GET', '/issue/:key', handler)`; a parameter is one path segment. */
export function route<C>(method: string, path: string, handler: Handler<C>): Route<C> {
  return { method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`), handler };
}

/** The answer of the first route that fits; 405 when the path is known with another method; undefined when unknown. */
export function dispatch<C>(routes: readonly Route<C>[], method: string, path: string, call: C): Answer | undefined {
  const allowed: string[] = [];
  for (const each of routes) {
    const match = each.pattern.exec(path);
    if (!match) continue;
    if (each.method !== method) {
      allowed.push(each.method);
      continue;
    }
    const groups = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return each.handler(call, Object.fromEntries(groups));
  }
  if (allowed.length === 0) return undefined;
  const body = { message: `Method ${method} is not allowed here` };
  return { status: 405, body, headers: { Allow: allowed.join(', ') } };
}

/** Thrown by handlers where returning would clutter them. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, message: string, body: unknown = { message }) {
    super(message);
    this.answer = { status, body };
  }
}

/** Jira's error body. */
export function jiraRefusal(status: number, message: string, errors: Record<string, string> = {}): Refusal {
  return new Refusal(status, message, { errorMessages: message === '' ? [] : [message], errors });
}
