/**
 * Where A moved, old A is read again: what people did there after the stop reaches neither B nor new A. Old A speaks for B up to the
 * stop only. What is on B or new A all the same (a person carried it over, or it had been carried in the last moment) is not lost.
 */

import type { Synchronization } from '../../backbone/types.ts';
import { shown } from '../../contract/foreign.ts';
import { largest } from '../../contract/lists.ts';
import type { Plan } from '../../contract/steps.ts';
import { type ComparableMapping, sameValue } from '../../evidence/fieldValues.ts';
import type { Observed } from '../../evidence/types.ts';
import { FILES, type JiraComment, type JiraIssue } from '../../jira/types.ts';
import { notCarried } from '../../pairs/comments.ts';
import { inTurns } from '../../sheets/inTurns.ts';
import { clockOf, type SideClock } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { recordedComments, recordedPairs } from '../issueData.ts';
import { issuesByKey, issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { syncUserOf } from '../reading.ts';
import { comparableMappings, namesInHistory } from '../resync/mappedFields.ts';
import { stopBegan } from '../stopBegan.ts';
import { saidOf } from './acceptance.ts';
import { LONGEST_NAME, namesSince } from './files.ts';

/** What was done, and where it belongs. `value`: what an acceptance is bound to, beside the words. */
interface Deed {
  text: string;
  value: unknown;
}

interface Places {
  /** The same issue on new A and on B, as far as they can be read. */
  a: JiraIssue | undefined;
  b: JiraIssue | undefined;
  /** With their keys. */
  name: string;
}

export async function observeOldHome(context: StepContext): Promise<Observed['oldHome']> {
  const deeds = await deedsOnOldA(context);
  if (!deeds) return { moved: false, found: 0, open: [], shows: [], carried: false };
  const keys = deeds.map(({ text }) => text);
  const shows = deeds.toSorted((x, y) => (x.text < y.text ? -1 : 1));
  const said = saidOf(context, { id: 'oldHome', keys, shows });
  const open = said === undefined ? keys : [];
  return { moved: true, found: deeds.length, open, shows, carried: said === 'carried' };
}

/** `undefined` where nothing moved: people work on in old A, which is A. */
async function deedsOnOldA(context: StepContext): Promise<Deed[] | undefined> {
  const plan = planOf(context);
  if (!plan.moved || !context.start.move) return undefined;
  const since = await stopBegan(context, Date.parse(context.start.move.copyStarted));
  const clock = await clockOf(context, plan.oldA);
  const reader = await readerOfOldA(context, clock.theirs(since) - clock.within);
  const touched = await issuesTouchedSince(context, plan.oldA, since, {
    changes: true,
    comments: true,
    fields: reader.mappings.map(({ aField }) => aField),
  });
  if (touched.length === 0) return [];
  const pairs = await pairsOfOldA(context, touched);
  const listed = await recordedComments(context, plan.swapped ? 'second' : 'first', new Set(pairs.keys()));
  const [onA, onB] = await Promise.all([
    issuesByKey(
      context,
      plan.a,
      [...pairs.keys()].map((key) => keyOnNewA(plan, key)),
      {
        changes: true,
        comments: true,
        fields: ['summary', 'description'],
      },
    ),
    issuesByKey(context, plan.b, [...pairs.values()], {
      changes: true,
      comments: true,
      fields: reader.mappings.map(({ bField }) => bField),
    }),
  ]);
  const clocks = { a: await clockOf(context, plan.a), b: await clockOf(context, plan.b), old: clock };
  const deeds: Deed[][] = [];
  for (const issue of touched) {
    const other = pairs.get(issue.key);
    if (other === undefined) {
      deeds.push(reader.born(issue, plan));
      continue;
    }
    const onNewA = keyOnNewA(plan, issue.key);
    const places = { a: onA.get(onNewA), b: onB.get(other), name: nameOf(plan, issue.key, other) };
    const before = listed.get(issue.key) ?? [];
    deeds.push(
      reader.fields(issue, places),
      reader.files(issue, places, clocks),
      await reader.comments(issue, places, before, clocks),
      reader.untold(issue, places, before),
    );
  }
  return deeds.flat();
}

const nameOf = ({ oldA, a, b }: Plan, key: string, other?: string): string =>
  `${oldA.instance}/${key} (${other === undefined ? 'nothing belongs to it yet' : `${a.instance}/${keyOnNewA({ a, oldA }, key)}, ${b.instance}/${other}`})`;

/** By key on old A: its key on B, as the original has them. */
async function pairsOfOldA(context: StepContext, issues: readonly JiraIssue[]): Promise<Map<string, string>> {
  const { swapped } = planOf(context);
  using table = await recordedPairs(context);
  const keys = new Set(issues.map(({ key }) => key));
  const found = [...table].map(({ first, second }): [string, string] => (swapped ? [second, first] : [first, second]));
  return new Map(found.filter(([key]) => keys.has(key)));
}

/** Old A as first, whichever it is in the original. */
async function mappingsOfOldA(context: StepContext): Promise<{ mappings: ComparableMapping[]; syncUser: string }> {
  const { swapped } = planOf(context);
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const mappings = comparableMappings(exported);
  const turned = ({ aField, bField, values, ...mapping }: ComparableMapping): ComparableMapping => ({
    ...mapping,
    aField: bField,
    bField: aField,
    values: values.map(({ first, second }) => ({ first: second, second: first })),
  });
  return {
    mappings: swapped ? mappings.map(turned) : mappings,
    syncUser: syncUserOf(exported[swapped ? 'secondConnector' : 'firstConnector']),
  };
}

/** `from`: by old A's clock. */
async function readerOfOldA(context: StepContext, from: number) {
  const { mappings, syncUser } = await mappingsOfOldA(context);
  const names = await namesInHistory(context, planOf(context).oldA);
  const mapped = (field: string) =>
    mappings.find(
      ({ aField }) => aField === field || (names.get(aField)?.name === field && !names.get(aField)?.shared),
    );

  /** Its value is on B, or, where both have it as it is, on new A. */
  const isThere = (field: string, issue: JiraIssue, { a, b }: Places): boolean => {
    const mapping = mapped(field);
    if (mapping && b && sameValue(mapping, fieldOf(issue, mapping.aField), fieldOf(b, mapping.bField)) === true)
      return true;
    if (b || !a || !mapping || !['summary', 'description'].includes(mapping.aField)) return false;
    return (
      sameValue({ ...mapping, type: 'passthrough' }, fieldOf(issue, mapping.aField), fieldOf(a, mapping.aField)) ===
      true
    );
  };

  return {
    mappings,

    fields({ changes = [], ...issue }: JiraIssue, places: Places): Deed[] {
      const last = new Map<string, Deed>();
      for (const { at, author, items } of changes) {
        if (at < from || author === syncUser) continue;
        for (const { field, to, text } of items.filter((item) => item.field !== FILES))
          last.set(field, { text: `${places.name}: ${field} changed`, value: { at, to, text: text ?? null } });
      }
      return [...last].flatMap(([field, deed]) => (isThere(field, issue, places) ? [] : [deed]));
    },

    /** One that is there by the same name since then was carried over. */
    files({ changes = [] }: JiraIssue, { a, b, name }: Places, clocks: Clocks): Deed[] {
      const since = clocks.old.ours(from) - clocks.old.within;
      const there = new Set([...namesSince(since, a, clocks.a), ...namesSince(since, b, clocks.b)]);
      return changes
        .filter(({ at, author }) => at >= from && author !== syncUser)
        .flatMap(({ at, items }) => items.filter(({ field }) => field === FILES).map((item) => ({ at, ...item })))
        .flatMap(({ at, from: gone, to, text = '' }) => {
          if (to !== null && there.has(text)) return [];
          const what = to === null ? `file ${gone} removed` : `file ${to} (${shown(text, LONGEST_NAME)}) attached`;
          return [{ text: `${name}: ${what}`, value: at }];
        });
    },

    /** Jira says that it was touched later than by anything that can be read: a file or a comment that is gone, a link. */
    untold({ created, updated, changes = [], comments = [] }: JiraIssue, { name }: Places, listed: string[]): Deed[] {
      const told = largest([created, ...changes.map(({ at }) => at), ...comments.map(lastEdited)]);
      // That a listed one is deleted is named, and touched it.
      const standing = new Set(comments.map(({ id }) => id));
      const isGone = listed.some((id) => !standing.has(id));
      return updated >= from && updated - told > SAME_MOMENT_MS && !isGone
        ? [{ text: `${name}: touched, and what was done is not told`, value: updated }]
        : [];
    },

    async comments(issue: JiraIssue, { a, b, name }: Places, listed: string[], clocks: Clocks): Promise<Deed[]> {
      const all = issue.comments ?? [];
      const there = [...inOurs(a?.comments, clocks.a), ...inOurs(b?.comments, clocks.b)];
      const isNew = ({ created }: JiraComment) => created >= from;
      const added = inOurs(
        all.filter((comment) => isNew(comment) && comment.author !== syncUser),
        clocks.old,
      );
      const edited = all.filter((comment) => !isNew(comment) && (comment.updated ?? 0) >= from);
      const lost: JiraComment[] = [];
      for await (const comment of inTurns(edited))
        if (!there.some((other) => other.body.includes(comment.body))) lost.push(comment);
      const standing = new Set(all.map(({ id }) => id));
      const gone = listed.filter((id) => !standing.has(id));
      const deed = (id: string, what: string, value: unknown = null): Deed => ({
        text: `${name}: comment ${id} ${what}`,
        value,
      });
      const notThere = await notCarried(
        added,
        there.filter(({ created }) => created >= clocks.old.ours(from) - clocks.old.within),
      );
      return [
        ...notThere.map(({ id, body }) => deed(id, 'added', body)),
        ...lost.map(({ id, body }) => deed(id, 'edited', body)),
        ...gone.map((id) => deed(id, 'deleted', issue.updated)),
      ];
    },

    born({ key, created, reporter }: JiraIssue, plan: Plan): Deed[] {
      const isTheirs = created >= from && reporter !== syncUser;
      return isTheirs ? [{ text: `${nameOf(plan, key)}: new issue`, value: created }] : [];
    },
  };
}

interface Clocks {
  a: SideClock;
  b: SideClock;
  old: SideClock;
}

/** Jira stamps an issue a little later than what was done to it. */
const SAME_MOMENT_MS = 1000;

const lastEdited = ({ created, updated = created }: JiraComment): number => Math.max(created, updated);

const inOurs = (comments: JiraComment[] = [], clock: SideClock): JiraComment[] =>
  comments.map((comment) => ({ ...comment, created: clock.ours(comment.created) }));

const fieldOf = (issue: JiraIssue, field: string): unknown =>
  field === 'summary' ? issue.summary : issue.fields[field];
