/** The cells of the fault matrix: what goes wrong, at which request of which step. Data, and a seeded choice of them. */
import type { StepName } from '../../src/contract/names.ts';
import { WRITE_KINDS } from '../support/findings.ts';
import { mulberry32 } from '../support/random.ts';
import type { Fault } from '../support/rehearsal.ts';

/** A request that a step of every run sends. */
interface Target extends Pick<Fault, 'instance' | 'method' | 'path'> {
  step: StepName;
  name: string;
  writes: boolean;
}

const STEP_OF_WRITE: Record<string, StepName> = {
  stop: 'stopOriginal',
  create: 'createSynchronization',
  draft: 'importConfiguration',
  'draft, issue types': 'importConfiguration',
  'draft, fields': 'importConfiguration',
  'draft, default on A': 'importConfiguration',
  'draft, default on B': 'importConfiguration',
  publish: 'importConfiguration',
  'pair A': 'pairIssues',
  'pair B': 'pairIssues',
  start: 'startSynchronization',
  'resync A to B': 'resyncAToB',
  'resync B to A': 'resyncBToA',
  delete: 'deleteOriginal',
};

/**
 * Reads by the number of the request of their kind that the step is the first to send: what the steps before it read comes first.
 */
const READS: (Target & { nth?: number })[] = [
  { step: 'preflight', name: 'synchronization', instance: 'jira-old', method: 'GET', path: '/integrations/INT-16$' },
  { step: 'preflight', name: 'search', instance: 'jira-partner', method: 'POST', path: '/search$' },
  { step: 'preflight', name: 'fields', instance: 'jira-new', method: 'GET', path: '/rest/api/2/field$' },
  { step: 'stopOriginal', name: 'status', instance: 'jira-old', method: 'GET', path: '/INT-16/status$', nth: 2 },
  {
    step: 'exportConfiguration',
    name: 'synchronization',
    instance: 'jira-old',
    method: 'GET',
    path: '/integrations/INT-16$',
    nth: 3,
  },
  {
    step: 'downloadSyncedIssueData',
    name: 'sync information',
    instance: 'jira-old',
    method: 'GET',
    path: '/syncInformation$',
    nth: 7,
  },
  { step: 'correctConfiguration', name: 'conflicts', instance: 'jira-new', method: 'GET', path: '/conflicts$' },
  { step: 'verify', name: 'conflicts', instance: 'jira-new', method: 'GET', path: '/conflicts$', nth: 2 },
].map((read) => ({ ...read, writes: false }) as Target & { nth?: number });

const TARGETS: (Target & { nth?: number })[] = [
  ...READS,
  ...WRITE_KINDS.map(({ name, method, path }) => ({
    step: STEP_OF_WRITE[name] ?? 'preflight',
    name,
    method,
    path,
    writes: true,
  })),
];

/** What can go wrong. `pid` of a kill is filled in when it is planted. For a read, before and after its effect are the same. */
const FAULTS: { name: string; fault: Fault; readsToo: boolean }[] = [
  { name: 'refused', fault: { action: 'refuse' }, readsToo: true },
  { name: 'reset before the effect', fault: { action: 'resetBefore' }, readsToo: true },
  { name: 'reset after the effect', fault: { action: 'resetAfter' }, readsToo: false },
  { name: 'timeout, no effect', fault: { action: 'timeout', when: 'before' }, readsToo: true },
  { name: 'timeout after the effect', fault: { action: 'timeout', when: 'after' }, readsToo: false },
  { name: '429', fault: { action: 'status', status: 429, headers: { 'Retry-After': '1' } }, readsToo: true },
  { name: '500, no effect', fault: { action: 'status', status: 500, when: 'before' }, readsToo: true },
  { name: '500 after the effect', fault: { action: 'status', status: 500, when: 'after' }, readsToo: false },
  { name: '503, no effect', fault: { action: 'status', status: 503, when: 'before' }, readsToo: true },
  { name: '503 after the effect', fault: { action: 'status', status: 503, when: 'after' }, readsToo: false },
  { name: '401 in mid-run', fault: { action: 'status', status: 401 }, readsToo: true },
  { name: '200 with HTML, no effect', fault: { action: 'html', when: 'before' }, readsToo: true },
  { name: '200 with HTML after the effect', fault: { action: 'html', when: 'after' }, readsToo: false },
  { name: 'truncated', fault: { action: 'truncate' }, readsToo: true },
  { name: 'truncated JSON', fault: { action: 'halfJson' }, readsToo: true },
  { name: 'worker killed before the request', fault: { action: 'kill', when: 'before' }, readsToo: true },
  { name: 'worker killed after the request', fault: { action: 'kill', when: 'after' }, readsToo: false },
];

export interface Cell {
  /** Replays it alone: `npm run matrix -- --cell '<name>'`. */
  name: string;
  step: StepName;
  fault: Fault;
}

export interface CellResult {
  cell: string;
  outcome: 'passed' | 'failed' | 'notReached' | 'promiseBroken';
  seconds: number;
  /** Named states that asked a person on the way. */
  asked: string[];
  why?: string;
}

export const CELLS: readonly Cell[] = TARGETS.flatMap(({ step, name, writes, nth, ...request }) =>
  FAULTS.filter(({ readsToo }) => writes || readsToo).map((each) => ({
    name: `${step}, ${writes ? name : `reading ${name}`}: ${each.name}`,
    step,
    fault: { ...request, ...(nth === undefined ? {} : { nth }), ...each.fault },
  })),
);

/** So many cells, the same for the same seed; all when there are no more. */
export function sampleOf(cells: readonly Cell[], sample: number, seed: number): Cell[] {
  const random = mulberry32(seed);
  return cells
    .map((cell) => ({ cell, at: random() }))
    .sort((x, y) => x.at - y.at)
    .slice(0, sample)
    .map(({ cell }) => cell);
}
