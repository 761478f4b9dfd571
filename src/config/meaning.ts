/**
 * What the configuration must mean, beyond its shape. Each rule looks only at parts that have their shape, so that these problems
 * are told together with those of shape.
 */
import path from 'node:path';
import type { Problem } from '../contract/problems.ts';
import { instance, timing } from './schema.ts';
import { SOURCE, secretFrom, troubleWith } from './secrets.ts';
import type { Secret } from './types.ts';

/** The name is part of task queues, and of `instance/KEY` in start objects. */
const INSTANCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export function meaningProblems(value: unknown): Problem[] {
  const instances = membersOf(memberOf(value, 'instances'));
  return [
    ...instances.flatMap(([name, entry]) => instanceProblems(name, entry)),
    ...timingProblems(memberOf(value, 'timing')),
  ];
}

function instanceProblems(name: string, value: unknown): Problem[] {
  const problems: Problem[] = [];
  const found = (what: string, ...members: string[]) => problems.push({ path: ['instances', name, ...members], what });
  if (!INSTANCE_NAME.test(name)) found('an instance is named by letters, digits, dot, dash and underscore');
  const parsed = instance.safeParse(value);
  if (!parsed.success) return problems;
  const { access, baseUrl, credentials, backbone, syncUser, allowPlainHttp } = parsed.data;
  if (baseUrl !== undefined && credentials !== undefined && !allowPlainHttp && isReadOnTheWay(baseUrl)) {
    found('sends credentials that anybody on the way can read: use https, or say allowPlainHttp: true', 'baseUrl');
  }
  if (access === 'full' && baseUrl === undefined) found('is missing', 'baseUrl');
  if (access === 'full' && credentials === undefined) {
    found('is missing, an instance we cannot reach is declared access: none', 'credentials');
  }
  if (backbone.createSynchronization === 'rest' && syncUser === undefined) {
    found('is missing, createSynchronization: rest needs it', 'syncUser');
  }
  return problems;
}

/** What goes to this machine's own address leaves no machine, so nobody is on the way. */
function isReadOnTheWay(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function timingProblems(value: unknown): Problem[] {
  const parsed = timing.safeParse(value);
  if (!parsed.success) return [];
  const { machineWait, personWait } = parsed.data;
  return Object.entries({ machineWait, personWait })
    .filter(([, { from, to }]) => from > to)
    .map(([member]) => ({
      path: ['timing', member],
      what: 'must not wait longer at first (from) than in the end (to)',
    }));
}

const SECRET_MEMBERS = new Set(['username', 'password', 'token', 'webhook', 'secret', 'postgres']);

/** Looks for every secret that is named, wherever: a missing one is told at load, not in the middle of a migration. */
export async function secretProblems(file: string, env: NodeJS.ProcessEnv, value: unknown): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { path, source } of sources(value, [])) {
    const trouble = await troubleWith(secretAt(file, env, source));
    if (trouble !== undefined) problems.push({ path, what: trouble });
  }
  return problems;
}

/** A relative `file:` is below the folder of the configuration file. */
export const secretAt = (file: string, env: NodeJS.ProcessEnv, source: string): Secret =>
  secretFrom(source, path.dirname(path.resolve(file)), env);

/** Each `env:` and `file:` that the file names a secret by. */
export const secretSources = (value: unknown): string[] => sources(value, []).map(({ source }) => source);

function sources(value: unknown, path: PropertyKey[]): { path: PropertyKey[]; source: string }[] {
  return membersOf(value).flatMap(([name, member]) => {
    const here = [...path, name];
    const named = typeof member === 'string' && SECRET_MEMBERS.has(name) && SOURCE.test(member);
    return named ? [{ path: here, source: member }] : sources(member, here);
  });
}

const membersOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
