/** How far a migration of a batch is, decided from the store alone. */
import { describe, expect, it } from 'vitest';
import { stateOf } from '../../src/batch/picture.ts';
import { standingOf } from '../../src/batch/standing.ts';
import type { MigrationState } from '../../src/contract/names.ts';
import type { BatchItem, BatchRecord, Outline } from '../../src/store/store.ts';
import { openTask, picture } from '../report/samples.ts';

const HANDED_OUT = '2026-11-20T20:00:00.000Z';
const item = (changes: Partial<BatchItem> = {}): BatchItem => ({
  n: 0,
  original: 'jira-old/INT-16',
  workflowId: 'migrate-jira-old-INT-16',
  start: {
    original: { instance: 'jira-old', synchronization: 'INT-16' },
    new: { instance: 'jira-new', projects: {} },
    requestedBy: 'kim',
    reason: 'x',
  },
  state: 'open',
  startedAt: null,
  why: null,
  ...changes,
});
const started = (changes: Partial<BatchItem> = {}) => item({ state: 'started', startedAt: HANDED_OUT, ...changes });
const outline = (state: MigrationState, updatedAt = '2026-11-20T21:00:00.000Z'): Outline => ({
  migration: 'm-1',
  workflowId: 'w',
  original: 'jira-old/INT-16',
  dryRun: false,
  state,
  updatedAt,
});
const withTask = picture({ state: 'Deleting', tasks: [openTask({ step: 'deleteOriginal' })] });
const BEFORE = '2026-11-01T00:00:00.000Z';
const dry = { start: { ...item().start, dryRun: true } };

describe('how far a migration of a batch is', () => {
  it.each([
    ['nobody has started it', item(), undefined, 'open'],
    ['it was handed out, and the store does not know it yet', started(), undefined, 'begun'],
    ['it runs', started(), outline('Running'), 'running'],
    ['it runs, started by somebody else', item(), outline('Running', BEFORE), 'running'],
    ['it waits for a person, since before the batch', item(), outline('AwaitingApproval', BEFORE), 'waiting'],
    ['it is being deleted', started(), outline('Deleting'), 'running'],
    ['a person is asked to delete it', started(), { ...outline('Deleting'), picture: withTask }, 'waiting'],
    ['it is complete', started(), outline('Completed'), 'done'],
    ['both were kept, as a person decided', started(), outline('KeptBoth'), 'done'],
    ['it was complete before the batch', item(), outline('Completed', BEFORE), 'done'],
    ['it was rolled back', started(), outline('RolledBack'), 'failed'],
    ['it was refused', started(), outline('Refused'), 'failed'],
    ['it was refused some other time', item(), outline('Refused', BEFORE), 'open'],
    ['it was refused some other time, and is handed out now', started(), outline('Refused', BEFORE), 'begun'],
    ['a dry run has a plan', started(dry), outline('Planned'), 'done'],
    ['a dry run had a plan before', item(dry), outline('Planned', BEFORE), 'open'],
    ['what is recorded as done stays so', item({ state: 'done' }), outline('Running'), 'done'],
  ] as const)('%s', (_, of, newest, is) => {
    expect(standingOf(of, newest).is).toBe(is);
  });
});

describe('the state of a batch', () => {
  const record = (changes: Partial<BatchRecord> = {}): BatchRecord => ({
    batch: 'b',
    name: 'b',
    run: 'r',
    asked: { requestedBy: 'kim', reason: 'x', stopAfterFailures: 2 },
    state: 'Running',
    forgiven: 0,
    events: [],
    picture: null,
    openedAt: BEFORE,
    updatedAt: BEFORE,
    ...changes,
  });
  const counts = { total: 9, open: 3, running: 1, waiting: 1, done: 2, failed: 2 };
  it.each([
    ['stops after so many failures', record(), counts, 'Stopped'],
    ['does not stop for those that were let go', record({ forgiven: 2 }), counts, 'Running'],
    ['does not stop where nothing is left to start', record(), { ...counts, open: 0, done: 5 }, 'Running'],
    ['stays paused', record({ state: 'Paused' }), counts, 'Paused'],
    [
      'ends when all are done or failed, paused or not',
      record({ state: 'Paused' }),
      { ...counts, open: 0, running: 0, waiting: 0, done: 7 },
      'Ended',
    ],
    ['was cancelled', record({ state: 'Cancelled' }), counts, 'Cancelled'],
  ] as const)('%s', (_, of, how, state) => {
    expect(stateOf(of, how)).toBe(state);
  });
});
