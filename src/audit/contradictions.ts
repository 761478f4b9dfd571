/** Rows beside the ledger that say something else than its entries: the claim, and what lists read. Pure. */

import type { LedgerEntry } from '../contract/ledger.ts';
import { without } from '../contract/lists.ts';
import { FINAL_STATES } from '../contract/names.ts';
import { textFrom } from '../contract/text.ts';
import { sha256 } from '../store/canonical.ts';
import type { RecordedClaim, RecordedProjection } from '../store/store.ts';
import { AWAITED_RUN } from '../store/takeOver.ts';
import { jsonOf, textsOf } from './rows.ts';

/** What it is about: two rows that tell the same lie are one finding. */
type Topic = 'original' | 'start' | 'dryRun' | 'run' | 'identity' | 'created' | 'end' | 'batch';

export interface Contradiction {
  topic: Topic;
  n: number | null;
  what: string;
  /** The row knows of something that no entry tells: an entry may be gone. */
  more?: boolean;
}

/** `entries`: those that are what was written. What they do not tell since one was forged is no contradiction of its own. */
export function contradictions(
  entries: readonly LedgerEntry[],
  claim: RecordedClaim | undefined,
  projection: RecordedProjection | undefined,
): Contradiction[] {
  return [
    ...(claim ? claimContradictions(entries, claim) : []),
    ...(projection ? projectionContradictions(entries, claim, projection) : projectionGone(entries)),
  ];
}

function* claimContradictions(entries: readonly LedgerEntry[], claim: RecordedClaim): Generator<Contradiction> {
  const { original, recordedStart, identity, closed } = claim;
  const opened = openedBy(entries);
  if (opened) {
    if (opened.subject.original !== original)
      yield {
        topic: 'original',
        n: 1,
        what: `the claim is on ${original}, and entry 1 opened ${textFrom(opened.subject.original)}`,
      };
    if (sha256(String(recordedStart)) !== opened.digests.start)
      yield { topic: 'start', n: 1, what: 'the start object is not the one whose digest was recorded' };
  }
  yield* runContradictions(entries, claim);

  const identified = entries.find(({ subject }) => subject.identity !== undefined);
  if (!identified && identity !== null)
    yield { topic: 'identity', n: null, more: true, what: 'the claim has the identity of the original, and no entry' };
  else if (identified && (identity === null || sha256(identity) !== identified.digests.identity))
    yield { topic: 'identity', n: identified.n, what: 'the identity of the original is not the one that was recorded' };

  const created = textsOf(claim.created);
  const entered = entries.filter(({ subject }) => subject.created !== undefined);
  for (const { n, subject } of without(entered, created, (entry) => textFrom(entry.subject.created)))
    yield { topic: 'created', n, what: `the claim does not say that ${textFrom(subject.created)} was created` };
  for (const key of created.filter((each) => entered.every(({ subject }) => subject.created !== each)))
    yield { topic: 'created', n: null, more: true, what: `the claim says that ${key} was created, and no entry` };

  const end = endOf(entries);
  if (!end && closed !== null)
    yield { topic: 'end', n: null, more: true, what: `the claim is closed as ${closed}, and no entry is the end` };
  else if (end && end.subject.state !== closed)
    yield {
      topic: 'end',
      n: end.n,
      what: `the claim is ${closed === null ? 'open' : `closed as ${closed}`}, and the end is ${textFrom(end.subject.state)}`,
    };
}

/** Which run holds the claim: the newest that opened it, or the one that a takeover waits for. */
function* runContradictions(entries: readonly LedgerEntry[], claim: RecordedClaim): Generator<Contradiction> {
  const last = entries.findLast(({ kind, subject }) => kind === 'opened' || isTakeover(kind, subject));
  if (!last) return;
  const { epoch, cluster, namespace, workflowId, runId = AWAITED_RUN } = last.subject;
  const entered = { epoch, cluster, namespace, workflowId, runId };
  const wrong = Object.entries(entered).filter(([name, value]) => value !== Reflect.get(claim, name));
  if (wrong.length === 0) return;
  const more = typeof epoch === 'number' && claim.epoch > epoch;
  const names = wrong.map(([name]) => name).join(', ');
  yield { topic: 'run', n: last.n, more, what: `the claim names another run than the entries (${names})` };
}

const isTakeover = (kind: LedgerEntry['kind'], { verb }: LedgerEntry['subject']): boolean =>
  kind === 'verb' && verb === 'takeover';

const openedBy = ([first]: readonly LedgerEntry[]): LedgerEntry | undefined =>
  first?.n === 1 && first.kind === 'opened' ? first : undefined;

const endOf = (entries: readonly LedgerEntry[]): LedgerEntry | undefined =>
  entries.find(({ kind }) => kind === 'closed');

/** It is written before the first step, and that records the identity. */
const projectionGone = (entries: readonly LedgerEntry[]): Contradiction[] =>
  entries.some(({ subject }) => subject.identity !== undefined)
    ? [{ topic: 'end', n: null, what: 'the projection of this migration is gone' }]
    : [];

function* projectionContradictions(
  entries: readonly LedgerEntry[],
  claim: RecordedClaim | undefined,
  { workflowId, original, batch, dryRun, state, picture: text }: RecordedProjection,
): Generator<Contradiction> {
  const opened = openedBy(entries);
  if (opened && opened.subject.original !== original)
    yield {
      topic: 'original',
      n: 1,
      what: `the projection is of ${original}, and entry 1 opened ${textFrom(opened.subject.original)}`,
    };
  if (opened && sha256(String(claim?.recordedStart)) === opened.digests.start) {
    const start = jsonOf(claim?.recordedStart);
    if ((Reflect.get(start, 'batch') ?? null) !== batch)
      yield { topic: 'batch', n: 1, what: 'the projection names another batch than the start object' };
    if ((Reflect.get(start, 'dryRun') === true) !== (dryRun === 1))
      yield { topic: 'dryRun', n: 1, what: 'the projection and the start object differ in whether it is a dry run' };
  }
  // Between a takeover and the first picture of the new run it still names the run before.
  const workflows = entries.map(({ subject }) => subject.workflowId);
  if (opened && !workflows.includes(workflowId))
    yield { topic: 'run', n: null, what: `the projection names the workflow ${workflowId}, and no entry does` };

  const picture = jsonOf(text);
  if (picture.state !== state)
    yield { topic: 'end', n: null, what: 'the projection has two states, one beside its picture and one in it' };
  const end = endOf(entries);
  const isFinal = FINAL_STATES.some((final) => final === state);
  if (end && end.subject.state !== state)
    yield {
      topic: 'end',
      n: end.n,
      what: `the projection says ${state}, and the end is ${textFrom(end.subject.state)}`,
    };
  if (!end && isFinal)
    yield { topic: 'end', n: null, more: true, what: `the projection says ${state}, and no entry is the end` };
  for (const step of doneSteps(picture)) {
    if (entries.some(({ kind, subject }) => kind === 'step' && subject.step === step && subject.result === 'done'))
      continue;
    yield { topic: 'end', n: null, more: true, what: `the projection says that ${step} is done, and no entry` };
  }
  const { decision } = picture;
  if (typeof decision === 'string' && entries.every(({ digests }) => digests.decision !== decision))
    yield { topic: 'end', n: null, more: true, what: `the projection has a decision that no entry names` };
}

/** Of the approval the grants are the entries. */
function doneSteps({ steps }: Record<string, unknown>): string[] {
  if (!Array.isArray(steps)) return [];
  const done = steps.filter((each) => each?.state === 'done' && each.step !== 'approval');
  return [...new Set(done.map((each) => textFrom(each.step)))];
}
