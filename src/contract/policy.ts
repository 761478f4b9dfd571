/**
 * Who decides about the delete of an original. One pure function for all who ask: preflight, a message, the gate, the confirmation and
 * the delete itself. It is always asked with the operator's policy of now.
 */

import type { LedgerEntry } from './ledger.ts';
import { largest } from './lists.ts';
import type { StepName } from './names.ts';
import { distinctPeople, personOf, samePerson } from './people.ts';
import type { StartInput } from './start.ts';
import type { GatePicture } from './status.ts';
import type { Grant, PolicySnapshot, Refusal } from './steps.ts';

/** A start object may only tighten the operator's policy. */
export function tightened(policy: PolicySnapshot, wish: StartInput['policy']): PolicySnapshot {
  return {
    ...policy,
    required: Math.max(policy.required, wish?.required ?? 0),
    selfApproval: policy.selfApproval && wish?.selfApproval !== false,
    deleteOnAttested: policy.deleteOnAttested && wish?.deleteOnAttested !== false,
  };
}

/** Everything that the decision about a delete depends on. */
export interface Gate {
  /** The operator's policy of now, tightened by the start object. */
  policy: PolicySnapshot;
  requestedBy: string;
  /** Steps that rest on a person's word. */
  attested: readonly StepName[];
  /** Digest of what was proved and of this policy. */
  decision: string;
  /** Digests of the same proof under policies of before, the newest last. */
  earlier: readonly string[];
  /** Approvals of this proof that nobody took back, one of each person. */
  grants: readonly Grant[];
}

/** Whose approvals count, what is still needed, and what nobody at the gate can mend. */
export interface Judgement extends Pick<GatePicture, 'required' | 'others' | 'approved' | 'needs' | 'obstacle'> {
  counting: Grant[];
}

export function judge(gate: Gate): Judgement {
  const { policy, requestedBy, decision, grants } = gate;
  const counting: Grant[] = [];
  const others: Judgement['others'] = [];
  for (const grant of grants) {
    const objection = objectionTo(policy, requestedBy, grant);
    if (objection) others.push({ by: grant.by ?? ERASED, reason: TOLD_OTHERS[objection](policy) });
    else counting.push(grant);
  }
  const { required } = policy;
  // Whoever approved was told how many would have to agree. A change of the configuration alone never starts a delete with fewer.
  const foreseen = counting.some((grant) => grant.decision === decision)
    ? required
    : largest([required, ...counting.map((grant) => grant.required)]);
  const obstacle = obstacleOf(gate);
  const approved = !obstacle && counting.length >= foreseen;
  return {
    required,
    counting,
    others,
    approved,
    needs: approved ? null : needsText(gate, counting, required - counting.length),
    ...(obstacle ? { obstacle } : {}),
  };
}

const ERASED = 'somebody whose name was erased';

/** What became of an approval that somebody sent, or takes back. */
export type Verdict = { accepted: true; reason: string; gate: Gate } | { accepted: false; reason: string };

/** `entry`: the one that the approval is about to become, where that is known. */
export function judgeApproval(gate: Gate, { by, decision }: { by: string; decision: string }, entry = 0): Verdict {
  const refused = (reason: string): Verdict => ({ accepted: false, reason });
  const named = decision.toLowerCase();
  if (!gate.decision.startsWith(named)) {
    return refused(
      gate.earlier.some((digest) => digest.startsWith(named))
        ? `the policy has changed since decision ${short(named)} was made: read the evidence again, then approve decision ${short(gate.decision)}.`
        : `decision ${short(named)} is not the one that stands; read the evidence again: it is ${short(gate.decision)}.`,
    );
  }
  const objection = objectionTo(gate.policy, gate.requestedBy, { by, grade: 'claimed' });
  if (objection) return refused(objection === 'requester' ? OWN_REQUEST : TOLD_OTHERS[objection](gate.policy, by));
  const resting = restsOnAttestation(gate.policy, gate.attested);
  if (resting) return refused(resting.reason);
  const { required } = gate.policy;
  const grant: Grant = { by, grade: 'claimed', decision: gate.decision, required, entry };
  const others = gate.grants.filter((each) => each.by === null || !samePerson(each.by, by));
  const after = { ...gate, grants: [...others, grant] };
  const { needs } = judge(after);
  return {
    accepted: true,
    gate: after,
    reason: `granted for decision ${short(gate.decision)}.${needs === null ? '' : ` ${needs}`}`,
  };
}

export function judgeWithdrawal(gate: Gate, { by }: { by: string }): Verdict {
  const left = gate.grants.filter((each) => each.by === null || !samePerson(each.by, by));
  if (left.length === gate.grants.length) {
    const known = gate.grants.map((each) => each.by ?? ERASED).join(', ');
    return {
      accepted: false,
      reason: `${by} has given no approval that could be taken back. ${known ? `Approved by ${known}.` : 'Nobody has approved.'}`,
    };
  }
  const after = { ...gate, grants: left };
  return {
    accepted: true,
    gate: after,
    reason: `the approval by ${by} is taken back. ${judge(after).needs ?? ''}`.trimEnd(),
  };
}

type Objection = 'requester' | 'stranger' | 'identity';

