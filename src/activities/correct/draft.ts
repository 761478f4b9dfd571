/**
 * The draft in which this migration changes a configuration: made, filled and published in writes of their own, each settled by
 * reading. One that somebody else has left is never touched: publishing it would publish that person's changes.
 */
import { addToDraft, createDraft, discardDraft, editInDraft, publishDraft } from '../../backbone/requests.ts';
import type { Synchronization, WriteRequest } from '../../backbone/types.ts';
import { MigratorError } from '../../contract/errors.ts';
import { textFrom } from '../../contract/text.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { type DraftList, type DraftOperation, isCarriedOut, withOperations } from '../../mapping/draft.ts';
import { digestOf } from '../../store/canonical.ts';
import { type PastIntent, tookEffect } from '../../store/intents.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { tookHold } from '../pause.ts';
import { liveConfiguration } from '../translation.ts';
import { write } from '../write.ts';

/** What the ledger knows of the drafts of this migration, which are numbered. */
interface Drafts {
  /** Of the last one, or of the next when that is over. */
  number: number;
  /** The last one was made, or may have been, and neither published nor discarded. */
  open: boolean;
  /** The instance refused to publish one, and nobody sent `retry` since. */
  refused: boolean;
}

async function draftsOf(context: StepContext): Promise<Drafts> {
  const intents = (await context.known.intents()).filter((intent) => /^draft \d+\b/.test(partOf(intent)));
  const refused = intents.some(
    (intent) =>
      /: publish$/.test(partOf(intent)) &&
      intent.outcome === 'refused' &&
      Number(intent.entry.subject.retry) >= context.input.generation,
  );
  const made = intents.findLast((intent) => /^draft \d+$/.test(partOf(intent)));
  if (!made) return { number: 1, open: false, refused };
  const number = Number(partOf(made).slice('draft '.length));
  const over = new RegExp(`^draft ${number}: (publish|discard)$`);
  if (intents.some((intent) => over.test(partOf(intent)) && tookEffect(intent)))
    return { number: number + 1, open: false, refused };
  const mayBe = made.outcome === undefined || made.outcome === 'unknown';
  return { number, open: mayBe || tookEffect(made), refused };
}

export interface DraftSeen {
  value: Synchronization;
  /** Made by this migration, and nobody has changed it since. */
  ours: boolean;
}

/** The draft of the new one, as it stands. */
export async function seeDraft(
  context: StepContext,
  live: Synchronization,
  operations: readonly DraftOperation[],
): Promise<{ draft?: DraftSeen; refused: boolean }> {
  const { open, refused } = await draftsOf(context);
  const value = await draftNow(context);
  if (!value) return { refused };
  const done = operations.filter((operation) => isCarriedOut(value, operation));
  const ours = open && sameConfiguration(value, withOperations(live, done)).equal;
  return { draft: { value, ours }, refused };
}

/**
 * Makes a draft, carries out the operations in it and publishes it; without operations one of ours that was left is discarded. Does
 * not publish what it did not expect. A refused publication leaves no draft behind when `giveUp` says so, else it is an error.
 */
export async function publishOperations(
  context: StepContext,
  operations: readonly DraftOperation[],
  { giveUp = false } = {},
): Promise<void> {
  const { instance } = planOf(context).a;
  const { key } = factOf(context, 'created');
  const draft = () => draftNow(context);
  const { number, open } = await draftsOf(context);
  // It was made, and somebody has discarded it: the next one is another.
  const gone = open && (await isSettled(context, `draft ${number}`)) && (await isNoDraft(context));
  const name = `draft ${gone ? number + 1 : number}`;
  const step = async (part: string, request: WriteRequest, settled: () => Promise<boolean>) => {
    // After a `retry` what is there already must not be sent again: it would be there twice.
    if ((await isSettled(context, `${name}${part}`)) && (await settled())) return;
    await write(context, { part: `${name}${part}`, instance, request, settled });
  };
  const discard = () => step(': discard', discardDraft(key), () => isNoDraft(context));

  if (operations.length === 0) return void ((await draft()) && (await discard()));
  await step('', createDraft(key), async () => (await draft()) !== undefined);
  for (const { what, carried, request } of requestsFor(context, operations)) {
    await step(`: ${what}`, request, async () => {
      const now = await draft();
      return now !== undefined && carried.every((operation) => isCarriedOut(now, operation));
    });
  }
  const live = await liveConfiguration(context);
  const made = await draft();
  if (!made || !sameConfiguration(made, withOperations(live, operations)).equal) return;
  try {
    await step(': publish', publishDraft(key), async () => {
      const now = await liveConfiguration(context);
      return operations.every((operation) => isCarriedOut(now, operation));
    });
  } catch (error) {
    if (!giveUp || !(error instanceof MigratorError && error.code === 'IntentSettledOnlyByRetry')) throw error;
    await discard();
  }
}

/** By one look; `undefined` where it was not read. */
async function draftNow(context: StepContext): Promise<Synchronization | undefined> {
  const { backbone } = context.open(planOf(context).a.instance);
  const found = await backbone.draft(factOf(context, 'created').key);
  return found.state === 'present' ? found.value : undefined;
}

/** By all looks for as long as a node may be behind: one that is says so of a draft that was just made. */
async function isNoDraft(context: StepContext): Promise<boolean> {
  const { outgoingInterval: every, staleness } = context.config.timing;
  return !(await tookHold(async () => (await draftNow(context)) !== undefined, { every, staleness }));
}

/** This write took effect: it was answered, or read to be there. */
async function isSettled(context: StepContext, part: string): Promise<boolean> {
  return (await context.known.intents()).some((intent) => partOf(intent) === part && tookEffect(intent));
}

const partOf = ({ entry }: PastIntent): string => textFrom(entry.subject.part);

interface DraftRequest {
  /** Names the write within its draft. */
  what: string;
  carried: DraftOperation[];
  request: WriteRequest;
}

/** Mappings are added many at once; whatever is edited, and each default of a field, has a request of its own. */
function requestsFor(context: StepContext, operations: readonly DraftOperation[]): DraftRequest[] {
  const added = (list: DraftList) => operations.filter((each) => each.list === list && each.id === undefined);
  const many = (['issueTypeMappings', 'fieldMappings'] as const).map((list) => added(list));
  const defaults = [...added('firstFieldDefaults'), ...added('secondFieldDefaults')].map((one) => [one]);
  const edited = operations.filter(({ id }) => id !== undefined).map((one) => [one]);
  return [...many, ...defaults, ...edited].flatMap((carried) => {
    const [first] = carried;
    if (!first) return [];
    const elements = carried.map(({ element }) => element);
    const which = digestOf(elements).slice(0, 8);
    const act = first.id === undefined ? 'add to' : 'edit in';
    return [{ what: `${act} ${first.list} ${which}`, carried, request: requestFor(context, first, elements) }];
  });
}

function requestFor(
  context: StepContext,
  { list, id, element }: DraftOperation,
  elements: DraftOperation['element'][],
): WriteRequest {
  const { key, firstConnector, secondConnector } = factOf(context, 'created');
  const defaults = { firstFieldDefaults: firstConnector, secondFieldDefaults: secondConnector };
  const part = list === 'issueTypeMappings' || list === 'fieldMappings' ? list : { defaultsOf: defaults[list] };
  return id === undefined ? addToDraft(key, part, elements) : editInDraft(key, part, id, element);
}
