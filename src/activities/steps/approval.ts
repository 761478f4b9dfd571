/**
 * The approval as a step: done when the ledger holds enough approvals of what was proved. It is judged where it is recorded, from the
 * store and the operator's configuration of now, never from what the workflow remembers; and read again before the delete.
 */
import { MigratorError } from '../../contract/errors.ts';
import type { EntryDraft, LedgerEntry, Subject } from '../../contract/ledger.ts';
import { withGate } from '../../contract/picture.ts';
import {
  type Gate,
  judge,
  judgeApproval,
  judgeWithdrawal,
  standingGrants,
  type Verdict,
} from '../../contract/policy.ts';
import type { GatePicture } from '../../contract/status.ts';
import type { GateResult, Grant, JudgeInput, JudgeResult } from '../../contract/steps.ts';
import { decisionDigest, provedDigest, underPolicy } from '../../evidence/decision.ts';
import type { Evidence } from '../../evidence/types.ts';
import { canonicalJson, digestOf } from '../../store/canonical.ts';
import { factOf, policyNow, type StepContext, stepContext } from '../context.ts';
import type { ActivityDeps } from '../deps.ts';

export const approvalActivities = (deps: ActivityDeps) => ({
  /** How the gate stands, and what becomes of a message to it: one entry, with the picture, in one transaction. */
  judgeApproval: async (input: JudgeInput): Promise<JudgeResult> => {
    const context = await stepContext(deps, 'approval', input, { sends: false });
    const before = await readGate(context);
    const verdict = judged(before.gate, input.message);
    const after = verdict?.accepted ? { ...before, gate: verdict.gate } : before;
    const result = resultOf(context, after);
    const counts = verdict && (verdict.accepted || !input.unrecorded);
    if (counts || changed(input, result)) {
      const { holder, store } = context;
      await store.ledger.append(holder, draftOf(context, input, before, counts ? verdict : undefined), {
        picture: withGate(input.picture, result),
      });
    }
    return { ...result, ...(verdict ? { answer: { accepted: verdict.accepted, reason: verdict.reason } } : {}) };
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
  const nameOf = ({ actor }: LedgerEntry) => (actor === null ? null : (texts[actor] ?? null));
  const about = entries.filter(({ digests }) => digests.proved === proved);
  const decisions = about.flatMap(({ digests }) => (digests.decision ? [digests.decision] : []));
  return {
    gate: {
      policy: now.decision.policy,
      requestedBy: context.start.requestedBy,
      attested: now.decision.attested,
      decision: now.digest,
      earlier: [...new Set(decisions)].filter((digest) => digest !== now.digest),
      grants: standingGrants(entries, nameOf)
        .filter(({ digests }) => digests.proved === proved)
        .map((entry) => grantOf(entry, nameOf(entry))),
    },
    proved,
    evidence: now.digest === made.digest ? shown : await artifacts.putJson(now),
  };
}

const grantOf = ({ n, grade, subject, digests }: LedgerEntry, by: string | null): Grant => ({
  by,
  grade,
  decision: digests.decision ?? '',
  required: Number(subject.required),
  entry: n,
});

/** What the workflow shows and goes on with. */
export function resultOf({ config }: StepContext, { gate, evidence }: GateReading): GateResult {
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
  return { decision: gate.decision, evidence, gate: picture };
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
const changed = ({ picture }: JudgeInput, { decision, gate }: GateResult): boolean =>
  picture.decision !== decision || canonicalJson(picture.gate ?? null) !== canonicalJson(gate);

function draftOf(
  context: StepContext,
  { picture, message }: JudgeInput,
  reading: GateReading,
  verdict?: Verdict,
): EntryDraft {
  const { state, step } = picture;
  const { gate } = reading;
  const digests = gateDigests(context, reading);
  const policyChanged: Subject = gate.earlier.length > 0 ? { policyChanged: true } : {};
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
  return { kind: 'grant', ...who, subject: { verb, required: gate.policy.required, counting }, digests };
}
