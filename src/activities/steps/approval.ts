/**
 * The approval as a step: done when the ledger holds enough approvals of what was proved. It is judged where it is recorded, from the
 * store and the operator's configuration of now, never from what the workflow remembers; and read again before the delete.
 */
import { MigratorError } from '../../contract/errors.ts';
import {
  type Gate,
  judge,
  judgeApproval,
  judgeWithdrawal,
  standingGrants,
  type Verdict,
} from '../../contract/policy.ts';
import type { GatePicture } from '../../contract/status.ts';
import type { GateResult, JudgeInput, JudgeResult } from '../../contract/steps.ts';
import { decisionDigest, provedDigest, underPolicy } from '../../evidence/decision.ts';
import type { Evidence } from '../../evidence/types.ts';
import { stateOf } from '../../migration/describe.ts';
import type { Draft } from '../../migration/entries.ts';
import { standingOf } from '../../migration/state.ts';
import { canonicalJson, digestOf } from '../../store/canonical.ts';
import { factOf, policyNow, type StepContext, stepContext } from '../context.ts';
import type { ActivityDeps } from '../deps.ts';
import { enter } from '../shown.ts';

export const approvalActivities = (deps: ActivityDeps) => ({
  /** How the gate stands, and what becomes of a message to it: one entry, with the picture, in one transaction. */
  judgeApproval: async (input: JudgeInput): Promise<JudgeResult> => {
    const context = await stepContext(deps, 'approval', input, { sends: false });
    const before = await readGate(context);
    const verdict = judged(before.gate, input.message);
    const after = verdict?.accepted ? { ...before, gate: verdict.gate } : before;
    const result = resultOf(context, after);
    const counts = verdict && (verdict.accepted || !input.unrecorded);
    let { state } = context;
    if (counts || changed(context, input, after, result)) {
      const { holder, store, claim, facts } = context;
      const draft = draftOf(context, input, before, counts ? verdict : undefined);
      state = await enter({ holder, store, claim, state, plan: facts.plan }, draft, { ...input.view, ...result });
    }
    return {
      ...result,
      standing: standingOf(state),
      ...(verdict ? { answer: { accepted: verdict.accepted, reason: verdict.reason } } : {}),
    };
  },
});

export interface GateReading {
  gate: Gate;
  /** Digest of what was proved. */
  proved: string;
  /** Artifact: what was proved, under the policy of now. */
  evidence: string;
}

/** What was proved, under the policy of now, and the approvals of it that stand. */
export async function readGate(context: StepContext): Promise<GateReading> {
  const { artifacts, ledger } = context.store;
  const shown = factOf(context, 'evidence');
  const made = await artifacts.getJson<Evidence>(shown);
  // What is approved is what is stored, not the name that it was given.
  if (decisionDigest(made.decision) !== factOf(context, 'decision') || made.digest !== context.facts.decision)
    throw new MigratorError('Unexpected', `evidence ${shown.slice(0, 8)} is not that of the decision in the ledger.`);
  const now = underPolicy(made, policyNow(context));
  const proved = provedDigest(now.decision);
  const [entries, texts] = await Promise.all([context.known.entries(), ledger.texts(context.holder.migration)]);
  const nameOf = (actor: string | null) => (actor === null ? null : (texts[actor] ?? null));
  const { grants } = await context.known.state();
  const about = entries.filter(({ digests }) => digests.proved === proved);
  const decisions = about.flatMap(({ digests }) => (digests.decision ? [digests.decision] : []));
  return {
    gate: {
      policy: now.decision.policy,
      requestedBy: context.start.requestedBy,
      attested: now.decision.attested,
      decision: now.digest,
      earlier: [...new Set(decisions)].filter((digest) => digest !== now.digest),
      grants: standingGrants(grants, nameOf)
        .filter((grant) => grant.proved === proved)
        .map(({ n, actor, grade, decision, required }) => ({ by: nameOf(actor), grade, decision, required, entry: n })),
    },
    proved,
    evidence: now.digest === made.digest ? shown : await artifacts.putJson(now),
  };
}

/** What the workflow shows and goes on with. */
export function resultOf({ config }: StepContext, { gate }: GateReading): GateResult {
  const before = gate.earlier.at(-1);
  const judgement = judge(gate);
  const picture: GatePicture = {
    ...judgement,
    // A name that was erased does not count.
    counting: judgement.counting.flatMap(({ by }) => by ?? []),
    approvers: gate.policy.approvers,
    policy: digestOf(config.policy),
    ...(before ? { before } : {}),
  };
  return { gate: picture };
}

/** The digests of an entry about the gate; the evidence where another policy has made another one of it. */
export const gateDigests = ({ facts }: Pick<StepContext, 'facts'>, { gate, proved, evidence }: GateReading) => ({
  decision: gate.decision,
  proved,
  ...(evidence === facts.evidence ? {} : { evidence }),
});

/** Numbers of the approvals that count: with another policy later, the entry still says which did. */
export const countingOf = (gate: Gate): string[] => judge(gate).counting.map(({ entry }) => String(entry));

function judged(gate: Gate, message: JudgeInput['message']): Verdict | undefined {
  if (!message) return undefined;
  return message.verb === 'approve' ? judgeApproval(gate, message) : judgeWithdrawal(gate, message);
}

/** Told twice, or nothing new: no entry. */
const changed = (
  { facts }: StepContext,
  { view }: JudgeInput,
  { gate: { decision } }: GateReading,
  { gate }: GateResult,
) => facts.decision !== decision || canonicalJson(view.gate ?? null) !== canonicalJson(gate);

function draftOf(context: StepContext, { view, message }: JudgeInput, reading: GateReading, verdict?: Verdict): Draft {
  const { step } = view;
  const state = stateOf(context.state, view);
  const { gate } = reading;
  const digests = gateDigests(context, reading);
  const policyChanged = gate.earlier.length > 0 ? { policyChanged: true as const } : {};
  if (!message || !verdict)
    return { kind: 'state', subject: { state, step, ...policyChanged, counting: countingOf(gate) }, digests };
  const { by, verb, reason } = message;
  const who = { actor: by, grade: 'claimed' as const, ...(reason ? { why: reason } : {}) };
  if (!verdict.accepted)
    return { kind: 'refused', ...who, answered: verdict.reason, subject: { verb, state, step }, digests };
  if (verb === 'withdraw')
    return { kind: 'verb', ...who, subject: { verb, step, counting: countingOf(verdict.gate) }, digests };
  // Beside itself, which has no number yet.
  const counting = countingOf(verdict.gate).filter((entry) => entry !== '0');
  return { kind: 'grant', ...who, subject: { verb: 'approve', required: gate.policy.required, counting }, digests };
}
