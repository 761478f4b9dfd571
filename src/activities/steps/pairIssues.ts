/** Step 3 of the guide: pair the issues with the synced issue data, before the new synchronization is started. */
import { importSyncInformation } from '../../backbone/requests.ts';
import type { SyncedIssueData, SyncInformation } from '../../backbone/types.ts';
import { notHeldByBoth } from '../../pairs/compare.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { multipleKeys } from '../../pairs/mirrors.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import { readIssueData } from '../issueData.ts';
import { type Pairing, preparePairing } from '../pairing.ts';
import type { Step } from '../step.ts';
import { write } from '../write.ts';

/** The largest accepted request is not documented; this many entries are about 150 KB. */
const ENTRIES_PER_REQUEST = 500;

export const pairIssues: Step = {
  name: 'pairIssues',

  async check(context) {
    // Issue data that was downloaded again, and differs, is paired anew.
    if (!context.facts.translatedData || context.facts.pairedFrom !== context.facts.issueData) {
      const pairing = await preparePairing(context);
      const blocked = blockedBy(pairing);
      if (blocked) return blocked;
      const leftOut = pairing.classes.bornAfterCopy.length;
      context.facts = {
        ...context.facts,
        pairing: await context.store.artifacts.putJson(pairing),
        translatedData: pairing.translatedData,
        preImage: pairing.preImage,
        pairedFrom: factOf(context, 'issueData'),
        dropped: leftOut,
      };
    }
    const { pairing, translatedData, preImage, pairedFrom, dropped } = context.facts;
    const facts = { pairing, translatedData, preImage, pairedFrom, dropped };
    const wanted = await expectedData(context);
    const { data: live } = await readIssueData(context, newKeys(context));
    const [missing, multiple] = [notHeldByBoth(wanted, live), multipleKeys(live)];
    if (multiple.length > 0) {
      return {
        state: 'blocked',
        code: 'PairedTwice',
        reason: 'An issue is paired more than once in the new synchronization.',
        remedy: 'Remove the wrong entries there, then send retry.',
        items: multiple,
      };
    }
    if (missing.length === 0) {
      const left = dropped ? `, ${dropped} left out because they were born after the copy` : '';
      return { state: 'done', basis: 'read', facts, note: `${wanted.firstConnector.length} pairs${left}` };
    }
    const next = performerOf(context) === 'rest' ? 'perform' : 'person';
    return {
      state: 'notDone',
      missing: [`${missing.length} pairs are not held by both connectors of the new synchronization`],
      next,
      facts,
    };
  },

  async perform(context) {
    const wanted = await expectedData(context);
    const keys = factOf(context, 'created');
    for (const [connector, entries] of [
      [keys.firstConnector, wanted.firstConnector],
      [keys.secondConnector, wanted.secondConnector],
    ] as const) {
      for (let from = 0; from < entries.length; from += ENTRIES_PER_REQUEST) {
        await importChunk(
          context,
          connector,
          entries.slice(from, from + ENTRIES_PER_REQUEST),
          from / ENTRIES_PER_REQUEST + 1,
        );
      }
    }
  },

  async instruct(context) {
    const { key } = factOf(context, 'created');
    return taskFor(context, {
      title: `Pair the issues of ${key}`,
      why: 'What the importing request does to existing entries is not documented (configuration: pairIssues: person).',
      who: administratorOf(planOf(context).a),
      clicks: [
        `Open ${key} on ${planOf(context).a.instance}, click ••• and then Pair existing issues.`,
        'Choose "Pair existing issues synced with Backbone before" and upload the attached file.',
        'Leave "update sync info panel" unchecked.',
        'Do not start the synchronization yet.',
      ],
      files: [{ name: `${key}-synced-issues.json`, digest: factOf(context, 'translatedData') }],
      waitingFor: 'the sync information of both connectors holds every pair of the file.',
    });
  },
};

async function importChunk(
  context: StepContext,
  connector: string,
  entries: SyncInformation[],
  number: number,
): Promise<void> {
  const { a } = planOf(context);
  const { backbone } = context.open(a.instance);
  await write(context, {
    part: `pairs of ${connector}, ${number}`,
    instance: a.instance,
    request: importSyncInformation(connector, entries),
    settled: async () => {
      const there = new Set((await backbone.syncInformation(connector)).map((entry) => entry.localIssueKey));
      return entries.every((entry) => there.has(entry.localIssueKey));
    },
  });
}

/** Contradictions and pairs that cannot be seen close the way: paired or unpaired, they would damage one side. */
function blockedBy({ classes, reasons }: Pairing) {
  const named = (pairs: Pair[]) =>
    pairs.map((pair) => `${pairName(pair)}${reasons[pairName(pair)] ? ` (${reasons[pairName(pair)]})` : ''}`);
  if (classes.contradicted.length > 0) {
    return {
      state: 'blocked' as const,
      code: 'WitnessesContradict',
      reason: 'The issue under this key on the new instance is another one: created, reporter or type differ.',
      remedy: 'Move the wrong issue out of its key or copy the project again, then send retry.',
      items: named(classes.contradicted),
    };
  }
  const unseen = [...classes.notVisible, ...classes.moved];
  if (unseen.length === 0) return undefined;
  return {
    state: 'blocked' as const,
    code: 'PairsNotVisible',
    reason:
      'These pairs have an issue that is deleted, moved or hidden from us; left unpaired, the start would create it again.',
    remedy:
      'Give the user of the configuration sight of them, or copy them, or delete the entry from the original; then send retry.',
    items: named(unseen),
  };
}

export const expectedData = (context: StepContext): Promise<SyncedIssueData> =>
  context.store.artifacts.getJson<SyncedIssueData>(factOf(context, 'translatedData'));

/** Where the new synchronization's sync information is read. */
export const newKeys = (context: StepContext) => ({
  instance: planOf(context).a.instance,
  ...factOf(context, 'created'),
});
