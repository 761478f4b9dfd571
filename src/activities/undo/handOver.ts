/**
 * Handing the delta over to the original before it starts (design P4). Where nothing moved, both work on the same issues: the
 * original is told of every pair, comment and message that the new one carried, so that it neither doubles nor forgets them.
 * Where A moved, the old A lacks what was done on the new one: B has it, and B resyncs it once the original runs.
 */
import { resync } from '../../backbone/requests.ts';
import type { SyncedIssueData, SyncInformation } from '../../backbone/types.ts';
import type { Blocked } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { textFrom } from '../../contract/text.ts';
import { keysJql } from '../../jira/jql.ts';
import { FILES } from '../../jira/types.ts';
import { pairName, sortByKeys } from '../../pairs/keys.ts';
import { translateEntries } from '../../pairs/translate.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor } from '../context.ts';
import { ENTRIES_PER_REQUEST, importPortion, isRefused, type Portion, refusalIn, wasTried } from '../importing.ts';
import { readEntries } from '../issueData.ts';
import { issuesByKey } from '../issues.ts';
import { lastSwitch } from '../ours.ts';
import { nameOf, originalNow, originalPlace, readPresentOriginal } from '../presence.ts';
import { ask } from '../questions.ts';
import { mappingsOf } from '../resync/mappedFields.ts';
import { copyNamed } from '../secondCopies.ts';
import { write } from '../write.ts';
import { type Delta, entriesOf, readDelta, unseenText } from './delta.ts';
import { choiceOf } from './undoStart.ts';

/** How the parts of both are called in the ledger. */
export const HAND_OVER = 'hand over to';
export const RESYNC = 'resync to the old A';

export const deltaToHandOver = async (context: StepContext): Promise<Delta | undefined> =>
  context.facts.delta && choiceOf(context) === 'handOver' ? readDelta(context, context.facts.delta) : undefined;

/** The entries as the original needs them: its connector keys, its order of sides. */
export async function entriesForOriginal(context: StepContext, delta: Delta): Promise<SyncedIssueData> {
  const { original, swapped } = planOf(context);
  const data = await translateEntries(await entriesOf(context, delta), {
    swapped,
    connectorKeys: { first: original.firstConnector, second: original.secondConnector },
  });
  // What had not arrived has to be looked at again by whoever runs next.
  const late = new Set(delta.undelivered);
  const again = (ofA: boolean) => (entry: SyncInformation) =>
    late.has(ofA ? entry.localIssueKey : entry.remoteIssueKey) ? { ...entry, lastChangeSeen: 0 } : entry;
  return {
    firstConnector: data.firstConnector.map(again(!swapped)),
    secondConnector: data.secondConnector.map(again(swapped)),
  };
}

/** Keys whose entry in the original lacks the pair or a comment of what is handed over. Empty where A moved: nothing is. */
export async function notHandedOver(context: StepContext, delta: Delta): Promise<string[]> {
  return planOf(context).moved ? [] : lackingOf(context, await entriesForOriginal(context, delta));
}

async function lackingOf(context: StepContext, wanted: SyncedIssueData): Promise<string[]> {
  const keys = new Set([...wanted.firstConnector, ...wanted.secondConnector].map((entry) => entry.localIssueKey));
  const live = await readEntries(
    context,
    planOf(context).original,
    ({ first, second }) => keys.has(first) || keys.has(second),
  );
  return [
    ...lacking(wanted.firstConnector, live.firstConnector),
    ...lacking(wanted.secondConnector, live.secondConnector),
  ];
}

function lacking(wanted: SyncInformation[], live: SyncInformation[]): string[] {
  const held = new Map(live.map((entry) => [entry.localIssueKey, entry]));
  return wanted
    .filter(({ localIssueKey, remoteIssueKey, comments = [] }) => {
      const entry = held.get(localIssueKey);
      const listed = new Set((entry?.comments ?? []).map(({ localId }) => localId));
      return entry?.remoteIssueKey !== remoteIssueKey || comments.some(({ localId }) => !listed.has(localId));
    })
    .map(({ localIssueKey }) => localIssueKey);
}

