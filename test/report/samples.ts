/** A sound migration, as verify sees it, and its evidence. */
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Plan, SynchronizationIdentity } from '../../src/contract/steps.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { decisionDigest } from '../../src/evidence/decision.ts';
import { evaluatePredicates, predicateDefinitions } from '../../src/evidence/predicates.ts';
import type { Decision, Evidence, Observed } from '../../src/evidence/types.ts';
import type { Side } from '../../src/pairs/entry.ts';
import { EntryScanner } from '../../src/pairs/scanner.ts';
import { intoTable, PairTable } from '../../src/pairs/table.ts';
import type { PlanDocument } from '../../src/report/planPage.ts';

const connector = (connectorKey: string) => ({
  connectorKey,
  online: true,
  incomingRouteStatus: 'RUNNING',
  incomingProcessingStatus: 'IDLE',
  outgoingRouteStatus: 'RUNNING',
  outgoingProcessingStatus: 'IDLE',
  issuesInError: 0,
});

/** Each pair as both connectors hold it, or one of them alone. */
export function held(pairs: { first: string; second: string; by?: Side[] }[]): PairTable {
  const table = new PairTable();
  const entries = (side: Side) =>
    pairs
      .filter(({ by = ['first', 'second'] }) => by.includes(side))
      .map(({ first, second }) => ({
        connectorKey: 'CON',
        localIssueKey: side === 'first' ? first : second,
        remoteIssueKey: side === 'first' ? second : first,
      }));
  const text = JSON.stringify({ firstConnector: entries('first'), secondConnector: entries('second') });
  const scanner = new EntryScanner(intoTable(table), { keys: table.keys });
  scanner.push(Buffer.from(text));
  scanner.end();
  return table;
}

/** The pairs of a table, as `held` takes them. */
export const heldIn = (table: PairTable): { first: string; second: string; by: Side[] }[] =>
  Array.from(table, (pair, row) => ({
    ...pair,
    by: (['first', 'second'] as const).filter((side) => table.heldBy(row, side)),
  }));

export const pairsOf = (...numbers: number[]) => numbers.map((n) => ({ first: `PA-${n}`, second: `PB-${n}` }));

export const observed = (): Observed => ({
  status: { status: 'RUNNING', firstConnector: connector('CON-1-PA'), secondConnector: connector('CON-2-PB') },
  vocabulary: { stopped: 'STOPPED', running: 'RUNNING', idle: 'IDLE' },
  conflicts: [],
  expectedPairs: held(pairsOf(1, 2, 3)),
  live: held(pairsOf(1, 2, 3)),
  unmirrored: [],
  unreadable: [],
  bornLateUnpaired: [],
  leftBehind: [],
  contradicted: [],
  summariesCarried: true,
  summaryMismatches: [],
  fieldMismatches: [],
  notCompared: [],
  commentsCarried: true,
  commentsMissing: [],
  commentsDoubled: [],
  duplicates: [],
  perhapsNeighbours: [],
  created: { forecast: 1, keys: ['PB-9'] },
  original: { key: 'INT-16', stopped: true, same: true, differences: [], traces: 'e'.repeat(64), moved: [] },
  oldHome: { moved: true, found: 0, open: [], shows: [], carried: false },
  filesLeft: [],
  traffic: { aToB: { applicable: true, arrived: 3, stuck: [] }, bToA: { applicable: true, arrived: 3, stuck: [] } },
});

const identity = (instance: string, key: string): SynchronizationIdentity => ({
  instance,
  instanceIdentity: `https://${instance}.example.com (Jira of ${instance})`,
  key,
  created: '2024-01-05T10:00:00+0100',
  firstConnector: `CON-48-${key}`,
  secondConnector: `CON-49-${key}`,
});

export const policy = () => ({
  approvers: ['lee@example.com', 'ops-leads'],
  required: 1,
  selfApproval: false,
  identity: 'claimed' as const,
  deleteOnAttested: false,
});

export const decision = (): Decision => ({
  v: 1,
  original: identity('jira-old', 'INT-16'),
  created: identity('jira-new', 'INT-3'),
  configuration: { exported: 'a'.repeat(64), translated: 'b'.repeat(64) },
  pairSet: 'c'.repeat(64),
  traces: 'e'.repeat(64),
  pairs: 3,
  classes: { present: ['PA-1', 'PA-2', 'PA-3'], ignored: [] },
  acceptedRisks: [{ id: 'forecast', answer: 'accept', by: 'kim@example.com' }],
  attested: ['pairIssues'],
  policy: policy(),
  predicates: predicateDefinitions(),
});