/** Why this person's approval does not count; `undefined` when it does. */
function objectionTo(
  policy: PolicySnapshot,
  requestedBy: string,
  { by, grade }: Pick<Grant, 'by' | 'grade'>,
): Objection | undefined {
  if (by === null) return 'stranger';
  if (!policy.selfApproval && samePerson(by, requestedBy)) return 'requester';
  if (!policy.approvers.some((name) => samePerson(name, by))) return 'stranger';
  return policy.identity !== 'claimed' && grade === 'claimed' ? 'identity' : undefined;
}

const OWN_REQUEST = 'You requested this migration, so someone else must approve it (policy: selfApproval).';

const TOLD_OTHERS: Record<Objection, (policy: PolicySnapshot, by?: string) => string> = {
  requester: () => 'requested this migration, so someone else must approve it (policy: selfApproval).',
  stranger: (_, by) => `${by === undefined ? '' : `${by} `}is not among the approvers of the operator's configuration.`,
  identity: ({ identity }, by) =>
    by === undefined
      ? `is known by a typed name only, and the policy asks for a ${identity} identity.`
      : `The policy asks for a ${identity} identity, and this approval is only claimed.`,
};

/** Whoever the policy lets approve, each person once. */
export const ableToApprove = ({ approvers, selfApproval }: PolicySnapshot, requestedBy: string): string[] =>
  distinctPeople(approvers).filter((name) => selfApproval || !samePerson(name, requestedBy));

/** Without enough people who may approve, the original could never be deleted; preflight says so at once. */
export function tooFewApprovers(policy: PolicySnapshot, requestedBy: string): Refusal | undefined {
  if (policy.identity !== 'claimed') {
    return {
      code: 'IdentityUnavailable',
      reason: `The policy asks for a ${policy.identity} identity of approvers, and approvals are only claimed in this version.`,
      remedy: 'Set policy.identity to claimed in the configuration of the worker, and start the worker again.',
      items: [],
    };
  }
  const able = ableToApprove(policy, requestedBy);
  if (able.length >= policy.required) return undefined;
  const approvals = policy.required === 1 ? '1 approval is' : `${policy.required} approvals are`;
  const people = able.length === 1 ? '1 person may' : `${able.length} people may`;
  return {
    code: 'NoApprover',
    reason: `${approvals} needed and ${people} give one${policy.selfApproval ? '' : ' (the requester is not among them)'}.`,
    remedy: 'Name approvers under policy.approvers in the configuration of the worker, and start the worker again.',
    items: able,
  };
}

/** Why a delete may not rest on these steps; `undefined` when it may. */
export function restsOnAttestation(
  { deleteOnAttested }: PolicySnapshot,
  attested: readonly StepName[],
): Refusal | undefined {
  if (attested.length === 0 || deleteOnAttested) return undefined;
  return {
    code: 'RestsOnAttestation',
    reason: `${attested.join(', ')} rest on what a person said, and the policy does not let a delete rest on that.`,
    remedy: 'Set policy.deleteOnAttested in the configuration of the worker, and start the worker again.',
    items: [...attested],
  };
}

/** What nobody at the gate can mend: with another policy it goes on by itself. */
function obstacleOf({ policy, requestedBy, attested }: Gate): Refusal | undefined {
  const found = restsOnAttestation(policy, attested) ?? tooFewApprovers(policy, requestedBy);
  return found && { ...found, remedy: `${found.remedy} ${AT_THE_GATE}` };
}

const AT_THE_GATE = 'Approvals that were given stay, and the gate goes on by itself. Or send reject or rollback.';

function needsText({ policy, requestedBy, decision }: Gate, counting: readonly Grant[], lacking: number): string {
  if (lacking <= 0)
    return `Fewer approvals are needed than when these were given, so one approval of decision ${short(decision)} is needed too.`;
  const given = new Set(counting.map(({ by }) => personOf(by ?? '')));
  const able = ableToApprove(policy, requestedBy).filter((name) => !given.has(personOf(name)));
  const by = able.length > 0 ? `, by ${able.join(' or ')}` : '';
  const more = lacking === 1 ? 'One more approval is' : `${lacking} more approvals are`;
  const first = lacking === 1 ? 'One approval is' : `${lacking} approvals are`;
  return `${counting.length > 0 ? more : first} needed${by}.`;
}

const short = (digest: string): string => digest.slice(0, 8);

type Recorded = Pick<LedgerEntry, 'n' | 'kind' | 'subject' | 'digests'>;

/**
 * The approvals that stand, of all that a ledger has: the last one of each person who has not taken it back. What spends all of
 * them: an attempt that left the original where it was, another run, going forward again after going back.
 */
export function standingGrants<Entry extends Recorded>(
  entries: readonly Entry[],
  nameOf: (entry: Entry) => string | null,
): Entry[] {
  let standing = new Map<string, Entry>();
  for (const entry of entries) {
    const { kind, subject } = entry;
    if (kind === 'grant' || isWithdrawal(entry)) {
      const name = nameOf(entry);
      // An erased name is nobody else's.
      const person = name === null ? `entry ${entry.n}` : personOf(name);
      standing.delete(person);
      if (kind === 'grant') standing.set(person, entry);
    }
    const spent = subject.grantsSpent === true || (kind === 'state' && subject.rollback !== undefined);
    if (spent || (kind === 'verb' && subject.verb === 'takeover')) standing = new Map();
  }
  return [...standing.values()];
}

const isWithdrawal = ({ kind, subject }: Recorded): boolean => kind === 'verb' && subject.verb === 'withdraw';
