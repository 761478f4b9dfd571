/** Writing sync information, as much at once as the instance takes. */
import { importSyncInformation } from '../backbone/requests.ts';
import type { SyncInformation } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { isTooMuch, type PastIntent, tookEffect } from '../store/intents.ts';
import { type StepContext, workOf } from './context.ts';
import { write } from './write.ts';

/** The largest accepted request is not documented; this many entries are about 150 KB. */
export const ENTRIES_PER_REQUEST = 500;

export interface Portion {
  /** Names it within its step. */
  part: string;
  connector: string;
  entries: SyncInformation[];
}

/** What the instance takes no more of at once is sent in halves. */
export async function importPortion(
  context: StepContext,
  instance: string,
  portion: Portion,
  isThere: (entries: SyncInformation[]) => Promise<boolean>,
): Promise<void> {
  const inHalves = async () => {
    const refusals: (MigratorError | undefined)[] = [];
    for (const half of halvesOf(portion))
      refusals.push(await refusalIn(importPortion(context, instance, half, isThere)));
    const refusal = refusals.find((one) => one !== undefined);
    if (refusal) throw refusal;
  };
  if (isSplit(portion, await newestOf(context, portion))) return inHalves();
  const { part, connector, entries } = portion;
  try {
    await write(context, {
      part,
      instance,
      request: importSyncInformation(connector, entries),
      settled: () => isThere(entries),
    });
  } catch (error) {
    if (!isSplit(portion, await newestOf(context, portion))) throw error;
    await inHalves();
  }
}

/** What the instance refused, so that what does not depend on it is sent all the same; `undefined`: nothing. */
export async function refusalIn(sent: Promise<unknown>): Promise<MigratorError | undefined> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    if (error instanceof MigratorError && error.code === 'IntentSettledOnlyByRetry') return error;
    throw error;
  }
}

/** Whether it has been sent, and answered, since somebody sent `retry` last. */
export async function wasTried(context: StepContext, portion: Portion): Promise<boolean> {
  const last = await newestOf(context, portion);
  if (isSplit(portion, last)) {
    for (const half of halvesOf(portion)) if (!(await wasTried(context, half))) return false;
    return true;
  }
  return last !== undefined && (tookEffect(last) || isRefused(context, last));
}

/** It is sent again only when somebody sends `retry`. */
export const isRefused = ({ state }: StepContext, { entry, outcome }: PastIntent): boolean =>
  outcome === 'refused' && Number(entry.subject.retry) >= state.generation;

const newestOf = (context: StepContext, { part }: Portion) => context.known.newestIntent(workOf(context), part);

const isSplit = ({ entries }: Portion, last: PastIntent | undefined): boolean =>
  entries.length > 1 && last !== undefined && isTooMuch(last);

function halvesOf({ part, connector, entries }: Portion): Portion[] {
  const middle = Math.ceil(entries.length / 2);
  return [
    { part: `${part}, first half`, connector, entries: entries.slice(0, middle) },
    { part: `${part}, second half`, connector, entries: entries.slice(middle) },
  ];
}
