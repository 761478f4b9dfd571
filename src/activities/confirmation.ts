/** The confirmation of a delete as the ledger has it: who made it, and whether the delete may be sent on it. */
import type { LedgerEntry, Subject } from '../contract/ledger.ts';
import type { StepContext } from './context.ts';
import { countingOf, type GateReading, gateDigests } from './steps/approval.ts';
import { isPauseOrResume, isRejected, isTurn, isTurnBack } from './takeover.ts';

/** An older one proves nothing any more. */
const CONFIRMATION_MS = 60_000;

/**
 * The record has the decision as it is deleted for, and which approvals counted. The delete is sent on this entry alone, which nobody
 * else can make: whoever asks for the delete may say what they like.
 */
export async function enterConfirmation(context: StepContext, reading: GateReading): Promise<void> {
  const { step, holder, store, facts } = context;
  const policyChanged: Subject = reading.gate.decision === facts.decision ? {} : { policyChanged: true };
  const subject = { state: 'Running', step, confirmed: true, ...policyChanged, counting: countingOf(reading.gate) };
  await store.ledger.append(holder, { kind: 'state', subject, digests: gateDigests(context, reading) });
}

const isConfirmation = ({ kind, subject, digests }: LedgerEntry): boolean =>
  kind === 'state' && subject.confirmed === true && digests.proved !== undefined;

const isDeleteIntent = ({ kind, subject }: LedgerEntry): boolean =>
  kind === 'intent' && subject.step === 'deleteOriginal';

/** Why the delete is not sent on what the ledger has; `undefined` when it may be. */
export function whyNotConfirmed(entries: readonly LedgerEntry[], decision: string, now: number): string | undefined {
  const confirmed = entries.findLast(isConfirmation);
  if (!confirmed) return 'nothing was confirmed.';
  const age = now - Date.parse(confirmed.at);
  if (age > CONFIRMATION_MS) return `the confirmation is ${Math.round(age / 1000)} s old.`;
  if (confirmed.digests.decision !== decision)
    return `decision ${decision.slice(0, 8)} is not the one that was confirmed.`;
  const since = entries.slice(entries.indexOf(confirmed) + 1);
  if (since.some(isDeleteIntent)) return 'a delete was sent on this confirmation already.';
  return heldUp(entries);
}

/** What people sent holds, whatever the workflow says of it. */
function heldUp(entries: readonly LedgerEntry[]): string | undefined {
  const turned = entries.findLast(isTurn);
  if (turned && isTurnBack(turned)) return 'it is going back to the original.';
  if (isRejected(entries)) return 'the delete was rejected.';
  const since = turned ? entries.slice(entries.indexOf(turned)) : entries;
  return since.findLast(isPauseOrResume)?.subject.verb === 'pause' ? 'the migration is paused.' : undefined;
}
