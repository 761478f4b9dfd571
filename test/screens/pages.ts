/** Pages of ours with one text in every place where others can write. */
import type { AuditRecord } from '../../src/audit/types.ts';
import type { BatchPicture } from '../../src/contract/batch.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { auditPage } from '../../src/report/auditPage.ts';
import { batchPage } from '../../src/report/batchPage.ts';
import { evidencePage } from '../../src/report/evidencePage.ts';
import { letterText } from '../../src/report/letter.ts';
import { planPage } from '../../src/report/planPage.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { DEVIATION, evidence, openTask, picture, planDocument } from '../report/samples.ts';

/** Values that are ours: nobody else's text can be in them. */
const OURS = new Set([
  ...[
    'state',
    'step',
    'by',
    'basis',
    'legal',
    'kind',
    'at',
    'madeAt',
    'since',
    'started',
    'ended',
    'grade',
    'v',
    'undo',
  ],
  ...['link', 'digest', 'identity', 'moment'],
]);

/** Every text of a value but ours is the given one; the names of members too, where they are data. */
export function filled<T>(value: T, text: string, name = ''): T {
  const fill = (one: unknown, under: string): unknown => {
    if (OURS.has(under)) return one;
    if (typeof one === 'string') return text;
    if (Array.isArray(one)) return one.map((each) => fill(each, under));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, each]) => [key, fill(each, key)]));
  };
  return fill(value, name) as T;
}

export const shownPicture = (): MigrationPicture =>
  picture({
    state: 'AwaitingApproval',
    tasks: [
      openTask({
        clicks: ['Open it.'],
        seen: ['one', 'two'],
        waitingFor: 'it is there.',
        files: [{ name: 'list.csv', digest: 'a'.repeat(64) }],
        questions: [
          { id: 'q', text: 'Which?', about: 'b'.repeat(64), choices: [{ value: 'v', label: 'l', evidence: 'e' }] },
        ],
      }),
    ],
    blockers: [{ code: 'RequestRefused', reason: 'It said no.', remedy: 'Mend it.', items: ['PA-1'] }],
    decision: 'd',
    evidence: 'e',
    created: 'c',
    waitingFor: 'somebody.',
    legal: ['approve', 'withdraw', 'reject', 'answer', 'pause'],
    gate: {
      required: 2,
      counting: ['lee'],
      others: [{ by: 'kim', reason: 'asked for it.' }],
      approved: false,
      needs: 'One more.',
      policy: 'p',
    },
  });

const batch = (): BatchPicture => ({
  batch: 'batch-one',
  name: 'one',
  requestedBy: 'kim',
  reason: 'CHG-1',
  state: 'Running',
  counts: { total: 3, open: 1, running: 0, waiting: 1, done: 0, failed: 1 },
  waiting: [
    {
      original: 'a/INT-1',
      migration: 'm',
      workflowId: 'w',
      state: 'WaitingForPerson',
      why: 'asked',
      since: '',
      decision: null,
    },
  ],
  failed: [{ original: 'a/INT-2', workflowId: 'w', why: 'it failed' }],
  approvable: { decisions: 'd', count: 1 },
  legal: ['approve', 'withdraw', 'pause'],
});

const LETTER = {
  ...{ contact: 'kim', ours: 'PA', ourInstance: 'jira', theirs: 'PB', original: 'INT-1', created: 'INT-2' },
  ...{
    stoppedAt: 'then',
    startedAt: 'later',
    returnBy: 'soon',
    pairs: 3,
    columns: ['key', 'status'],
    list: 'list.csv',
  },
};

function audit(): AuditRecord {
  const who = { by: 'person', name: 'kim', grade: 'claimed' } as const;
  const at = '2026-11-21T08:00:00.000Z';
  const entry = { n: 1, at, who, why: 'because', answered: 'no', what: 'Sent', digests: {}, hash: 'h' };
  const refused = { ...entry, n: 2, kind: 'refused' as const, subject: { verb: 'approve' } };
  return {
    migration: 'm',
    original: 'a/INT-1',
    workflowId: 'w',
    instances: ['a'],
    batch: 'one',
    created: ['b/INT-2'],
    opened: at,
    closed: null,
    outcome: 'Running',
    requestedBy: who,
    reason: 'CHG-1',
    entries: [{ ...entry, kind: 'step', subject: { step: 'preflight' } }, refused],
    writes: [
      {
        ...{ n: 3, at, step: 'stopOriginal', part: 'p', instance: 'a', method: 'POST', path: '/x', request: 'r' },
        outcomes: [{ n: 4, at, outcome: 'answered', status: 200, response: 's' }],
      },
    ],
    decisions: [],
    grants: [{ n: 5, at, who, why: 'fine', decision: 'd' }],
    refused: [refused],
    deletion: null,
    artifacts: [{ digest: 'd', name: 'plan', n: 1, there: true }],
  };
}

export const MARKDOWN: [string, (text: string) => string][] = [
  ['the details of a migration', (text) => statusPage(filled(shownPicture(), text))],
  ['the details of a batch', (text) => batchPage(filled(batch(), text))],
  ['a plan', (text) => planPage({ ...filled(planDocument(), text), requestedBy: text, reason: text })],
  ['a letter', (text) => letterText(filled(LETTER, text))],
];

export const HTML: [string, (text: string) => string][] = [
  [
    'the evidence',
    (text) => {
      const made = evidence();
      return evidencePage(filled({ ...made, decision: { ...made.decision, deviations: [DEVIATION] } }, text));
    },
  ],
  [
    'an audit',
    (text) => {
      const verdict = { verdict: 'whole', migrations: 1, entries: 2, artifacts: 1, firstBad: null, seals: [] };
      return auditPage({ record: filled(audit(), text), verdict: verdict as never, findings: [], madeAt: '' });
    },
  ],
];
