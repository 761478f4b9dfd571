/**
 * Whether the new synchronization ran, and whether it ran since: by what it holds against what it was given. Nobody has to have seen it
 * run, and it does not matter who started it.
 */

import { PairTable, readPairs, type TableOptions } from '../../pairs/table.ts';
import { type EntryTrace, movedPairs } from '../../pairs/traces.ts';
import { factOf, type StepContext } from '../context.ts';
import { digestOfTraces, readIssueData } from '../issueData.ts';
import { newKeys } from '../steps/pairIssues.ts';

const WHOLE: TableOptions = { traces: true, comments: true };

export interface Carried extends Disposable {
  /** The pairs that it was given; none before the issues were paired. */
  given: PairTable;
  /** Those that it holds. */
  live: PairTable;
  /** Digest of what it holds: another one means that it ran in between. */
  traces: string;
}

export async function readCarried(context: StepContext): Promise<Carried> {
  const { translatedData } = context.facts;
  const given = translatedData
    ? await readPairs(context.store.artifacts.get(translatedData), WHOLE)
    : new PairTable(WHOLE);
  const live = await readIssueData(context, newKeys(context), WHOLE);
  return {
    given,
    live,
    traces: digestOfTraces(live, [...entryTraces(context), 'comments']),
    [Symbol.dispose]() {
      given[Symbol.dispose]();
      live[Symbol.dispose]();
    },
  };
}

/** Whether it ran since its start was taken back: then that is to be taken back once more, before anything of it is deleted. */
export async function ranAgain(context: StepContext): Promise<boolean> {
  const { atRest, created } = context.facts;
  if (!atRest || !created) return false;
  using carried = await readCarried(context);
  return carried.traces !== atRest;
}

/** Where the instance leaves no trace that can be read, whoever was asked to start it may have done so. */
export async function hasRun(context: StepContext, { given, live }: Carried): Promise<boolean> {
  const traces = entryTraces(context);
  // A pair that is missing was not imported yet; nothing is taken out of what ran.
  if (movedPairs(given, live, [...traces, 'comments']).some((pair) => live.has(pair))) return true;
  const entries = await context.known.entries();
  return (
    context.facts.startedAt !== undefined ||
    (traces.length === 0 && entries.some(({ subject }) => subject.step === 'startSynchronization'))
  );
}

function entryTraces(context: StepContext): EntryTrace[] {
  const { backbone } = context.open(factOf(context, 'created').instance).config;
  return backbone.stoppedTraces.filter((trace): trace is EntryTrace => trace !== 'lastModified');
}
