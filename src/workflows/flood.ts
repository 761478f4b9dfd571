/**
 * What keeps a run alive and its ledger readable when more is sent than anybody reads. The first refused messages are entered each; from
 * then on they are counted, and the count is entered when it has doubled and at the end. Whoever sends a message is answered as before.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { Approve, PlainVerb } from '../contract/messages.ts';
import type { Verb } from '../contract/names.ts';
import { personOf, samePerson } from '../contract/people.ts';
import { enter } from './entering.ts';
import type { MigrationRun } from './run.ts';

/** A person who mistypes has sent fewer in months. */
const ENTERED_EACH = 100;

/**
 * A server ends a run whose history has 51,200 events. Long before that it takes only what holds the migration or decides it: an
 * accepted message costs some ten events, and a migration has a few hundred of its own.
 */
const HISTORY_RESERVED = 30_000;
/** The same of its size: a server ends one of 50 MB. */
const BYTES_RESERVED = 30_000_000;
const RESERVED_FOR: readonly Verb[] = ['approve', 'withdraw', 'reject', 'rollback', 'pause', 'resume'];

/** Why this one has no room any more; `undefined` while it has. */
export function noRoomFor(verb: Verb): string | undefined {
  const { historyLength, historySize } = workflowInfo();
  const hasRoom = historyLength < HISTORY_RESERVED && historySize < BYTES_RESERVED;
  return hasRoom || RESERVED_FOR.includes(verb)
    ? undefined
    : `too many messages were sent to this run, and ${verb} is not taken any more: terminate it, then migrator takeover goes on from the ledger.`;
}

/** Refused ones of a run, and those that were answered before. */
export class Refusals {
  /** All of them. */
  count = 0;
  private entered = 0;
  private readonly verbs = new Map<string, number>();
  private readonly judged = new Map<string, string>();

  /** Whether they are only counted by now. */
  get isFlood(): boolean {
    return this.count >= ENTERED_EACH;
  }

  /** The refused message that was just answered; true when the count is due. */
  add(verb: string): boolean {
    if (!this.isFlood) {
      this.count++;
      this.entered = this.count;
      return false;
    }
    this.count++;
    this.verbs.set(verb, (this.verbs.get(verb) ?? 0) + 1);
    return this.count >= this.entered * 2;
  }

  /** One entry for all that were counted since the last one. */
  async enterCount(run: MigrationRun): Promise<void> {
    const refused = this.count - this.entered;
    if (refused === 0) return;
    this.entered = this.count;
    const verbs = [...this.verbs].map(([verb, count]) => `${verb} ${count}`).sort();
    this.verbs.clear();
    await enter(run, {
      kind: 'refused',
      subject: { verb: 'several', count: refused, verbs, state: run.name, step: run.step },
    });
  }

  /** Why a message to the gate is refused without being judged once more, which costs an activity each. */
  again(run: MigrationRun, verb: 'approve' | 'withdraw', message: Approve | PlainVerb): string | undefined {
    if (!this.isFlood || !run.gate) return undefined;
    return this.judged.get(keyOf(run, verb, message)) ?? evident(run, verb, message);
  }

  /** It was judged, and refused. */
  remember(run: MigrationRun, verb: 'approve' | 'withdraw', message: Approve | PlainVerb, reason: string): void {
    if (this.judged.size >= ENTERED_EACH) this.judged.clear();
    this.judged.set(keyOf(run, verb, message), reason);
  }
}

/** The same person, the same decision, the gate as it stands. */
const keyOf = ({ state: { facts }, gate }: MigrationRun, verb: string, message: Approve | PlainVerb): string =>
  JSON.stringify([verb, personOf(message.by), decisionIn(message), facts.decision, gate?.policy, gate?.counting]);

const decisionIn = (message: Approve | PlainVerb): string =>
  'decision' in message ? message.decision.toLowerCase() : '';

/** What the gate, as it was judged last, says of it by itself: nothing that it could accept is refused here. */
function evident(run: MigrationRun, verb: 'approve' | 'withdraw', message: Approve | PlainVerb): string | undefined {
  const { facts } = run.state;
  const { gate } = run;
  const { by } = message;
  if (!gate) return undefined;
  if (verb === 'withdraw') {
    const given = [...gate.counting, ...gate.others.map((other) => other.by)];
    return given.some((name) => samePerson(name, by))
      ? undefined
      : `${by} has given no approval that could be taken back.`;
  }
  const decision = decisionIn(message);
  if (!facts.decision?.startsWith(decision))
    return `decision ${decision.slice(0, 8)} is not the one that stands; read the evidence again: it is ${facts.decision?.slice(0, 8)}.`;
  // Why the requester may not is said by whoever knows the policy.
  const known = [...(gate.approvers ?? [by]), run.start.requestedBy];
  return !known.some((name) => samePerson(name, by))
    ? `${by} is not among the approvers of the operator's configuration.`
    : undefined;
}
