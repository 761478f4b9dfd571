/** Step 3 of the guide: pair the issues with the synced issue data, before the new synchronization is started. */

import type { SyncedIssueData, SyncInformation } from '../../backbone/types.ts';
import { append } from '../../contract/lists.ts';
import type { CheckResult } from '../../contract/steps.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { notHeldByBoth, withOtherComments } from '../../pairs/compare.ts';
import type { Side } from '../../pairs/entry.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { multipleKeys } from '../../pairs/mirrors.ts';
import { type EntryVisitor, scanning } from '../../pairs/scanner.ts';
import { type PairTable, readPairs } from '../../pairs/table.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import { ENTRIES_PER_REQUEST, importPortion } from '../importing.ts';
import { type ConnectorKeys, readConnector } from '../issueData.ts';
import { tableAgainst } from '../pairing/held.ts';
import { otherCommentsOf, otherCommentsQuestion, otherCommentsTask } from '../pairing/otherComments.ts';
import { type Pairing, preparePairing } from '../pairing/pairing.ts';
import { areKept, decidedSoFar, listState, openComments, pairingState, pairingTask } from '../pairing/questions.ts';
import { readPresentCreated } from '../presence.ts';
import { answerTo } from '../questions.ts';
import type { Step } from '../step.ts';

export const pairIssues: Step = {
  name: 'pairIssues',

  async check(context) {
    // Issue data that was downloaded again, and differs, is paired anew.
    if (!isPrepared(context)) {
      const unready = await prepare(context);
      if (unready) return unready;
    }
    const { pairing, translatedData, preImage, pairedFrom, dropped, pairingState } = context.facts;
    const facts = { pairing, translatedData, preImage, pairedFrom, dropped, pairingState };
    using table = await tableAgainst(context, factOf(context, 'created'), factOf(context, 'translatedData'), {
      comments: true,
    });
    const pairs = table.expected;
    const [missing, multiple, other] = [notHeldByBoth(table), multipleKeys(table), withOtherComments(table)];
    if (multiple.length > 0) {
      return {
        state: 'blocked',
        code: 'PairedTwice',
        reason: 'An issue is paired more than once in the new synchronization.',
        remedy: 'Remove the wrong entries there, then send retry.',
        items: multiple,
      };
    }
    const accepted = other.length === 0 || answerTo(context, otherCommentsQuestion(context, other)) !== undefined;
    if (missing.length === 0 && !accepted && !(await mayHaveRun(context))) {
      const task = () => otherCommentsTask(context, other);
      return { state: 'notDone', missing: otherCommentsOf(other), next: 'person', asks: 'comments', task, facts };
    }
    if (missing.length === 0) {
      const left = dropped ? `, ${dropped} left out because they were born after the copy` : '';
      return { state: 'done', basis: 'read', facts, note: `${pairs} pairs${left}` };
    }
    const said = [`${missing.length} pairs are not held by both connectors of the new synchronization`];
    if (performerOf(context) === 'rest') return { state: 'notDone', missing: said, next: 'perform', facts };
    return { state: 'notDone', missing: said, next: 'person', asks: 'pairs', task: () => pairTask(context), facts };
  },

  async perform(context) {
    const keys = factOf(context, 'created');
    const isLacking = (await mayHaveRun(context)) ? await lacking(context) : () => true;
    for await (const { side, number, entries } of portions(context)) {
      const wanted = entries.filter((entry) => isLacking(side, entry));
      if (wanted.length === 0) continue;
      const connector = keys[`${side}Connector`];
      const { instance } = planOf(context).a;
      const part = `pairs of ${connector}, ${number}`;
      await importPortion(context, instance, { part, connector, entries: wanted }, async (sent) => {
        using there = await readConnector(context, instance, connector);
        return sent.every((entry) => there.has({ first: entry.localIssueKey, second: entry.remoteIssueKey }));
      });
    }
  },
};

async function pairTask(context: StepContext): Promise<HumanTask> {
  const { key } = factOf(context, 'created');
  const data = (await mayHaveRun(context)) ? await lackingData(context) : factOf(context, 'translatedData');
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
    files: [{ name: `${key}-synced-issues.json`, digest: data }],
    waitingFor: 'the sync information of both connectors holds every pair of the file.',
  });
}

const isPrepared = ({ facts: { translatedData, pairedFrom, issueData } }: StepContext): boolean =>
  translatedData !== undefined && pairedFrom === issueData;

/** Then it may list what it carried itself, and whoever imports the file again makes it forget that. */
async function mayHaveRun(context: StepContext): Promise<boolean> {
  const entries = await context.known.entries();
  if (entries.some(({ subject }) => subject.step === 'startSynchronization')) return true;
  return !(await readPresentCreated(context)).stopped;
}

