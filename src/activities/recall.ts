/**
 * What a migration had learnt, read back from its ledger. The workflow's memory ends with its run; the entries stay. So a step
 * names what it learnt in the intent, before it writes: whoever comes after finds the same, and makes nothing a second time.
 */
import type { LedgerEntry } from '../contract/ledger.ts';
import type { StepName } from '../contract/names.ts';
import type { Facts } from '../contract/steps.ts';
import type { StepContext } from './context.ts';

/** Facts that are addresses of artifacts; entries carry them under the same names. */
const DIGESTS = [
  'planArtifact',
  'configuration',
  'issueData',
  'translated',
  'imported',
  'corrections',
  'translatedData',
  'pairing',
  'pairedFrom',
  'preImage',
  'pairingState',
  'resync',
  'resyncAsked',
  'undelivered',
  'forecastAtStart',
  'evidence',
  'decision',
  'delta',
] as const satisfies readonly (keyof Facts)[];

const MADE_ANEW = [
  'resync',
  'resyncAsked',
  'evidence',
  'decision',
  'delta',
] as const satisfies readonly (keyof Facts)[];

/** The digests that this attempt learnt and no entry has yet. */
export function newDigests({ facts, recalled }: StepContext): Record<string, string> {
  return Object.fromEntries(
    DIGESTS.flatMap((name) => {
      const digest = facts[name];
      return digest && digest !== recalled[name] ? [[name, digest]] : [];
    }),
  );
}

/**
 * Digests as they were entered last; times and counts as far as entries tell them. `gone`: the run that waited is no more, so what
 * a person was asked for may have been done at any time since.
 */
export function factsOf(entries: readonly LedgerEntry[], { gone = false } = {}): Facts {
  const facts: Facts = {};
  for (const { kind, subject, digests } of entries) {
    // Forward again after going back: what was made for the first time round holds no more.
    if (kind === 'state' && subject.rollback !== undefined) for (const name of MADE_ANEW) delete facts[name];
    // An entry about the gate has the decision as the policy of that moment makes it.
    if (kind !== 'step' && kind !== 'intent' && !digests.proved) continue;
    for (const name of DIGESTS) {
      const digest = digests[name];
      if (digest) facts[name] = digest;
    }
  }
  const [stoppedAt, startedAt] = [
    happenedAt(entries, 'stopOriginal', gone),
    happenedAt(entries, 'startSynchronization', gone),
  ];
  const spent = spentApprovals(entries);
  return {
    ...facts,
    ...(stoppedAt ? { stoppedAt } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(spent > 0 ? { spent } : {}),
  };
}

/**
 * When a step took effect. Where nobody saw its end, not before it was sent or asked for: a moment earlier it was read as not done.
 * Too early makes the repair of what people changed since look further back; too late would lose changes.
 */
function happenedAt(entries: readonly LedgerEntry[], step: StepName, gone: boolean): string | undefined {
  const own = entries.filter(
    ({ kind, subject }) => ['step', 'intent'].includes(kind) && subject.step === step && !subject.undo,
  );
  const begun = own.find(({ kind, subject }) => kind === 'intent' || (gone && subject.result === 'task'));
  return (own.find(isDone) ?? begun)?.at;
}

export const isDone = ({ kind, subject }: LedgerEntry): boolean =>
  kind === 'step' && subject.result === 'done' && !subject.undo;

/** Approvals are spent by an attempt that left the original where it was, and by a takeover: they were given to another run. */
function spentApprovals(entries: readonly LedgerEntry[]): number {
  let [spent, granted] = [0, false];
  for (const { kind, subject } of entries) {
    if (kind === 'grant') granted = true;
    const over = subject.grantsSpent === true || (granted && subject.verb === 'takeover' && kind === 'verb');
    if (!over) continue;
    spent++;
    granted = false;
  }
  return spent;
}
