/** What happens in one run, drawn from its seed: the same for the same seed. Data; `disturb.ts` makes it happen. */
import { DELTA_CHOICES, type DeltaChoice } from '../../../src/contract/rollback.ts';
import { mulberry32 } from '../../support/random.ts';
import type { Fault } from '../../support/rehearsal.ts';

export const MOMENTS = ['delete', 'start', 'rollback'] as const;
export type Moment = (typeof MOMENTS)[number];

/** A person's acts in Backbone's pages, on the original, on the new one, or on another one. */
export const ACTS = [
  'start the original',
  'stop the original',
  'restart the original',
  'delete the original',
  'edit the original',
  'start the new one',
  'stop the new one',
  'delete the new one',
  'edit the new one',
  'make another one',
  'work on the old A',
] as const;
export type Act = (typeof ACTS)[number];

type Pattern = Pick<Fault, 'instance' | 'method' | 'path'>;

/** Reads that are answered with something else than what is: by a node that is behind, or a gateway. */
export interface Misled {
  kind: 'misled';
  fault: Fault;
}

/**
 * `after`: how many of our requests after the moment has begun. `meets`: the request it waits for, instead of the next one; `then`:
 * what follows when that request has met it.
 */
export type Disturbance = { after: number } & (
  | { kind: 'crash'; when: 'before' | 'after'; meets?: Pattern; then?: Misled }
  | { kind: 'answer'; fault: Fault; meets?: Pattern; then?: Misled }
  | Misled
  | { kind: 'act'; act: Act }
);

export interface Draw {
  moment: Moment;
  seed: number;
  number: number;
  world: 'moved' | 'workaround';
  /** Of a rollback: from where it is sent. */
  from: (typeof TURNS)[number];
  choice: DeltaChoice;
  disturbances: Disturbance[];
  /** What people do in Jira meanwhile. */
  work: { after: number; kind: 'edit' | 'comment' | 'create'; side: 'a' | 'b' }[];
}

/** States and steps at which somebody turns back. */
const TURNS = [
  'createSynchronization',
  'pairIssues',
  'startSynchronization',
  'resyncAToB',
  'gate',
  'gate',
  'gate',
] as const;

/** How many requests a moment has, with some that come after it. */
const REQUESTS: Record<Moment, number> = { delete: 34, start: 40, rollback: 40 };

const API = '/backbone-issue-sync/api/1';
/** The writes that a moment is about. */
const WRITES: Record<Moment, Pattern[]> = {
  delete: [{ instance: 'jira-old', method: 'DELETE', path: `${API}/integrations/INT-16$` }],
  start: [{ instance: 'jira-new', method: 'POST', path: `${API}/integrations/[^/]+/start$` }],
  rollback: [
    { instance: 'jira-new', method: 'POST', path: `${API}/integrations/[^/]+/stop$` },
    { instance: 'jira-new', method: 'DELETE', path: `${API}/integrations/[^/]+$` },
    { instance: 'jira-old', method: 'POST', path: `${API}/integrations/INT-16/start$` },
  ],
};

/** An answer that never comes, or is not one. */
const LOST: Fault[] = [
  { action: 'resetBefore' },
  { action: 'resetAfter' },
  { action: 'timeout', when: 'before' },
  { action: 'timeout', when: 'after' },
  { action: 'halfJson' },
  { action: 'status', status: 503, when: 'before' },
  { action: 'status', status: 500, when: 'after' },
  { action: 'html', when: 'after' },
  { action: 'noRoute', when: 'before' },
  { action: 'firewall', when: 'before' },
  { action: 'gatewayPage', status: 502, when: 'after' },
];

/** A picture kept when the run begins: the original runs, and there is no new one. */
export const BEGINNING = 'beginning';

/** For some answers, every second one, or a time. */
const HOW_LONG: Pick<Fault, 'count' | 'every' | 'forMs'>[] = [
  { count: 1 },
  { count: 3 },
  { every: 2, forMs: 1_500 },
  { every: 1, forMs: 600 },
  { every: 1, forMs: 1_500 },
];
const READS = [{}, { path: '/integrations' }, { path: '/integrations(\\?|$)' }, { path: '/status$' }];

export function drawRun(moment: Moment, seed: number, number: number): Draw {
  const random = mulberry32(Math.imul(seed, 1_000_003) + Math.imul(number, 7_919) + MOMENTS.indexOf(moment));
  const whole = (below: number) => Math.floor(random() * below);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const found = list[whole(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  const misled = (): Misled => {
    const where = { instance: pick(['jira-old', 'jira-new']), ...pick(READS), ...pick(HOW_LONG) };
    if (random() < 0.25)
      return { kind: 'misled', fault: { action: 'noRoute', when: 'before', method: 'GET', ...where } };
    return { kind: 'misled', fault: { action: 'stale', ...where, ...(random() < 0.7 ? { picture: BEGINNING } : {}) } };
  };
  const disturbance = (): Disturbance => {
    const after = whole(REQUESTS[moment]);
    // The write itself is one request among many, and the most dangerous one.
    const meets = random() < 0.4 ? { meets: pick(WRITES[moment]), after: 0 } : { after };
    const then = 'meets' in meets && random() < 0.4 ? { then: misled() } : {};
    const kind = random();
    if (kind < 0.25) return { kind: 'crash', when: pick(['before', 'after']), ...meets, ...then };
    if (kind < 0.45) return { kind: 'answer', fault: pick(LOST), ...meets, ...then };
    if (kind < 0.65) return { ...misled(), after };
    return { kind: 'act', act: pick(ACTS), after };
  };
  return {
    moment,
    seed,
    number,
    world: random() < 0.7 ? 'moved' : 'workaround',
    from: pick(TURNS),
    choice: pick(DELTA_CHOICES),
    disturbances: random() < 0.35 ? [disturbance(), disturbance()] : [disturbance()],
    work: Array.from({ length: 2 + whole(3) }, () => ({
      after: whole(REQUESTS[moment]),
      kind: pick(['edit', 'edit', 'comment', 'create']),
      side: pick(['a', 'b']),
    })),
  };
}

/** In the words of whoever reads what failed. */
export const described = ({ world, moment, from, choice, disturbances }: Draw): string =>
  [
    world,
    ...(moment === 'rollback' ? [`back from ${from}`, `"${choice}" if asked`] : []),
    ...disturbances.map(sentenceOf),
  ].join('; ');

function sentenceOf(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case 'act':
      return `a person: ${disturbance.act}, after ${disturbance.after} requests`;
    case 'misled':
      return `${misledBy(disturbance)}, after ${disturbance.after} requests`;
    case 'crash':
      return `crash ${disturbance.when} the effect, ${whereOf(disturbance)}`;
    case 'answer': {
      const { action, when, status } = disturbance.fault;
      const words = [action, status, when].filter((word) => word !== undefined);
      return `answer lost (${words.join(' ')}), ${whereOf(disturbance)}`;
    }
  }
}

function misledBy({
  fault: { action, method: _, when: __, instance, path = 'everything', picture, ...howOften },
}: Misled): string {
  const by = action === 'stale' ? `is behind, as of ${picture ?? 'then'}` : 'is a gateway without a route';
  return `${instance} ${by}: ${path} ${JSON.stringify(howOften)}`;
}

function whereOf({ meets, after, then }: Extract<Disturbance, { kind: 'crash' | 'answer' }>): string {
  const where = meets ? `at ${meets.method} ${meets.path?.replace(API, '')}` : `after ${after} requests`;
  return then ? `${where}, then ${misledBy(then)}` : where;
}