/** What an instance refuses a person can do in its pages: the next look asks them. */
export async function handOver(context: StepContext, delta: Delta): Promise<void> {
  const { instance } = planOf(context).original;
  for (const { list, ...portion } of await portionsOf(context, delta)) {
    const isThere = async (sent: SyncInformation[]) => {
      const none = { firstConnector: [], secondConnector: [] };
      return (await lackingOf(context, { ...none, [list]: sent })).length === 0;
    };
    await refusalIn(importPortion(context, instance, portion, isThere));
  }
}

/** Whether all of it was sent, and answered: what is lacking then is a person's. */
export async function handOverTried(context: StepContext, delta: Delta): Promise<boolean> {
  for (const portion of await portionsOf(context, delta)) if (!(await wasTried(context, portion))) return false;
  return true;
}

interface HandedPortion extends Portion {
  list: keyof SyncedIssueData;
}

/** The same ones each time. */
async function portionsOf(context: StepContext, delta: Delta): Promise<HandedPortion[]> {
  const { original } = planOf(context);
  const wanted = await entriesForOriginal(context, delta);
  const portions: HandedPortion[] = [];
  for (const list of ['firstConnector', 'secondConnector'] as const) {
    const connector = original[list];
    const sorted = sortByKeys(
      wanted[list],
      ({ localIssueKey }) => localIssueKey,
      ({ remoteIssueKey }) => remoteIssueKey,
    );
    for (let from = 0; from < sorted.length; from += ENTRIES_PER_REQUEST) {
      const entries = sorted.slice(from, from + ENTRIES_PER_REQUEST);
      const number = from === 0 ? '' : `, ${from / ENTRIES_PER_REQUEST + 1}`;
      portions.push({ list, part: `${HAND_OVER} ${connector}${number}`, connector, entries });
    }
  }
  return portions;
}

/** What the instance said when it refused the last request of these; `undefined` where it refused none, or somebody sent `retry` since. */
export async function refusalOf(context: StepContext, beginning: string): Promise<string | undefined> {
  const last = (await context.known.intents()).findLast(({ entry }) =>
    String(entry.subject.part).startsWith(beginning),
  );
  if (!last || !isRefused(context, last)) return undefined;
  return last.said
    ? context.store.artifacts.getJson<string>(last.said)
    : `${planOf(context).original.instance} refused it`;
}

/**
 * It was started before it was told of what the new one carried: it doubles that, and is told of nothing while it runs. What it is told of
 * is deleted with the new one, so that waits, too.
 */
export async function originalRunsAgain(context: StepContext): Promise<Blocked | undefined> {
  // Where A moved it is told of nothing.
  if (planOf(context).moved || !(await deltaToHandOver(context))) return undefined;
  const where = originalPlace(context);
  const now = await originalNow(context);
  // Told, and started by us.
  if (!now || now.stopped || (await lastSwitch(context, where)) === 'start') return undefined;
  const { key } = planOf(context).original;
  return {
    state: 'blocked',
    code: 'OriginalRunsAgain',
    reason: `${nameOf(where)} is ${now.raw.status}: somebody started it before it was told of what the new one carried.`,
    remedy: `Stop ${key}, and look for issues and comments that it has made a second time. Then send retry: it is told first, and started then.`,
    items: [key],
  };
}

/** Keys on B. Jira refuses a query that names one that is gone, for all the others too. */
interface ToResync {
  keys: string[];
  gone: string[];
}

/** Issues of B that people worked on under the new one, on either side: B has the newest content of all of them. */
export async function resyncOf(context: StepContext, delta: Delta): Promise<ToResync> {
  const { b, moved } = planOf(context);
  if (!moved) return { keys: [], gone: [] };
  const unknown = new Set(delta.born.map(({ second }) => second));
  const { secondConnector } = await entriesOf(context, delta);
  const all = secondConnector.map(({ localIssueKey }) => localIssueKey).filter((key) => !unknown.has(key));
  if (b.unread) return { keys: all, gone: [] };
  const there = await issuesByKey(context, b, all);
  return { keys: all.filter((key) => there.has(key)), gone: all.filter((key) => !there.has(key)) };
}

export const keysToResync = async (context: StepContext, delta: Delta): Promise<string[]> =>
  (await resyncOf(context, delta)).keys;

interface OldAResync {
  connector: string;
  requests: { jql: string; fieldMappings: string[] }[];
}

