/** The state of a migration is the fold of its ledger, whatever that says: whoever folds it, at whatever time, has the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATES, VERBS } from '../../src/contract/names.ts';
import type { StartInput } from '../../src/contract/start.ts';
import { whyNot } from '../../src/contract/verbs.ts';
import { nextStep } from '../../src/migration/decide.ts';
import { describe as described, directionOf, legalOf, situationOf, underWay } from '../../src/migration/describe.ts';
import type { Entry } from '../../src/migration/entries.ts';
import { evolve, fold } from '../../src/migration/evolve.ts';
import {
  deleteAskedBy,
  happenedAt,
  heldUp,
  initialState,
  mayBeDeleted,
  type State,
} from '../../src/migration/state.ts';
import { anyLedger, ledgerOfSaid, type SaidEntry } from './anyEntry.ts';

const START: StartInput = {
  original: { instance: 'jira-old', synchronization: 'INT-16' },
  new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
  requestedBy: 'kim@example.com',
  reason: 'CHG-4711',
};
const SUBJECT = { migration: 'm-1', workflowId: 'w-1', start: START };
const folded = (...list: SaidEntry[]): State => fold(initialState(START), ledgerOfSaid(...list));
const X = 'a'.repeat(64);
const Y = 'b'.repeat(64);

describe('whatever a ledger says', () => {
  it('has a fold, which can be shown, and from which something follows', () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const state = fold(initialState(START), entries);
        const step = nextStep(state);
        const picture = described(state, underWay(step), SUBJECT);
        expect(STATES).toContain(picture.state);
        expect(picture.steps.map((status) => status.step)).toEqual(initialState(START).steps.map((each) => each.step));
        expect(step).not.toBe('deleteOriginal');
        // It travels as JSON, and is the same behind it.
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in pieces, and with entries that are in it already', () => {
    fc.assert(
      fc.property(anyLedger, fc.nat({ max: 40 }), (entries, at) => {
        const whole = fold(initialState(START), entries);
        const first = fold(initialState(START), entries.slice(0, at));
        expect(fold(first, entries)).toEqual(whole);
        expect(entries.reduce((state, entry) => evolve(evolve(state, entry), entry), initialState(START))).toEqual(
          whole,
        );
      }),
    );
  });

  it('is not changed by what is folded onto it', () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const frozen = (state: State) => deepFrozen(state);
        entries.reduce((state, entry) => frozen(evolve(state, deepFrozen(entry))), frozen(initialState(START)));
      }),
    );
  });

  it('lets every verb be sent, or says why not', () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const state = fold(initialState(START), entries);
        const view = underWay(nextStep(state));
        const legal = legalOf(state, view);
        for (const verb of VERBS.filter((each) => !legal.includes(each)))
          expect(whyNot(verb, situationOf(state, view), directionOf(state))).toMatch(/\.$/);
      }),
    );
  });
});

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFrozen(member);
  }
  return value;
}

const done = (step: string, more: object = {}, named: Record<string, string> = {}) =>
  ['step', { step, result: 'done', by: 'rest', basis: 'read', ...more }, named] as const;
const OPENED = [
  'opened',
  { original: 'jira-old/INT-16', cluster: 'c', namespace: 'n', workflowId: 'w', runId: 'r', epoch: 1 },
] as const;
const TAKEOVER = [
  'verb',
  { verb: 'takeover', epoch: 2, holder: 'TERMINATED', from: 'r', cluster: 'c', namespace: 'n', workflowId: 'w' },
] as const;
const UNTIL_START = [
  OPENED,
  done('preflight', {}, { planArtifact: X }),
  done('stopOriginal', { stoppedAt: '2026-11-20T00:00:01.000Z' }),
  done('exportConfiguration', {}, { configuration: X }),
  done('downloadSyncedIssueData', { pairs: 6 }, { issueData: X }),
  done('createSynchronization', { createdKey: 'INT-5' }, { createdArtifact: X }),
  done('importConfiguration', {}, { createdArtifact: X, imported: X }),
  done('correctConfiguration', {}, { createdArtifact: X }),
  done('pairIssues', { note: '6 pairs' }, { createdArtifact: X, translatedData: X, pairing: X }),
  done('startSynchronization', { basis: 'attested' }, { createdArtifact: X, forecastAtStart: X }),
] as const;
const doneIn = ({ steps }: State) => steps.filter(({ state }) => state === 'done').map(({ step }) => step);

describe('another new synchronization', () => {
  const another = folded(
    ...UNTIL_START,
    done('createSynchronization', { createdKey: 'INT-6' }, { createdArtifact: Y }),
  );

  it('has nothing done to it, and nothing known of it', () => {
    expect(doneIn(another)).toEqual(doneIn(folded(...UNTIL_START)).slice(0, 5));
    expect(another.facts).toEqual({
      ...{ planArtifact: X, configuration: X, issueData: X, pairs: 6 },
      ...{ createdArtifact: Y, createdKey: 'INT-6' },
    });
    expect({ started: happenedAt(another.started), attested: another.attested }).toEqual({
      started: undefined,
      attested: [],
    });
    expect(nextStep(another)).toBe('importConfiguration');
  });

  it('takes nothing from what was done to the migration', () => {
    expect(happenedAt(another.stopped)).toBe('2026-11-20T00:00:01.000Z');
    expect(another.done).toContain('stopOriginal');
  });

  it('is the one to which a later run does everything', () => {
    const next = fold(
      another,
      ledgerOfSaid(...UNTIL_START, done('createSynchronization', {}, { createdArtifact: Y }), TAKEOVER),
    );
    expect(next.steps.find(({ step }) => step === 'pairIssues')).toMatchObject({ state: 'open' });
  });
});

describe('a takeover', () => {
  it('looks at every step again, but for the plan; and for what was prepared, once it was started', () => {
    expect(doneIn(folded(...UNTIL_START.slice(0, 9), TAKEOVER))).toEqual(['preflight']);
    expect(doneIn(folded(...UNTIL_START, TAKEOVER))).toEqual([
      ...['preflight', 'exportConfiguration', 'downloadSyncedIssueData'],
      ...['importConfiguration', 'correctConfiguration', 'pairIssues'],
    ]);
  });

  it('knows that there may be a new one, and keeps everything that was learnt', () => {
    const next = folded(...UNTIL_START, TAKEOVER);
    expect(next.steps.find(({ step }) => step === 'createSynchronization')?.state).toBe('waiting');
    expect(next.facts).toEqual(folded(...UNTIL_START).facts);
    expect(next.attested).toEqual(['startSynchronization']);
    expect(next.steps.find(({ step }) => step === 'pairIssues')?.note).toBe('6 pairs');
  });

  it.each([
    ['a pause', ['verb', { verb: 'pause', step: 'verify' }], ({ paused }: State) => paused],
    ['that both are kept', ['verb', { verb: 'reject', outcome: 'keepBoth' }], ({ keepBoth }: State) => keepBoth],
    [
      'the way back',
      ['verb', { verb: 'rollback', step: 'verify', class: 'R2' }],
      ({ back }: State) => back?.class === 'R2',
    ],
    [
      'that the original runs',
      [
        'state',
        { state: 'Running', step: 'verify', code: 'OriginalRunsAgain', runs: true, since: 's', webhook: 'none' },
      ],
      ({ runsAgain }: State) => runsAgain === 's',
    ],
    [
      'that somebody was asked to delete the original',
      ['state', { state: 'Deleting', step: 'deleteOriginal', task: 'deleteOriginal' }],
      (state: State) => deleteAskedBy(state) === 11 && mayBeDeleted(state),
    ],
  ] as const)('keeps %s', (_, entry, is) => {
    expect(is(folded(...UNTIL_START, entry))).toBe(true);
    expect(is(folded(...UNTIL_START, entry, TAKEOVER))).toBe(true);
  });

  it('spends the approvals, and counts that once', () => {
    const grant = ['grant', { verb: 'approve', required: 1, counting: [] }, { decision: X, proved: X }, 'lee'] as const;
    expect(folded(grant).grants).toHaveLength(1);
    expect(folded(grant, TAKEOVER, TAKEOVER)).toMatchObject({ grants: [], spent: 1 });
    expect(folded(TAKEOVER).spent).toBe(0);
  });

  it('takes what a person was asked for as done from when they were asked: nobody saw when they did it', () => {
    const asked = [
      'step',
      { step: 'startSynchronization', result: 'task', task: 'startSynchronization', asks: 'step' },
    ] as const;
    expect(happenedAt(folded(OPENED, asked).started)).toBeUndefined();
    expect(happenedAt(folded(OPENED, asked, TAKEOVER).started)).toBe(ledgerOfSaid(OPENED, asked)[1]?.at);
  });
});

describe('an answer', () => {
  const given = (task: string, answers: string, more: object = {}) =>
    ['verb', { verb: 'answer', task, questions: ['copyGap'], ...more }, { answers }, 'kim'] as const;
  const contradicted = [
    'refused',
    {
      verb: 'answer',
      task: 'preflight',
      contradicted: true,
      questions: ['copyGap'],
      state: 'Planning',
      step: 'preflight',
    },
  ] as const;

  it('stands until the check contradicts it; then the one before stands again', () => {
    expect(folded(given('preflight', X)).answers).toEqual({ copyGap: X });
    expect(folded(given('preflight', X), contradicted).answers).toEqual({});
    expect(folded(given('preflight', X), given('preflight', Y), contradicted).answers).toEqual({ copyGap: X });
  });

  it('to a task that is not asked yet is kept, until it is heeded or refused', () => {
    const early = given('pairIssues', X, { early: true });
    expect(folded(early)).toMatchObject({ early: { pairIssues: { answers: X, actor: 'kim' } }, answers: {} });
    expect(folded(early, given('pairIssues', Y))).toMatchObject({ early: {}, answers: { copyGap: Y } });
    const refused = [
      'refused',
      { verb: 'answer', task: 'pairIssues', early: true, state: 'Running', step: 'pairIssues' },
    ] as const;
    expect(folded(early, refused)).toMatchObject({ early: {}, answers: {} });
  });
});

describe('the delete', () => {
  const confirmed = [
    'state',
    { state: 'Running', step: 'deleteOriginal', confirmed: true, counting: [] },
    { decision: X, proved: X },
  ] as const;
  const asked = ['state', { state: 'Deleting', step: 'deleteOriginal', task: 'deleteOriginal' }] as const;
  const told = ['step', { step: 'deleteOriginal', undo: true, result: 'done', basis: 'attested' }] as const;
  const spent = ['state', { state: 'RollingBack', step: 'deleteOriginal', grantsSpent: true }] as const;
  const turned = ['verb', { verb: 'rollback', step: 'deleteOriginal', class: 'R2' }] as const;

  it('that was sent once is not sent again on the same confirmation', () => {
    const intent = {
      part: 'delete',
      generation: 1,
      retry: 0,
      instance: 'jira-old',
      method: 'DELETE',
      path: '/integrations/INT-16',
      leaseMs: 1500,
      attempt: 1,
    };
    expect(folded(confirmed).confirmed).toMatchObject({ decision: X });
    expect(folded(confirmed, ['intent', { step: 'deleteOriginal', ...intent }]).confirmed).toMatchObject({
      sent: true,
    });
    expect(folded(confirmed, spent).confirmed).toBeUndefined();
  });

  it('that a person is asked for may come until they are told, and that was heeded', () => {
    expect(deleteAskedBy(folded(asked))).toBe(1);
    expect(deleteAskedBy(folded(asked, turned, told))).toBeUndefined();
    expect(folded(asked, turned, told).deleteAsked).toBeDefined();
    expect(folded(asked, turned, told, spent).deleteAsked).toBeUndefined();
    expect(folded(asked, spent).deleteAsked).toBeDefined();
  });

  it.each([
    ['a rollback', turned],
    ['a pause', ['verb', { verb: 'pause', step: 'deleteOriginal' }]],
    ['a rejection', ['verb', { verb: 'reject', outcome: 'keepBoth' }]],
  ] as const)('is held up by %s', (_, entry) => {
    expect(heldUp(folded(confirmed))).toBeUndefined();
    expect(heldUp(folded(confirmed, entry))).toMatch(/\.$/);
  });

  it('that has happened ends the way back; where nothing runs, that is proved again', () => {
    const gone = { step: 'deleteOriginal', result: 'done', by: 'person', basis: 'read' };
    expect(folded(...UNTIL_START, confirmed, turned, ['step', gone])).not.toHaveProperty('back');
    const nothing = folded(...UNTIL_START, confirmed, turned, ['step', { ...gone, nothingRuns: true }]);
    expect(nothing).not.toHaveProperty('back');
    expect(nothing.steps.find(({ step }) => step === 'verify')?.state).toBe('open');
  });
});

describe('going forward again after going back', () => {
  const grant = [
    'grant',
    { verb: 'approve', required: 1, counting: [] },
    { decision: X, proved: X, evidence: X },
    'lee',
  ] as const;
  const turned = ['verb', { verb: 'rollback', step: 'verify', class: 'R2' }] as const;
  const chosen = [
    'verb',
    { verb: 'answer', task: 'startSynchronization', questions: ['rollbackDelta'] },
    { answers: X },
  ] as const;
  const forward = (rollback: string) =>
    ['state', { state: 'Running', step: 'startSynchronization', rollback }] as const;

  it('starts it again, with nothing proved, approved or chosen', () => {
    const again: State = folded(...UNTIL_START, grant, turned, chosen, forward('goForward'));
    expect(again).toMatchObject({ grants: [], answers: {}, undone: [], generation: 1, keepBoth: false });
    expect(again.facts).not.toHaveProperty('decision');
    expect(nextStep(again)).toBe('startSynchronization');
    expect(folded(...UNTIL_START, turned, forward('keepNew')).keepBoth).toBe(true);
  });

  it('still closes as cancelled where it was asked for twice, in whichever order', () => {
    const cancel = ['verb', { verb: 'cancel', state: 'Running', step: 'verify', class: 'R2' }] as const;
    for (const entries of [
      [turned, cancel],
      [cancel, turned],
    ])
      expect(folded(...entries).back).toEqual({ class: 'R2', cancelled: true });
  });

  it('marks as begun what was under way when it turned back', () => {
    const entries: Entry[] = ledgerOfSaid(OPENED, ['verb', { verb: 'rollback', step: 'stopOriginal', class: 'R1' }]);
    const steps = fold(initialState(START), entries).steps;
    expect(steps.find(({ step }) => step === 'stopOriginal')?.state).toBe('waiting');
  });
});
