/** The digest that is approved. Activities and clients only: workflow code has no crypto. */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import { personOf } from '../contract/people.ts';
import type { PolicySnapshot } from '../contract/steps.ts';
import type { Decision, Evidence } from './types.ts';

/** SHA-256 hex of the canonical JSON (RFC 8785). Lists whose order means nothing are sorted first. */
export const decisionDigest = (decision: Decision): string => sha256(sorted(decision));

/** The same without the policy: what was proved. An approval is for this, under whichever policy it was given. */
export function provedDigest(decision: Decision): string {
  const { policy: _, ...proved } = sorted(decision);
  return sha256(proved);
}

/** What was proved, to be approved under another policy: the same readings, and another decision. */
export function underPolicy(evidence: Evidence, policy: PolicySnapshot): Evidence {
  const decision = { ...evidence.decision, policy };
  return { ...evidence, decision, digest: decisionDigest(decision) };
}

const sha256 = (value: object): string => createHash('sha256').update(canonicalize(value)).digest('hex');

function sorted(decision: Decision): Decision {
  return {
    ...decision,
    classes: Object.fromEntries(Object.entries(decision.classes).map(([name, keys]) => [name, keys.toSorted()])),
    acceptedRisks: decision.acceptedRisks
      .map(({ by: _, ...risk }) => risk)
      .toSorted((x, y) => (x.id < y.id ? -1 : x.id > y.id ? 1 : 0)),
    ...(decision.deviations
      ? {
          deviations: decision.deviations
            .map(({ by: _, ...deviation }) => deviation)
            .toSorted((x, y) => (x.path < y.path ? -1 : x.path > y.path ? 1 : 0)),
        }
      : {}),
    attested: decision.attested.toSorted(),
    ...(decision.notRead ? { notRead: decision.notRead.toSorted() } : {}),
    // Another spelling of a person is no other policy.
    policy: { ...decision.policy, approvers: [...new Set(decision.policy.approvers.map(personOf))].toSorted() },
    predicates: decision.predicates.toSorted(),
  };
}
