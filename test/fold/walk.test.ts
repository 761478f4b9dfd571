/**
 * Whatever people send, in whatever order, while steps end, policies change and runs are taken over: the delete is sent on approvals that
 * the policy of that moment accepts, and on nothing else. Walked with the functions that decide it in the service.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNotConfirmed } from '../../src/activities/confirmation.ts';
import { distinctPeople } from '../../src/contract/people.ts';
import { type Gate, judge, judgeApproval, judgeWithdrawal, standingGrants } from '../../src/contract/policy.ts';
import type { PolicySnapshot } from '../../src/contract/steps.ts';
import { SITUATIONS } from '../../src/contract/verbs.ts';
import { nextStep } from '../../src/migration/decide.ts';
import { legalOf, type Place, type View } from '../../src/migration/describe.ts';
import { evolve } from '../../src/migration/evolve.ts';
import { initialState, type State } from '../../src/migration/state.ts';
import { entryOf } from './anyEntry.ts';

const REQUESTER = 'kim@example.com';
const PEOPLE = [REQUESTER, 'lee@example.com', 'LEE@example.com', 'sam@example.com', 'mallory'];

/** A migration without instances: its state, the policy of now, and what was done. */
interface World {
  state: State;
  policy: PolicySnapshot;
  /** How often the delete was sent, and what stood against it then. */
  sent: string[];
  deletes: number;
  gone: boolean;
}

const POLICY: PolicySnapshot = {
  ...{ approvers: ['lee@example.com', 'sam@example.com'], required: 1, selfApproval: false },
  ...{ identity: 'claimed', deleteOnAttested: true },
};

function enter(world: World, kind: string, subject: object, digests: Record<string, string> = {}, by?: string): void {
  world.state = evolve(world.state, entryOf(world.state.n + 1, kind, subject, digests, by ?? null));
}

/** As the activity reads it from the ledger: what was proved is one thing for each time that it was proved. */
function gateOf({ state, policy }: World): Gate | undefined {
  const { decision } = state.facts;
  if (!decision) return undefined;
  const grants = standingGrants(state.grants, (actor) => actor).filter(({ proved }) => proved === decision);
  return {
    ...{ policy, requestedBy: REQUESTER, attested: state.attested, decision, earlier: [] },
    grants: grants.map(({ n, actor, grade, required }) => ({ by: actor, grade, decision, required, entry: n })),
  };
}

const atGate = ({ state, gone }: World): boolean => !state.back && !gone && nextStep(state) === 'approval';
const legal = (world: World) =>
  legalOf(world.state, { situation: atGate(world) ? 'gate' : 'running', step: nextStep(world.state) });

function done(world: World): void {
  const step = nextStep(world.state);
  const proved = `${world.state.n}`.padEnd(64, '0');
  const named: Record<string, string> = step === 'verify' ? { decision: proved, evidence: proved } : {};
  enter(world, 'step', { step, result: 'done', by: 'rest', basis: 'read' }, named);
}

type Act = (world: World) => void;

const ACTS: Record<string, fc.Arbitrary<Act>> = {
  step: fc.constantFrom('done', 'done', 'done', 'blocked').map((result) => (world) => {
    const step = nextStep(world.state);
    if (world.state.back || world.gone || step === 'approval') return;
    if (result === 'done') done(world);
    else enter(world, 'step', { step, result, code: 'NotProved' });
  }),
  approve: fc.constantFrom(...PEOPLE).map((by) => (world) => {
    const gate = gateOf(world);
    if (!gate || !atGate(world) || !legal(world).includes('approve')) return;
    if (!judgeApproval(gate, { by, decision: gate.decision }).accepted) return;
    const digests = { decision: gate.decision, proved: gate.decision };
    enter(world, 'grant', { verb: 'approve', required: world.policy.required, counting: [] }, digests, by);
  }),
  withdraw: fc.constantFrom(...PEOPLE).map((by) => (world) => {
    const gate = gateOf(world);
    if (gate && judgeWithdrawal(gate, { by }).accepted)
      enter(world, 'verb', { verb: 'withdraw', step: 'approval', counting: [] }, {}, by);
  }),
  send: fc.constantFrom('pause', 'resume', 'retry', 'rollback').map((verb) => (world) => {
    if (world.gone || !legal(world).includes(verb as 'pause')) return;
    const turns = verb === 'rollback' ? { class: 'R2' } : {};
    enter(world, 'verb', { verb, step: nextStep(world.state), ...turns });
  }),
  reject: fc.constant((world: World) => {
    if (atGate(world) && legal(world).includes('reject')) enter(world, 'verb', { verb: 'reject', outcome: 'keepBoth' });
  }),
  forward: fc.constantFrom('goForward', 'keepNew').map((rollback) => (world) => {
    if (world.state.back) enter(world, 'state', { state: 'Running', step: 'startSynchronization', rollback });
  }),
  takeover: fc.constant((world: World) => {
    if (!world.gone) enter(world, 'verb', { verb: 'takeover', epoch: 2, holder: 'TERMINATED', from: 'r' });
  }),
  policy: fc
    .record({ required: fc.constantFrom(1, 2), approvers: fc.subarray(PEOPLE, { minLength: 1 }) })
    .map((changes) => (world: World) => {
      world.policy = { ...POLICY, ...changes };
    }),
  confirm: fc.constant((world: World) => {
    const gate = gateOf(world);
    if (!gate || !atGate(world) || !judge(gate).approved) return;
    const subject = { state: 'Running', step: 'deleteOriginal', confirmed: true, counting: [] };
    enter(world, 'state', subject, { decision: gate.decision, proved: gate.decision });
  }),
  // Whoever asks for it: the activity looks at the ledger alone.
  delete: fc.constant((world: World) => {
    const gate = gateOf(world);
    const now = Date.parse(entryOf(world.state.n + 1, 'state', {}).at);
    if (!gate || !judge(gate).approved || whyNotConfirmed(world.state, gate.decision, now)) return;
    world.deletes++;
    world.sent.push(...objections(world, gate));
    enter(world, 'intent', { step: 'deleteOriginal', part: 'delete', generation: 1, retry: 0, instance: 'jira-old' });
  }),
  settle: fc.boolean().map((isGone) => (world) => {
    const { state } = world;
    if (!state.confirmed?.sent) return;
    world.gone = isGone;
    const { decision = '' } = state.facts;
    if (isGone)
      enter(world, 'step', { step: 'deleteOriginal', result: 'done', by: 'rest', basis: 'read' }, { decision });
    else enter(world, 'state', { state: 'Deleting', step: 'deleteOriginal', grantsSpent: true });
  }),
};