/** Every field that the original carries from B to A. */
async function oldAResync(context: StepContext, delta: Delta): Promise<OldAResync> {
  const { original, swapped } = planOf(context);
  const { value } = await readPresentOriginal(context);
  const against = swapped ? 'SECOND_TO_FIRST' : 'FIRST_TO_SECOND';
  const mappings = mappingsOf(value).filter(({ direction }) => direction !== against);
  const fieldMappings = mappings.map(({ id }) => textFrom(id));
  return {
    connector: swapped ? original.firstConnector : original.secondConnector,
    requests: [{ jql: keysJql(await keysToResync(context, delta)), fieldMappings }],
  };
}

/** About the delta: nothing else says which issues it was for. */
export const resyncOldAQuestion = (context: StepContext): AskedQuestion =>
  ask({
    id: 'resyncOldA',
    text: 'Is the resync done, and through?',
    choices: [{ value: 'done', label: 'Yes' }],
    shows: context.facts.delta ?? null,
  });

export async function resyncOldATask(
  context: StepContext,
  delta: Delta,
  { missing, refused }: { missing: string[]; refused: string | undefined },
): Promise<HumanTask> {
  const { original, oldA, oldB } = planOf(context);
  const digest = await context.store.artifacts.putJson(await oldAResync(context, delta));
  return taskFor(context, {
    title: `Resync ${original.key} from ${oldB.project} to ${oldA.project}`,
    why: `${missing.join(', ')}. ${refused ?? 'The instance has no interface for us to resync (configuration: resync: person).'}`,
    who: administratorOf(oldA),
    clicks: [
      `Open ${original.key} on ${original.instance} and trigger a resync from project ${oldB.project} to project ${oldA.project}.`,
      'Select all fields, for the issues that the attached file names.',
    ],
    files: [{ name: `${original.key}-resync-${oldB.project}-${oldA.project}.json`, digest }],
    questions: [resyncOldAQuestion(context)],
  });
}

/** Sent once the original runs. What it refuses a person can do in its pages. */
export async function resyncToOldA(context: StepContext, delta: Delta): Promise<void> {
  const { original } = planOf(context);
  const { connector, requests } = await oldAResync(context, delta);
  const [wanted = { jql: '', fieldMappings: [] }] = requests;
  const sent = write(context, {
    part: RESYNC,
    instance: original.instance,
    request: resync(connector, wanted),
    // It has no trace of its own: sent twice it does no harm, since it carries the current content.
    settled: async () => false,
  });
  await refusalIn(sent);
}

/** What cannot be handed over, a sentence each. */
export function residueOf(context: StepContext, delta: Delta): string[] {
  const { born, changed, copies, unpaired, undelivered } = delta;
  const { moved, a, b, oldA, original } = planOf(context);
  const name = { a: sideName(a), b: sideName(b), oldA: sideName(oldA) };
  const lines = [
    ...copies.map(
      (copy) =>
        `${copyNamed(context, copy)} came into being under the new one; what people do on it stands there alone.`,
    ),
    ...unpaired.map(({ side, key }) =>
      moved && side === 'a'
        ? `${key} of ${name.a} was in no pair: it is there alone, and ${original.key} does not carry it.`
        : `${key} of ${name[side]} was in no pair; ${original.key} may create its counterpart.`,
    ),
    ...unseenText(context, delta),
    ...undelivered.map((key) => `Messages of ${key} had not arrived when the new one was stopped; look at its pair.`),
    `The sync info panel shows what ${original.key} sends from now on; what the new one wrote there is gone with it.`,
  ];
  const files = changed.filter(({ fields }) => fields.includes(FILES));
  if (!moved)
    return [
      ...files.map(
        ({ side, key }) =>
          `Files were attached to ${key} of ${name[side]}; where the new one carried them, ${original.key} may carry them a second time.`,
      ),
      ...lines,
    ];
  return [
    ...born.map(
      (pair) => `${pairName(pair)} was born under the new one: ${oldA.instance}/${oldA.project} has no such issue.`,
    ),
    // Those of the new A are found on it.
    ...files
      .filter(({ side }) => side === 'b')
      .map(({ key }) => `Files were attached to ${key} of ${name.b}; no resync carries them to ${name.oldA}.`),
    ...lines,
  ];
}
