/** Comments that a person decides about before pairing: what is open, what was answered, what it means. */
import type { HumanTask } from '../contract/tasks.ts';
import {
  bothDecided,
  CARRY,
  type CommentDecisions,
  commentCsv,
  decideAll,
  LEAVE,
  nothingDecided,
  type OpenComment,
  readComments,
} from '../pairs/commentList.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor } from './context.ts';

/** The question. It has no colon, so that the decision lists what was answered among the accepted risks. */
export const COMMENTS = 'comments';

/** What people decided by now. */
export interface Decided {
  decided: CommentDecisions;
  /** The answers that said so, a list each. */
  accepted: string[];
}

/** An artifact. What is decided was so before this list was made. */
export interface CommentState extends Decided {
  open: OpenComment[];
  /** The list as CSV, an artifact; its first eight digits name it in the answer. */
  list: string;
  /** `retry` raises it: somebody mended something, so the comments are looked at anew. */
  generation: number;
}

export async function commentState({ facts, store }: StepContext): Promise<CommentState | undefined> {
  return facts.comments ? store.artifacts.getJson<CommentState>(facts.comments) : undefined;
}

export async function keepState(
  { store, input }: StepContext,
  { decided, accepted }: Decided,
  open: OpenComment[],
): Promise<string> {
  const list = await store.artifacts.put(Buffer.from(commentCsv(open)), 'text/csv');
  const state: CommentState = { decided, accepted, open, list, generation: input.generation };
  return store.artifacts.putJson(state);
}

/** What has been decided by now; or why the list that is open still is, a sentence each. */
export async function decidedComments(
  context: StepContext,
  state: CommentState | undefined,
): Promise<Decided | { missing: string[] }> {
  if (!state) return { decided: nothingDecided, accepted: [] };
  if (state.open.length === 0 || state.generation !== context.input.generation) return state;
  const answer = await answered(context, state);
  if ('missing' in answer) return answer;
  const given = String(context.answers[COMMENTS]).trim();
  return { decided: bothDecided(state.decided, answer.decided), accepted: [...state.accepted, given] };
}

/** Every answer that decided something, not only the last one, and none that was refused. Absent: nothing was to be decided. */
export async function acceptedAnswers(context: StepContext): Promise<string | undefined> {
  const accepted = (await commentState(context))?.accepted ?? [];
  return accepted.length > 0 ? accepted.join(', then ') : undefined;
}

async function answered(
  { answers, store }: StepContext,
  { open, list }: CommentState,
): Promise<{ decided: CommentDecisions } | { missing: string[] }> {
  const count = [`${open.length} comments cannot be matched with certainty`];
  const given = answers[COMMENTS];
  if (typeof given !== 'string') return { missing: count };
  const [, how, of] = /^(leave out|candidates) ([0-9a-f]{8})$/.exec(given.trim()) ?? [];
  if (how !== undefined) {
    // An answer to an earlier list says nothing about this one.
    const id = list.slice(0, 8);
    return of === id
      ? { decided: decideAll(open, how as 'leave out' | 'candidates') }
      : { missing: [...count, `"${how} ${of}" is about another list; the one that is open now is ${id}`] };
  }
  const digest = given.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    return { missing: [...count, `"${given.slice(0, 40)}" is neither of the answers, nor the digest of a file`] };
  }
  if (!(await store.artifacts.has(digest))) {
    return { missing: [...count, `the store has no file ${digest}; migrator answer --file-for uploads it`] };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of store.artifacts.get(digest)) pieces.push(piece);
  const { decisions, problems } = readComments({ name: 'comments.csv', bytes: Buffer.concat(pieces) }, open);
  return problems.length > 0 ? { missing: problems } : { decided: decisions };
}

export async function commentTask(context: StepContext, { open, list }: CommentState): Promise<HumanTask> {
  const { a, oldA } = planOf(context);
  const { key } = factOf(context, 'created');
  const name = `${key}-comments.csv`;
  const [old, fresh] = [open.filter(({ on }) => on === 'old').length, open.filter(({ on }) => on === 'new').length];
  const id = list.slice(0, 8);
  return taskFor(context, {
    title: `Decide about ${open.length} comments that cannot be matched`,
    why: `${old} comments of ${oldA.instance} have no counterpart on ${a.instance} that agrees in author, time and text, and ${fresh} of ${a.instance} are nobody's. A comment that is not known as carried is carried again, and stands twice then.`,
    who: administratorOf(a),
    clicks: [
      `Look through ${name}. Of each comment it says what is left on its issue, and what differs.`,
      `Write into the column value: the id of the new comment, or "${LEAVE}"; of a comment that is on the new instance alone, "${CARRY}".`,
      `Then answer with the file: migrator answer … --file-for ${COMMENTS}=${name}. Or answer for all at once:`,
      `"candidates ${id}" takes the only likely candidate of each and leaves out the rest; "leave out ${id}" leaves out all. What is on the new instance alone is carried then.`,
      `Where comments were mended on ${a.instance}, send retry: all are looked at anew.`,
    ],
    files: [{ name, digest: list }],
    questions: [
      {
        id: COMMENTS,
        text: `What becomes of the comments of list ${id}? "candidates ${id}", "leave out ${id}", or the digest of the list that was filled in.`,
        choices: [],
      },
    ],
    waitingFor: 'every comment of the list is decided.',
  });
}