type IsLacking = (side: Side, entry: SyncInformation) => boolean;

/**
 * Of one that has run: an entry that is there lists what was carried since, and importing it once more would forget that. Both entries
 * of a pair belong together, or their numbers would not.
 */
async function lacking(context: StepContext): Promise<IsLacking> {
  using table = await tableAgainst(context, newKeys(context), factOf(context, 'translatedData'));
  const names = new Set(notHeldByBoth(table).map(pairName));
  return (side, { localIssueKey: local, remoteIssueKey: remote }) =>
    names.has(pairName(side === 'first' ? { first: local, second: remote } : { first: remote, second: local }));
}

/** The file for a person, with these alone. */
async function lackingData(context: StepContext): Promise<string> {
  const isLacking = await lacking(context);
  const data: SyncedIssueData = { firstConnector: [], secondConnector: [] };
  for await (const { side, entries } of portions(context))
    append(
      data[`${side}Connector`],
      entries.filter((entry) => isLacking(side, entry)),
    );
  return context.store.artifacts.putJson(data);
}

/** Looks at every pair and comment. `undefined`: the translated data is there; else why it is not. */
async function prepare(context: StepContext): Promise<CheckResult | undefined> {
  const state = await pairingState(context);
  const before = await decidedSoFar(context, state);
  if ('missing' in before) {
    const { missing, state: asked } = before;
    return { state: 'notDone', missing, next: 'person', task: () => pairingTask(context, asked) };
  }
  const { open, ...pairing } = await preparePairing(context, before);
  if (pairing.classes.contradicted.length > 0) return contradicted(pairing);
  const hidden = named(pairing, [...pairing.classes.notVisible, ...pairing.classes.moved]);
  const [unseen, kept] = areKept(context, hidden) ? [[], hidden] : [hidden, []];
  const asked = await listState(context, { unseen, kept, decided: before.comments, accepted: before.accepted, open });
  const digest = await context.store.artifacts.putJson(asked);
  if (unseen.length > 0 || open.length > 0) {
    const facts = { pairingState: digest };
    context.facts = { ...context.facts, ...facts };
    const missing = [...unseen, ...(open.length > 0 ? [openComments(open.length)] : [])];
    return { state: 'notDone', missing, next: 'person', task: () => pairingTask(context, asked), facts };
  }
  context.facts = {
    ...context.facts,
    pairing: await context.store.artifacts.putJson(pairing),
    translatedData: pairing.translatedData,
    preImage: pairing.preImage,
    pairedFrom: factOf(context, 'issueData'),
    dropped: pairing.classes.bornAfterCopy.length,
    pairingState: digest,
  };
  return undefined;
}

interface Portion {
  side: Side;
  /** From 1, for each side. */
  number: number;
  entries: SyncInformation[];
}

/** What one request carries, in the order of the file. */
async function* portions(context: StepContext): AsyncGenerator<Portion> {
  const ready: Portion[] = [];
  let filling: Portion = { side: 'first', number: 0, entries: [] };
  const next = (side: Side) => {
    if (filling.entries.length > 0) ready.push(filling);
    filling = { side, number: filling.side === side ? filling.number + 1 : 1, entries: [] };
  };
  const visitor: EntryVisitor = {
    open: next,
    entry: (entry) => {
      if (filling.entries.length === ENTRIES_PER_REQUEST) next(entry.side);
      filling.entries.push(entry.parsed());
    },
    close: next,
  };
  for await (const _ of scanning(translated(context), visitor)) yield* ready.splice(0);
  yield* ready.splice(0);
}

/** Paired or unpaired, a pair with another issue under its key would damage one side. */
const contradicted = (pairing: Pairing): CheckResult => ({
  state: 'blocked',
  code: 'WitnessesContradict',
  reason: 'The issue under this key on the new instance is another one: created, reporter or type differ.',
  remedy: 'Move the wrong issue out of its key or copy the project again, then send retry.',
  items: named(pairing, pairing.classes.contradicted),
});

const named = ({ reasons }: Pairing, pairs: Pair[]): string[] =>
  pairs.map(pairName).map((name) => `${name}${reasons[name] ? ` (${reasons[name]})` : ''}`);

/** The pairs that the new synchronization was given. */
export const expectedPairs = (context: StepContext): Promise<PairTable> => readPairs(translated(context));

const translated = (context: StepContext): AsyncIterable<Uint8Array> =>
  context.store.artifacts.get(factOf(context, 'translatedData'));

/** Where the new synchronization's sync information is read. */
export const newKeys = (context: StepContext): ConnectorKeys => factOf(context, 'created');
