/** The one function that decides who may approve: over every policy and every set of approvals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryKind, Subject } from '../../src/contract/ledger.ts';
import { samePerson } from '../../src/contract/people.ts';
import {
  ableToApprove,
  type Gate,
  judge,
  judgeApproval,
  judgeWithdrawal,
  standingGrants,
  tooFewApprovers,
} from '../../src/contract/policy.ts';
import type { Grant, PolicySnapshot } from '../../src/contract/steps.ts';
import { asEntry } from '../../src/migration/entries.ts';
import { fold } from '../../src/migration/evolve.ts';
import { initialState } from '../../src/migration/state.ts';

const PEOPLE = ['kim@example.com', 'Lee@example.com', 'lee@EXAMPLE.com ', 'sam@example.com', 'ann'];
const policies: fc.Arbitrary<PolicySnapshot> = fc.record({
  approvers: fc.subarray(PEOPLE),
  required: fc.integer({ min: 1, max: 4 }),
  selfApproval: fc.boolean(),
  identity: fc.constantFrom('claimed' as const, 'principal' as const, 'signed' as const),
  deleteOnAttested: fc.boolean(),
});

const [NOW, BEFORE] = ['a'.repeat(64), 'b'.repeat(64)];
const gateOf = (policy: PolicySnapshot, more: Partial<Gate> = {}): Gate => ({
  policy,
  requestedBy: 'Kim@example.com',
  attested: [],
  decision: NOW,
  earlier: [BEFORE],
  grants: [],
  ...more,
});
const grantBy = (by: string, entry: number, more: Partial<Grant> = {}): Grant => ({
  by,
  grade: 'claimed',
  decision: BEFORE,
  required: 1,
  entry,
  ...more,
});

describe('under every policy', () => {
  it('a gate is open only with as many different people as it asks for, each of whom it lets approve', () => {
    fc.assert(
      fc.property(policies, fc.subarray(PEOPLE), (policy, givers) => {
        const { approved, counting } = judge(gateOf(policy, { grants: givers.map((by, n) => grantBy(by, n)) }));
        const able = ableToApprove(policy, 'kim@example.com');
        for (const { by } of counting) expect(able.some((name) => samePerson(name, by ?? ''))).toBe(true);
        if (approved) expect(new Set(counting.map(({ by }) => by)).size).toBeGreaterThanOrEqual(policy.required);
      }),
    );
  });

  it('a gate that preflight would let through can be opened by those who may approve, whatever was approved before', () => {
    fc.assert(
      fc.property(policies, fc.subarray(PEOPLE), (policy, givers) => {
        fc.pre(tooFewApprovers(policy, 'kim@example.com') === undefined);
        let gate = gateOf(policy, { grants: givers.map((by, n) => grantBy(by, n, { required: 4 })) });
        for (const by of ableToApprove(policy, 'kim@example.com')) {
          const verdict = judgeApproval(gate, { by, decision: NOW });
          if (!verdict.accepted) expect.fail(verdict.reason);
          gate = verdict.gate;
        }
        expect(judge(gate)).toMatchObject({ approved: true, needs: null });
      }),
    );
  });

  it('one that nobody can open says why, and what opens it', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const { obstacle, approved, needs } = judge(gateOf(policy));
        expect(approved).toBe(false);
        expect(needs).toMatch(/needed/);
        expect(obstacle?.code).toBe(tooFewApprovers(policy, 'kim@example.com')?.code);
        if (obstacle) expect(obstacle.remedy).toMatch(/configuration of the worker.*Approvals that were given stay/);
      }),
    );
  });

  it('who has taken an approval back has given none', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...PEOPLE), (policy, by) => {
        const given = judgeApproval(gateOf(policy), { by, decision: NOW });
        const gate = given.accepted ? given.gate : gateOf(policy);
        const taken = judgeWithdrawal(gate, { by: by.toUpperCase() });
        expect(taken.accepted).toBe(given.accepted);
        if (taken.accepted) expect(taken.gate.grants).toEqual([]);
      }),
    );
  });
});

const POLICY: PolicySnapshot = {
  approvers: ['lee@example.com', 'sam@example.com'],
  required: 1,
  selfApproval: false,
  identity: 'claimed',
  deleteOnAttested: false,
};

it('a policy that asks for fewer approvals does not start a delete by itself: one approval of the new decision is needed', () => {
  const given = grantBy('lee@example.com', 7, { required: 2 });
  const gate = gateOf(POLICY, { grants: [given] });
  expect(judge(gate)).toMatchObject({ approved: false, needs: expect.stringContaining('Fewer approvals are needed') });
  const verdict = judgeApproval(gate, { by: 'LEE@example.com', decision: NOW.slice(0, 8) });
  expect(verdict).toMatchObject({ accepted: true, gate: { grants: [{ decision: NOW }] } });
});

it('whose approval was given under another policy and does not count is named with the reason', () => {
  const grants = [grantBy('ann', 3), grantBy('kim@example.com', 4), grantBy('lee@example.com', 5)];
  expect(judge(gateOf({ ...POLICY, required: 2 }, { grants }))).toMatchObject({
    counting: [{ by: 'lee@example.com' }],
    others: [
      { by: 'ann', reason: expect.stringContaining('not among the approvers') },
      { by: 'kim@example.com', reason: expect.stringContaining('requested this migration') },
    ],
    needs: 'One more approval is needed, by sam@example.com.',
  });
});

it('an approval whose giver was erased from the store counts no more, and nobody can be taken for them', () => {
  const erased = grantBy('', 3, { by: null });
  expect(judge(gateOf(POLICY, { grants: [erased] }))).toMatchObject({ approved: false, counting: [] });
});

it('what rests on a person is not approved where the policy does not let a delete rest on that', () => {
  const gate = gateOf(POLICY, { attested: ['resyncAToB'] });
  expect(judge(gate).obstacle).toMatchObject({ code: 'RestsOnAttestation', items: ['resyncAToB'] });
  expect(judgeApproval(gate, { by: 'lee@example.com', decision: NOW })).toMatchObject({ accepted: false });
});

describe('of all approvals in a ledger', () => {
  const entries = (...some: [EntryKind, Subject, string?][]) =>
    some.map(([kind, subject, actor = null], at) =>
      asEntry({
        ...{ v: 1, migration: 'm-1', n: at + 1, prev: '', at: '2026-11-20T20:00:00.000Z' },
        ...{ kind, subject, actor, grade: 'claimed', why: null, digests: {} },
      }),
    );
  const standing = (...some: Parameters<typeof entries>) =>
    standingGrants(fold(initialState({}), entries(...some)).grants, (actor) => actor).map(({ n }) => n);

  it('each person has one, the last', () => {
    expect(standing(['grant', {}, 'lee'], ['grant', {}, 'sam'], ['grant', {}, 'LEE'])).toEqual([2, 3]);
  });

  it('one that was taken back counts no more, and can be given again', () => {
    const given: Parameters<typeof entries> = [
      ['grant', {}, 'lee'],
      ['verb', { verb: 'withdraw' }, 'Lee'],
    ];
    expect(standing(...given)).toEqual([]);
    expect(standing(...given, ['grant', {}, 'lee'])).toEqual([3]);
  });

  it.each([
    ['an attempt that left the original where it was', 'state', { grantsSpent: true }],
    ['another run', 'verb', { verb: 'takeover' }],
    ['going forward again after going back', 'state', { rollback: 'goForward' }],
  ] as const)('none outlives %s', (_, kind, subject) => {
    expect(standing(['grant', {}, 'lee'], [kind, subject, 'kim'])).toEqual([]);
  });
});
