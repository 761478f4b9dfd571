/** When old and new ran: at the same time (never allowed), or neither (the gap). */

import type { Synchronization } from '../backbone/model.ts';
import { joinsLiveProjects } from '../backbone/replacement.ts';
import type { World } from '../world/model.ts';

interface Span {
  from: number;
  to: number;
}

/** Of one migration. Synchronizations that were deleted are known only by the record, so runs are kept as they happen. */
export function runTimes(
  world: World,
  beside: readonly World[],
): { bothRan: boolean; bothRanMs: number; gapMs: number } {
  const now = world.clock.now();
  const spans = (one: Synchronization) => one.runs.map(({ from, to }) => ({ from, to: to ?? now }));
  const old = spans(world.original);
  const others = world.known
    .filter((one) => one !== world.original && !isOf(beside, one) && (one.deleted || joinsLiveProjects(world, one)))
    .flatMap(spans);
  let bothRanMs = 0;
  for (const one of old)
    for (const other of others) bothRanMs += Math.max(0, Math.min(one.to, other.to) - Math.max(one.from, other.from));
  const covered = union(
    [...old, ...others].map((span) => ({ from: Math.max(span.from, world.startedAt), to: span.to })),
  );
  const ran = covered.reduce((sum, span) => sum + Math.max(0, span.to - span.from), 0);
  return { bothRan: bothRanMs > 0, bothRanMs, gapMs: Math.max(0, now - world.startedAt - ran) };
}

const isOf = (views: readonly World[], one: Synchronization) =>
  views.some((view) => view.original === one || joinsLiveProjects(view, one));

function union(spans: Span[]): Span[] {
  const sorted = [...spans].sort((one, other) => one.from - other.from);
  const joined: Span[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return joined;
}
