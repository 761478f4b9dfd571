/**
 * What a start object must mean, beyond its shape. Each rule looks only at members it understands, so that these problems are
 * told together with those of shape.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import type { Problem } from './problems.ts';

/** Reads nothing but the object. */
export function semanticProblems(value: unknown): Problem[] {
  return [...projectProblems(value), ...moveProblems(value), ...windowProblems(value)];
}

const projectsIn = z.looseObject({ new: z.looseObject({ projects: z.record(z.string(), z.unknown()) }) });
const moveIn = z.looseObject({ move: z.record(z.string(), z.unknown()) });
const windowIn = z.looseObject({ window: z.record(z.string(), z.unknown()) });

const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Z][A-Z0-9_]*$/;
const NEEDED = 'must be an instance and a project key, like jira-old/PA';

const LONG = `must have no more than ${LIMITS.searched} characters`;

function projectsOf(value: unknown): [string, unknown][] {
  const parsed = projectsIn.safeParse(value);
  return parsed.success ? Object.entries(parsed.data.new.projects) : [];
}

function projectProblems(value: unknown): Problem[] {
  const projects = projectsOf(value);
  const problems: Problem[] = [];
  const seen = new Set<unknown>();
  for (const [from, to] of projects) {
    const path = ['new', 'projects', from];
    if (from.length > LIMITS.searched) problems.push({ path: ['new', 'projects'], what: `a name in it ${LONG}` });
    else if (!PROJECT.test(from)) problems.push({ path, what: `its name ${NEEDED}` });
    if (typeof to === 'string' && to.length > LIMITS.searched) problems.push({ path, what: LONG });
    else if (typeof to === 'string' && !PROJECT.test(to)) problems.push({ path, what: NEEDED });
    if (from === to) problems.push({ path, what: 'says that the project moved to where it was; leave it out' });
    if (seen.has(to)) problems.push({ path, what: 'two projects cannot have moved into the same one' });
    seen.add(to);
  }
  // Backbone synchronizes exactly two projects.
  if (projects.length > 2)
    problems.push({ path: ['new', 'projects'], what: 'a synchronization has two projects, no more can have moved' });
  return problems;
}

function moveProblems(value: unknown): Problem[] {
  const parsed = moveIn.safeParse(value);
  const moved = projectsOf(value).length > 0;
  if (!parsed.success) {
    const given = typeof value === 'object' && value !== null && Reflect.get(value, 'move') !== undefined;
    return moved && !given
      ? [
          {
            path: ['move'],
            what: 'is missing; it is required where a project moved (copyStarted, copyFinished, frozenSince)',
          },
        ]
      : [];
  }
  // A freeze may lie before or after the copy: what happened in between is the copy gap, which preflight reads.
  const problems = inOrder('move', parsed.data.move, ['copyStarted', 'copyFinished']);
  const started = timeOf(parsed.data.move.copyStarted);
  if (started !== undefined && started < Date.UTC(2002, 0))
    problems.push({ path: ['move', 'copyStarted'], what: 'lies before the first Jira' });
  if (!moved) problems.push({ path: ['move'], what: 'is given, but new.projects names no project that moved' });
  return problems;
}

function windowProblems(value: unknown): Problem[] {
  const parsed = windowIn.safeParse(value);
  return parsed.success ? inOrder('window', parsed.data.window, ['notBefore', 'stopBy', 'startBy']) : [];
}

function inOrder(member: string, object: Record<string, unknown>, names: string[]): Problem[] {
  const problems: Problem[] = [];
  let before: { name: string; at: number } | undefined;
  for (const name of names) {
    const at = timeOf(object[name]);
    if (at === undefined) continue;
    if (before !== undefined && at < before.at)
      problems.push({ path: [member, name], what: `lies before ${before.name}` });
    before = { name, at };
  }
  return problems;
}

function timeOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
