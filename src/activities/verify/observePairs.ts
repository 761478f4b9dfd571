/** Each pair compared on both sides, some at a time: what is kept of them are findings, and no issues. */

import type { Synchronization } from '../../backbone/types.ts';
import { append } from '../../contract/lists.ts';
import { type ComparableMapping, sameValue } from '../../evidence/fieldValues.ts';
import type { Observed } from '../../evidence/types.ts';
import type { JiraComment, JiraIssue } from '../../jira/types.ts';
import { notCarried } from '../../pairs/comments.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import type { SeenIssue } from '../../partner/compare.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { issuesOfAllPairs, keyNamed } from '../issues.ts';
import { type PreImageLine, readPreImage } from '../pairing/preImage.ts';
import { resyncPlan } from '../resync/chunks.ts';
import { comparableMappings, isSummaryCarried } from '../resync/mappedFields.ts';
import type { ResyncPlan } from '../resync/plan.ts';
import { findRepairs, type Repairs } from '../resync/repairs.ts';
import { commentsThroughOldA } from '../resync/throughOldA.ts';
import { unlessAccepted } from './acceptance.ts';
import { commentsMissingOrDoubled, commentWays } from './commentCheck.ts';
import { unseenOnOldA } from './unseen.ts';

export interface PairFindings
  extends Pick<
    Observed,
    | 'unreadable'
    | 'contradicted'
    | 'summariesCarried'
    | 'summaryMismatches'
    | 'fieldMismatches'
    | 'notCompared'
    | 'commentsMissing'
    | 'commentsDoubled'
  > {
  /** By key, for what a partner returns; kept only where B cannot be read. */
  onA: Map<string, SeenIssue>;
}

/** `since`: the beginning of the gap in which changes may be missing, in epoch milliseconds. */
export async function observePairs(
  context: StepContext,
  configuration: Synchronization,
  pairs: Pair[],
  since: number,
): Promise<PairFindings> {
  const plan = planOf(context);
  const { unread } = plan.b;
  const name = { a: (key: string) => keyNamed(plan, plan.a, key), b: (key: string) => keyNamed(plan, plan.b, key) };
  const mappings = comparableMappings(configuration);
  const ways = commentWays(configuration);
  const found: PairFindings = {
    unreadable: [],
    contradicted: [],
    summariesCarried: isSummaryCarried(configuration),
    summaryMismatches: [],
    fieldMismatches: [],
    notCompared: [],
    commentsMissing: [],
    commentsDoubled: [],
    onA: new Map(),
  };
  // Found anew: what people changed since the resync was planned has to be on both sides just as well.
  const changed = await findRepairs(context, pairs, configuration, since);
  const planned = new Map((await resyncPlan(context)).repairs.map((repair) => [repair.pair.first, repair]));
  const before = await witnessesOnA(context);
  const late = ways.bToA ? await commentsThroughOldA(context) : new Map<string, JiraComment[]>();
  const fields = (side: 'aField' | 'bField') => ({ comments: true, fields: mappings.map((mapping) => mapping[side]) });
  const query = { a: fields('aField'), b: fields('bField') };
  for await (const { pairs: some, onA, onB } of issuesOfAllPairs(context, pairs, query)) {
    for (const pair of some) {
      const [a, b] = [onA.get(pair.first), onB.get(pair.second)];
      const unseen = [...(a ? [] : [name.a(pair.first)]), ...(b || unread ? [] : [name.b(pair.second)])];
      append(found.unreadable, unseen);
      if (!a) continue;
      // A paired issue on A must still be the one whose witnesses were compared before pairing.
      const then = before.get(pair.first);
      if (then && (a.created !== then.created || a.reporter !== then.reporter)) found.contradicted.push(pair.first);
      if (unread) found.onA.set(pair.first, seen(a));
      if ((await notCarried(late.get(pair.first) ?? [], a.comments ?? [])).length > 0)
        found.commentsMissing.push(name.a(a.key));
      if (!b) continue;
      if (found.summariesCarried && a.summary !== b.summary) found.summaryMismatches.push(pair.first);
      compareFields(
        found,
        pair,
        { a, b },
        {
          mappings,
          changed: changed.get(pair.first),
          planned: planned.get(pair.first),
        },
      );
      const named = { first: name.a(pair.first), second: name.b(pair.second) };
      const { commentsMissing, commentsDoubled } = await commentsMissingOrDoubled(named, a, b, ways);
      append(found.commentsMissing, commentsMissing);
      append(found.commentsDoubled, commentsDoubled);
    }
  }
  const unreadable = [...found.unreadable, ...(await unseenOnOldA(context))];
  return { ...found, unreadable: unlessAccepted(context, 'unreadable', unreadable) };
}

async function witnessesOnA(context: StepContext): Promise<Map<string, Pick<PreImageLine, 'created' | 'reporter'>>> {
  const then = new Map<string, Pick<PreImageLine, 'created' | 'reporter'>>();
  for await (const { side, key, created, reporter } of readPreImage(context, factOf(context, 'preImage'))) {
    if (side === 'a') then.set(key, { created, reporter });
  }
  return then;
}

const seen = ({ summary, updated, comments }: JiraIssue): SeenIssue => ({
  summary,
  updated,
  ...(comments ? { comments: comments.length } : {}),
});

/** What people changed, as the histories say now, and as they said when the resync was planned. */
interface Repaired {
  changed: Repairs | undefined;
  planned: ResyncPlan['repairs'][number] | undefined;
}

/** What people changed since the copy, field by field: the summary resync does not show whether it arrived. */
function compareFields(
  found: PairFindings,
  pair: Pair,
  { a, b }: { a: JiraIssue; b: JiraIssue },
  { mappings, changed, planned }: Repaired & { mappings: ComparableMapping[] },
): void {
  for (const mapping of mappings) {
    const { id, aField, bField } = mapping;
    if (!changed?.compared.includes(id)) continue;
    const name = `${pairName(pair)}: ${bField}`;
    const same = sameValue(mapping, a.fields[aField], b.fields[bField]);
    if (same === undefined) found.notCompared.push(name);
    if (same === false) found.fieldMismatches.push(name);
    if (changed.overwritten.includes(id))
      found.fieldMismatches.push(`${name} (an older value stands in place of a newer one)`);
    // The node that was read for the plan knew of the other side's change alone.
    const { a: overA, b: overB } = changed.inDoubt;
    if ((overB.includes(id) && planned?.aToB?.includes(id)) || (overA.includes(id) && planned?.bToA?.includes(id)))
      found.fieldMismatches.push(`${name} (one of two values of the same moment was written over the other)`);
  }
}
