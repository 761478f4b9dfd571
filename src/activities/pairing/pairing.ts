/**
 * Preparing the synced issue data for the new synchronization: which pairs may be used, and which comments are already there. Pairs
 * are looked at some hundred at a time; what is kept of each is a few numbers, so that a million fit.
 */
import { append } from '../../contract/lists.ts';
import type { JiraIssue } from '../../jira/types.ts';
import { type IdMapping, mappingBetween } from '../../mapping/idMapping.ts';
import { type ClassifyInput, classifyPairs, noPairs, PAIR_CLASSES, type PairClass } from '../../pairs/classify.ts';
import type { CommentDecisions, OpenComment } from '../../pairs/commentList.ts';
import type { Pair } from '../../pairs/keys.ts';
import { PairTable, readPairs } from '../../pairs/table.ts';
import { type LeftOutComment, translateIssueData } from '../../pairs/translate.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { mappedIssueTypes } from '../forecast.ts';
import { issuesByKey, keyOnNewA, PAIRS_AT_ONCE } from '../issues.ts';
import { idMappings, liveConfiguration } from '../translation.ts';
import { CarriedComments, copyStartedOn } from './comments.ts';
import { preImageLines } from './preImage.ts';
import { type People, whoIsWho } from './samePeople.ts';

type Listed = Exclude<PairClass, 'present'>;
const LISTED = PAIR_CLASSES.filter((name): name is Listed => name !== 'present');

/** What is found when pairs are looked at, class by class; those that are present are counted. */
export interface Pairing {
  present: number;
  classes: Record<Listed, Pair[]>;
  /** Why a pair is in its class, by `A <> B`. */
  reasons: Record<string, string>;
  /** Comments that are not on new A, so that they count as not yet carried. */
  commentsLeftOut: number;
  translatedData: string;
  preImage: string;
}

/** The pairing, and what of its comments a person has to decide first. */
export interface Prepared extends Pairing {
  open: OpenComment[];
}

/** What people decided beforehand. */
export interface PairingDecisions {
  comments: CommentDecisions;
  /** Pairs with an issue that is deleted, moved or hidden from us are paired as they were. */
  keepUnseen: boolean;
}

export async function preparePairing(
  context: StepContext,
  { comments: decided, keepUnseen }: PairingDecisions,
): Promise<Prepared> {
  const plan = planOf(context);
  const { artifacts } = context.store;
  const issueData = factOf(context, 'issueData');
  using pairs = await readPairs(artifacts.get(issueData), { swapped: plan.swapped });
  using usable = new PairTable({ keys: pairs.keys });
  const official = await officialOfA(context);
  const copyStarted = await copyStartedOn(context);
  using comments = new CarriedComments(context, copyStarted, decided, official);
  const found: Pick<Pairing, 'present' | 'classes' | 'reasons'> = { present: 0, classes: noPairs(LISTED), reasons: {} };

  // One look at every pair; what it finds is noted, what it read is written down as it goes.
  async function* lookAtAll(): AsyncGenerator<Buffer> {
    const people = whoIsWho(context, official);
    const issueTypeIds = mappedIssueTypes(await liveConfiguration(context));
    const all = pairs.sorted();
    for (let from = 0; from < all.length; from += PAIRS_AT_ONCE) {
      const seen = await look(context, all.slice(from, from + PAIRS_AT_ONCE), {
        people,
        issueTypeIds,
        copyStarted: copyStarted.oldA,
      });
      found.present += seen.classes.present.length;
      for (const name of LISTED) append(found.classes[name], seen.classes[name]);
      Object.assign(found.reasons, seen.reasons);
      const unseen = keepUnseen ? [...seen.classes.notVisible, ...seen.classes.moved] : [];
      for (const pair of [...seen.usable, ...unseen]) {
        usable.add(pair);
        if (plan.moved) await comments.look(pair, seen, people.same);
      }
      yield* preImageLines('a', seen.newA.values());
      yield* preImageLines('b', seen.b.values());
    }
  }

  const preImage = await artifacts.put(lookAtAll(), 'application/x-ndjson');
  const leftOut: LeftOutComment[] = [];
  const translatedData = await artifacts.put(
    translateIssueData(artifacts.get(issueData), {
      swapped: plan.swapped,
      connectorKeys: connectorKeys(context),
      keep: usable,
      ...(plan.oldA.project === plan.a.project
        ? {}
        : { projects: { first: { from: plan.oldA.project, to: plan.a.project } } }),
      ...(plan.moved ? { comments: comments.ids } : {}),
      leftOut: (comment) => leftOut.push(comment),
    }),
    'application/json',
  );
  return { ...found, commentsLeftOut: leftOut.length, translatedData, preImage, open: comments.openOf(leftOut) };
}

async function officialOfA(context: StepContext): Promise<IdMapping | undefined> {
  const { a, oldA } = planOf(context);
  return mappingBetween(await idMappings(context), oldA.instance, a.instance);
}

/** What a look at some pairs read, by key. */
export interface Looked {
  oldA: Map<string, JiraIssue>;
  newA: Map<string, JiraIssue>;
  b: Map<string, JiraIssue>;
}

interface Known {
  people: People;
  issueTypeIds: NonNullable<ClassifyInput['issueTypeIds']>;
  /** As old A tells time. */
  copyStarted: number;
}

async function look(context: StepContext, pairs: Pair[], { people, issueTypeIds, copyStarted }: Known) {
  const plan = planOf(context);
  const renamed = (key: string) => keyOnNewA(plan, key);
  const [firsts, seconds] = [pairs.map(({ first }) => first), pairs.map(({ second }) => second)];
  const query = { comments: true };
  const [oldA, b, there] = await Promise.all([
    issuesByKey(context, plan.oldA, firsts, query),
    issuesByKey(context, plan.b, seconds, query),
    plan.moved ? issuesByKey(context, plan.a, firsts.map(renamed), query) : undefined,
  ]);
  const newA = there ?? oldA;
  if (plan.moved) await people.learn(firsts.map((key) => [oldA.get(key), newA.get(renamed(key))] as const));
  const classified = classifyPairs({
    pairs,
    oldA,
    newA,
    b: plan.b.unread ? undefined : b,
    moved: plan.moved,
    renameA: renamed,
    issueTypeIds,
    userSame: people.same,
    ...(plan.moved ? { copyStarted } : {}),
  });
  return { ...classified, oldA, newA, b };
}

function connectorKeys(context: StepContext): { first: string; second: string } {
  const { firstConnector, secondConnector } = factOf(context, 'created');
  return { first: firstConnector, second: secondConnector };
}
