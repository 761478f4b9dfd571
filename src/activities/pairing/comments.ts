/**
 * The comments of pairs: which new comment is which old one, what is not on new A, and what nobody but a person can tell. A comment
 * that the new synchronization takes for another, or for new, would stand twice or be lost.
 */
import { append } from '../../contract/lists.ts';
import type { Side } from '../../contract/steps.ts';
import type { JiraComment, JiraIssue } from '../../jira/types.ts';
import { type IdMapping, mappedKey } from '../../mapping/idMapping.ts';
import { CommentIds } from '../../pairs/commentIds.ts';
import type { CommentDecisions, OpenComment } from '../../pairs/commentList.ts';
import { candidatesFor, matchComments, notCarried } from '../../pairs/comments.ts';
import type { Pair } from '../../pairs/keys.ts';
import type { LeftOutComment } from '../../pairs/translate.ts';
import { clockOf } from '../clocks.ts';
import { planOf, type StepContext } from '../context.ts';
import { keyOnNewA } from '../issues.ts';
import type { Looked } from './pairing.ts';

/** When the copy began as each Jira tells time, epoch milliseconds; 0 where nothing moved. */
export type CopyStarted = Record<'oldA' | 'a' | 'b', number>;

export async function copyStartedOn(context: StepContext): Promise<CopyStarted> {
  const { move } = context.start;
  if (!move) return { oldA: 0, a: 0, b: 0 };
  const { oldA, a, b } = planOf(context);
  const on = async (side: Side) => (await clockOf(context, side)).theirs(Date.parse(move.copyStarted));
  return { oldA: await on(oldA), a: await on(a), b: await on(b) };
}

export class CarriedComments {
  /** By side of the new synchronization. B keeps its ids, but for those that old A alone received. */
  readonly ids: { first: CommentIds; second?: CommentIds };
  readonly #plan;
  readonly #copyStarted: CopyStarted;
  readonly #decided: CommentDecisions;
  readonly #official: IdMapping | undefined;
  /** Old comments without counterpart, by id: only those that are listed for old A are asked about. */
  readonly #unmatched = new Map<string, OpenComment>();
  readonly #surplus: OpenComment[] = [];
  /** By old key: what is left on its new issue from before the copy, and what there is on the old one. */
  readonly #leftOn = new Map<string, { candidates: OpenComment['candidates']; before: Set<string> }>();
  /** New comment → the old one that a person said it is. */
  readonly #givenTo: Map<string, string>;

  constructor(
    context: StepContext,
    copyStarted: CopyStarted,
    decided: CommentDecisions,
    official: IdMapping | undefined,
  ) {
    this.#plan = planOf(context);
    this.#copyStarted = copyStarted;
    this.#decided = decided;
    this.#official = official;
    this.#givenTo = new Map(
      Object.entries(decided.old).flatMap(([old, now]) => (now === null ? [] : [[now, old] as const])),
    );
    this.ids = {
      first: new CommentIds('leftOut'),
      ...(this.#plan.b.unread ? {} : { second: new CommentIds('unchanged') }),
    };
  }

  async look(
    pair: Pair,
    { oldA, newA, b }: Looked,
    same: (oldUser: string, newUser: string) => boolean,
  ): Promise<void> {
    const onA = newA.get(keyOnNewA(this.#plan, pair.first));
    const before = oldA.get(pair.first)?.comments ?? [];
    const given = (id: string) => this.#decided.old[id] ?? this.#official?.get(mappedKey('comment', id))?.target;
    const { matched, unmatched, free } = await matchComments(before, onA?.comments ?? [], same, given);
    for (const [old, now] of matched) this.ids.first.set(old, now);
    for (const { old: comment, candidates } of await candidatesFor(unmatched, free, same)) {
      // What came after the copy is not in it, and is carried anew. What resembles it all the same is asked about.
      const late = comment.created >= this.#copyStarted.oldA && !candidates.some(({ differs }) => differs.length === 1);
      if (!late) this.#unmatched.set(comment.id, openComment('old', pair.first, comment, candidates));
    }
    const known = new Set(before.map(({ id }) => id));
    const surplus: JiraComment[] = [];
    for (const comment of free) {
      const old = this.#givenTo.get(comment.id);
      // A person knew which one it is, though that one was deleted on old A.
      if (old !== undefined && !known.has(old)) this.ids.first.set(old, comment.id);
      else if (comment.created < this.#copyStarted.a) surplus.push(comment);
    }
    if (surplus.length > 0) {
      append(
        this.#surplus,
        surplus.map((comment) => openComment('new', onA?.key ?? '', comment, [])),
      );
      const candidates = surplus.map(({ id }) => ({ id, differs: ['existence'] }));
      this.#leftOn.set(pair.first, { candidates, before: known });
    }
    await this.#onB(b.get(pair.second), onA);
  }

  /** What is to be decided, once it is known which comments are listed and left out. */
  openOf(leftOut: readonly LeftOutComment[]): OpenComment[] {
    const carried = new Set(this.#decided.carried);
    const old = leftOut.flatMap(({ side, issueKey, localId }) => {
      if (side !== 'first' || this.#decided.old[localId] !== undefined) return [];
      const open = this.#unmatched.get(localId) ?? this.#deleted(issueKey, localId);
      return open ? [open] : [];
    });
    return [...old, ...this.#surplus.filter(({ id }) => !carried.has(id))];
  }

  [Symbol.dispose](): void {
    this.ids.first[Symbol.dispose]();
    this.ids.second?.[Symbol.dispose]();
  }

  /** One that is listed, and not on old A any more: if new A has one that is nobody's, it may be this one. */
  #deleted(issue: string, id: string): OpenComment | undefined {
    const left = this.#leftOn.get(issue);
    if (!left || left.before.has(id)) return undefined;
    const text = `not on ${this.#plan.oldA.instance} any more`;
    return { on: 'old', id, issue, author: '', created: null, text, candidates: left.candidates };
  }

  /**
   * A comment made on B after the copy began reached old A only. While it stays listed, the new synchronization takes it for
   * carried and it is lost; so it is listed only if new A has its text.
   */
  async #onB(issue: JiraIssue | undefined, onA: JiraIssue | undefined): Promise<void> {
    const late = issue?.comments?.filter(({ created }) => created >= this.#copyStarted.b) ?? [];
    for (const { id } of await notCarried(late, onA?.comments ?? [])) this.ids.second?.set(id, null);
  }
}

function openComment(
  on: OpenComment['on'],
  issue: string,
  { id, author, created, body }: JiraComment,
  candidates: OpenComment['candidates'],
): OpenComment {
  return { on, id, issue, author, created, text: body, candidates };
}