export const evidence = (seen: Observed = observed()): Evidence => ({
  decision: decision(),
  digest: decisionDigest(decision()),
  predicates: evaluatePredicates(seen),
  observations: {
    steps: [
      {
        step: 'preflight',
        by: 'read',
        basis: 'read',
        started: '2026-11-21T08:00:00.000Z',
        ended: '2026-11-21T08:00:04.200Z',
      },
      {
        step: 'stopOriginal',
        by: 'rest',
        basis: 'read',
        started: '2026-11-21T08:00:05.000Z',
        ended: '2026-11-21T08:00:26.000Z',
      },
      {
        step: 'pairIssues',
        by: 'person',
        basis: 'attested',
        who: 'kim@example.com',
        started: '2026-11-21T08:01:00.000Z',
        ended: '2026-11-21T09:14:00.000Z',
        note: '3 pairs uploaded',
      },
    ],
    counts: { 'issues checked': 6 },
    times: { 'original stopped': '2026-11-21T08:00:26.000Z' },
    notRead: ['The partner’s Troubleshooting tab: no interface shows it.'],
    notes: ['Users went on working.'],
    changes: [
      {
        path: 'fieldMappings[fm-4].firstFieldId',
        old: 'customfield_10105',
        new: 'customfield_10605',
        rule: 'name and type',
        evidence: 'the only one named "Severity"',
      },
    ],
  },
  madeAt: '2026-11-21T09:20:00.000Z',
});

export const picture = (change: Partial<MigrationPicture> = {}): MigrationPicture => ({
  migration: 'm-0001',
  workflowId: 'migrate-jira-old-INT-16',
  original: 'jira-old/INT-16',
  instances: ['jira-old', 'jira-new'],
  requestedBy: 'kim@example.com',
  reason: 'CHG-4711',
  state: 'Running',
  step: 'stopOriginal',
  steps: [
    { step: 'preflight', by: 'read', state: 'done', basis: 'read', started: '2026-11-21T08:00:00.000Z', ms: 4200 },
    { step: 'stopOriginal', by: 'rest', state: 'running' },
    { step: 'deleteOriginal', by: 'rest', state: 'open' },
  ],
  tasks: [],
  blockers: [],
  decision: null,
  evidence: null,
  created: null,
  legal: ['rollback', 'pause'],
  waitingFor: null,
  personSince: null,
  reminders: 0,
  ...change,
});

const plan = (): Plan => ({
  original: identity('jira-old', 'INT-16'),
  oldSides: [
    { instance: 'jira-old', project: 'PA' },
    { instance: 'jira-b', project: 'PB' },
  ],
  a: { instance: 'jira-new', project: 'PA' },
  b: { instance: 'jira-b', project: 'PB' },
  swapped: false,
  oldA: { instance: 'jira-old', project: 'PA' },
  oldB: { instance: 'jira-b', project: 'PB' },
  moved: true,
  steps: [{ step: 'stopOriginal', by: 'rest', queue: 'instance-jira-old', does: 'POST /integrations/INT-16/stop' }],
  artifact: '',
  pairs: 3,
  forecast: 1,
  copyGap: 2,
  sequencesCalibrated: false,
  misfits: [],
  originalRan: true,
  policy: policy(),
});

export const planDocument = (): PlanDocument => ({
  plan: plan(),
  requestedBy: 'kim@example.com',
  reason: 'CHG-4711',
  madeAt: '2026-11-21T08:00:04.000Z',
  forecast: { a: [{ key: 'PA-9' }], b: [] },
  copyGap: { oldA: ['PA-10', 'PA-2'], b: [] },
  classes: { present: ['PA-1 <> PB-1'], notVisible: ['PA-3 <> PB-3'] },
  summaryDiffers: ['PA-2'],
  changes: [],
  questions: [{ id: 'field:x@jira-old->jira-new', text: 'Which field?', choices: [] }],
  refusals: [],
  findings: ['The partner’s queue cannot be read.'],
});

export const DEVIATION = {
  path: 'comments.direction',
  wanted: 'EACH_OTHER',
  live: 'FIRST_TO_SECOND',
  entry: 41,
  actor: 'e'.repeat(64),
  by: 'kim@example.com',
};

/** An open task that asks nothing. */
export const openTask = (changes: Partial<HumanTask> = {}): HumanTask => ({
  id: 't',
  step: 'preflight',
  title: '',
  why: '',
  who: '',
  seen: [],
  clicks: [],
  files: [],
  questions: [],
  since: '2026-01-01T00:00:00.000Z',
  ...changes,
});
