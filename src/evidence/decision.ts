/** The digest that is approved. Activities and clients only: workflow code has no crypto. */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { Decision } from './types.ts';

export { evaluatePredicates, predicateDefinitions } from './predicates.ts';

/** SHA-256 hex of the canonical JSON (RFC 8785). Lists whose order means nothing are sorted first. */
export function decisionDigest(decision: Decision): string {
  return createHash('sha256')
    .update(canonicalize(sorted(decision)))
    .digest('hex');
}

function sorted(decision: Decision): Decision {
  return {
    ...decision,
    classes: Object.fromEntries(Object.entries(decision.classes).map(([name, keys]) => [name, keys.toSorted()])),
    acceptedRisks: decision.acceptedRisks.toSorted((x, y) => (x.id < y.id ? -1 : x.id > y.id ? 1 : 0)),
    ...(decision.deviations
      ? {
          deviations: decision.deviations
            .map(({ by: _, ...deviation }) => deviation)
            .toSorted((x, y) => (x.path < y.path ? -1 : x.path > y.path ? 1 : 0)),
        }
      : {}),
    attested: decision.attested.toSorted(),
    ...(decision.notRead ? { notRead: decision.notRead.toSorted() } : {}),
    policy: { ...decision.policy, approvers: decision.policy.approvers.toSorted() },
    predicates: decision.predicates.toSorted(),
  };
}
