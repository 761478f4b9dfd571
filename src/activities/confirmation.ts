/** The confirmation of a delete as the ledger has it: who made it, and whether the delete may be sent on it. */
import type { Draft } from '../migration/entries.ts';
import { heldUp, type State } from '../migration/state.ts';
import type { StepContext } from './context.ts';
import { countingOf, type GateReading, gateDigests } from './steps/approval.ts';

/** An older one proves nothing any more. */
const CONFIRMATION_MS = 60_000;

/**
 * The record has the decision as it is deleted for, and which approvals counted. The delete is sent on this entry alone, which nobody
 * else can make: whoever asks for the delete may say what they like.
 */
export async function enterConfirmation(context: StepContext, reading: GateReading): Promise<void> {
  const { step, holder, store, facts } = context;
  const policyChanged = reading.gate.decision === facts.decision ? {} : { policyChanged: true as const };
  const entry: Draft = {
    kind: 'state',
    subject: { state: 'Running', step, confirmed: true, ...policyChanged, counting: countingOf(reading.gate) },
    digests: gateDigests(context, reading),
  };
  await store.ledger.append(holder, entry);
}

/** Why the delete is not sent on what the ledger has; `undefined` when it may be. */
export function whyNotConfirmed(state: State, decision: string, now: number): string | undefined {
  const { confirmed } = state;
  if (!confirmed) return 'nothing was confirmed.';
  const age = now - Date.parse(confirmed.at);
  if (age > CONFIRMATION_MS) return `the confirmation is ${Math.round(age / 1000)} s old.`;
  if (confirmed.decision !== decision) return `decision ${decision.slice(0, 8)} is not the one that was confirmed.`;
  if (confirmed.sent) return 'a delete was sent on this confirmation already.';
  // What people sent holds, whatever the workflow says of it.
  return heldUp(state);
}