/** What a person who looks at the world would say against the delete, said without the functions that decide. */
function objections({ state, policy, gone }: World, { grants, decision }: Gate): string[] {
  const givers = distinctPeople(grants.map(({ by }) => by ?? '')).filter(
    (by) => by !== REQUESTER && policy.approvers.some((name) => name.toLowerCase() === by.toLowerCase()),
  );
  return [
    ...(givers.length < policy.required ? [`${givers.length} approvals of ${policy.required}`] : []),
    ...(state.paused ? ['paused'] : []),
    ...(state.keepBoth ? ['rejected'] : []),
    ...(state.back ? ['going back'] : []),
    ...(gone ? ['gone already'] : []),
    ...(state.confirmed?.sent ? ['sent already'] : []),
    ...(state.confirmed?.decision === decision ? [] : ['confirmed for another decision']),
  ];
}

const NOTHING: fc.Arbitrary<Act> = fc.constant(() => undefined);
const often = ['step', 'approve', 'approve', 'confirm', 'confirm', 'delete', 'delete', 'settle'];
const walk = fc.array(fc.oneof(...[...Object.keys(ACTS), ...often].map((name) => ACTS[name] ?? NOTHING)), {
  minLength: 20,
  maxLength: 100,
});

/** Where everything is proved for the first time. */
function provedWorld(): World {
  const world: World = { state: initialState({}), policy: POLICY, sent: [], deletes: 0, gone: false };
  while (nextStep(world.state) !== 'approval') done(world);
  return world;
}

it('no delete is sent but on approvals that the policy of now accepts, once for each, and while nothing holds it up', () => {
  const seen = { deletes: 0, again: 0, gone: 0 };
  fc.assert(
    fc.property(walk, (acts) => {
      const world = provedWorld();
      for (const act of acts) act(world);
      seen.deletes += world.deletes;
      seen.again += world.deletes > 1 ? 1 : 0;
      seen.gone += world.gone ? 1 : 0;
      expect(world.sent).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  // It was walked where it matters.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});

describe('wherever a migration stands', () => {
  const places = SITUATIONS.filter((place): place is Place => !['paused', 'ended', 'goingBack'].includes(place));
  const states: [string, State][] = [
    ['forward', initialState({})],
    ['paused', { ...initialState({}), paused: true }],
    ['back', { ...initialState({}), back: { class: 'R2', cancelled: false } }],
    ['back, paused', { ...initialState({}), paused: true, back: { class: 'R2', cancelled: false } }],
  ];
  const all = states.flatMap(([name, state]) => places.map((situation) => ({ name, state, situation })));

  it.each(all)(
    '$name, $situation: a person can send something, unless the delete is settled',
    ({ state, situation }) => {
      const view: View = { situation, step: 'verify' };
      const verbs = legalOf(state, view);
      const isSettled = situation === 'deleting' && !state.paused;
      expect(verbs.length > 0).toBe(
        !isSettled && !(state.back && situation === 'deletingByPerson' && verbs.length === 0),
      );
      // The way out, from everywhere on the way forward.
      if (!state.back && !isSettled) expect(verbs).toContain('rollback');
    },
  );
});
