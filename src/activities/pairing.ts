/** Preparing the synced issue data for the new synchronization: which pairs may be used, and which comments are already there. */
import type { SyncedIssueData } from '../backbone/types.ts';
import type { Plan, Side } from '../contract/steps.ts';
import type { JiraComment, JiraIssue } from '../jira/types.ts';
import { classifyPairs, type PairClass } from '../pairs/classify.ts';
import { matchComments } from '../pairs/comments.ts';
import { orient, type Pair, pairName, pairsOf } from '../pairs/keys.ts';
import { type CommentIds, type DroppedComment, translateIssueData } from '../pairs/translate.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { issuesByKey, keyOnNewA } from './issues.ts';
import { samePeople } from './samePeople.ts';

/** Kept as an artifact; verify and the report read it. */
export interface Pairing {
  classes: Record<PairClass, Pair[]>;
  /** Why a pair is in its class, by `A <> B`. */
  reasons: Record<string, string>;
  /** Comments that are not on new A, so that they count as not yet carried. */
  unlistedComments: DroppedComment[];
  translatedData: string;
  preImage: string;
}

export async function preparePairing(context: StepContext): Promise<Pairing> {
  const plan = planOf(context);
  const data = await context.store.artifacts.getJson<SyncedIssueData>(factOf(context, 'issueData'));
  const pairs = pairsOf(data).map((pair) => orient(pair, plan.swapped));
  const renamed = (key: string) => keyOnNewA(plan, key);
  const read = (side: Side, keys: string[]) => issuesByKey(context, side, keys, { comments: true });
  const [oldA, b] = await Promise.all([
    read(
      plan.oldA,
      pairs.map((pair) => pair.first),
    ),
    read(
      plan.b,
      pairs.map((pair) => pair.second),
    ),
  ]);
  const newA = plan.moved
    ? await read(
        plan.a,
        pairs.map((pair) => renamed(pair.first)),
      )
    : oldA;
  const copyStarted = context.start.move ? Date.parse(context.start.move.copyStarted) : undefined;
  const userSame = plan.moved ? await samePeople(context, oldA.values(), newA.values()) : Object.is;
  const { usable, classes, reasons } = classifyPairs({
    pairs,
    oldA,
    newA,
    b: plan.b.unread ? undefined : b,
    moved: plan.moved,
    renameA: renamed,
    userSame,
    ...(copyStarted === undefined ? {} : { copyStarted }),
  });
  const kept = new Set(usable.map(pairName));
  const comments: { first: CommentIds; second: CommentIds } = { first: {}, second: {} };
  for (const pair of plan.moved ? usable : []) {
    const onA = newA.get(renamed(pair.first));
    comments.first[pair.first] = matchComments(oldA.get(pair.first)?.comments ?? [], onA?.comments ?? [], userSame);
    comments.second[pair.second] = listedOnB(b.get(pair.second), onA, copyStarted ?? 0);
  }
  const translated = translateIssueData({
    data,
    swapped: plan.swapped,
    connectorKeys: connectorKeys(context),
    keep: (pair) => kept.has(pairName(pair)),
    renameLocal: (side, key) => (side === 'first' ? renamed(key) : key),
    comments: {
      first: plan.moved ? comments.first : null,
      second: plan.moved && !plan.b.unread ? comments.second : null,
    },
  });
  return {
    classes,
    reasons,
    unlistedComments: translated.droppedComments,
    translatedData: await context.store.artifacts.putJson(translated.data),
    preImage: await context.store.artifacts.putJson(preImage(plan, newA, b)),
  };
}

function connectorKeys(context: StepContext): { first: string; second: string } {
  const { firstConnector, secondConnector } = factOf(context, 'created');
  return { first: firstConnector, second: secondConnector };
}

/**
 * A comment made on B after the copy began reached old A only. While it stays listed, the new synchronization takes it for
 * carried and it is lost; so it is listed only if new A has its text.
 */
function listedOnB(
  issue: JiraIssue | undefined,
  onA: JiraIssue | undefined,
  copyStarted: number,
): Record<string, string | null> {
  const listed: Record<string, string | null> = {};
  for (const comment of issue?.comments ?? []) {
    const missing = comment.created >= copyStarted && !onA?.comments?.some((other) => carries(other, comment));
    listed[comment.id] = missing ? null : comment.id;
  }
  return listed;
}

/** Enriched comment mappings put a heading before the text, so containing it is enough. */
const carries = (copy: JiraComment, comment: JiraComment): boolean => copy.body.includes(comment.body.trim());

/** The compared fields of both sides before the start: the summary resync makes summaries equal, and with it the proof vanishes. */
function preImage(plan: Plan, newA: Map<string, JiraIssue>, b: Map<string, JiraIssue>) {
  const side = (issues: Map<string, JiraIssue>) =>
    [...issues.values()].map(({ key, id, summary, status, updated, reporter, created }) => ({
      key,
      id,
      summary,
      status,
      updated,
      reporter,
      created,
    }));
  return { a: { ...plan.a, issues: side(newA) }, b: { ...plan.b, issues: side(b) } };
}
