/** What a person decides before pairing: comments that nobody can match, pairs with an issue that cannot be seen. */
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
import type { PairingDecisions } from './pairing.ts';

/** The question. It has no colon, so that the decision lists its answer among the accepted risks. */
export const COMMENTS = 'comments';

/** About pairs with an issue that is deleted, moved or hidden from us; the answer names how many. */
export const UNSEEN = 'unseenPairs';
const keepOf = ({ unseen }: Pick<PairingState, 'unseen'>): string => `keep ${unseen.length}`;

/** An artifact. */
export interface PairingState {
  /** Pairs with an issue that cannot be seen, each with why. */
  unseen: string[];
  /** Decided before this list was made. */
  decided: CommentDecisions;
  open: OpenComment[];
  /** The list as CSV, an artifact; its first eight digits name it in the answer. */
  list: string;
  /** `retry` raises it: somebody mended something, so the comments are looked at anew. */
  generation: number;
}

export async function pairingState({ facts, store }: StepContext): Promise<PairingState | undefined> {
  return facts.pairingState ? store.artifacts.getJson<PairingState>(facts.pairingState) : undefined;
}

export async function keepState(
  { store, input }: StepContext,
  { unseen, decided, open }: Pick<PairingState, 'unseen' | 'decided' | 'open'>,
): Promise<string> {
  const list = await store.artifacts.put(Buffer.from(commentCsv(open)), 'text/csv');
  const state: PairingState = { unseen, decided, open, list, generation: input.generation };
  return store.artifacts.putJson(state);
}

/** What has been decided by now; or why what was asked is still open, a sentence each. */
export async function decidedSoFar(
  context: StepContext,
  state: PairingState | undefined,
): Promise<PairingDecisions | { missing: string[] }> {
  if (!state) return { comments: nothingDecided, keepUnseen: false };
  const keepUnseen = state.unseen.length > 0 && context.answers[UNSEEN] === keepOf(state);
  // Somebody mended something, and has everything looked at anew.
  if (state.generation !== context.input.generation) return { comments: state.decided, keepUnseen };
  const comments = state.open.length > 0 ? await answered(context, state) : { decided: nothingDecided };
  const missing = [
    ...(state.unseen.length > 0 && !keepUnseen ? state.unseen : []),
    ...('missing' in comments ? comments.missing : []),
  ];
  if (missing.length > 0 || 'missing' in comments) return { missing };
  return { comments: bothDecided(state.decided, comments.decided), keepUnseen };
}

async function answered(
  { answers, store }: StepContext,
  { open, list }: PairingState,
): Promise<{ decided: CommentDecisions } | { missing: string[] }> {
  const count = [openComments(open.length)];
  const given = answers[COMMENTS];
  if (typeof given !== 'string') return { missing: count };
  const [, how, of] = /^(leave out|candidates) ([0-9a-f]{8})$/.exec(given.trim()) ?? [];
  if (how !== undefined) {
    // An answer to an earlier list says nothing about this one.
    return of === list.slice(0, 8)
      ? { decided: decideAll(open, how as 'leave out' | 'candidates') }
      : { missing: count };
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

export const openComments = (count: number): string => `${count} comments cannot be matched with certainty`;

export async function pairingTask(context: StepContext, state: PairingState): Promise<HumanTask> {
  const { a } = planOf(context);
  const { key } = factOf(context, 'created');
  const { unseen, open, list } = state;
  const parts = [
    ...(unseen.length > 0 ? [`${unseen.length} pairs with an issue that cannot be seen`] : []),
    ...(open.length > 0 ? [`${open.length} comments that cannot be matched`] : []),
  ];
  return taskFor(context, {
    title: `Decide about ${parts.join(' and ')}`,
    why: 'An issue without its pair is created again by the start, and a comment that is not known as carried is carried again: both stand twice then.',
    who: administratorOf(a),
    clicks: [
      ...(unseen.length > 0 ? aboutUnseen(state) : []),
      ...(open.length > 0 ? aboutComments(context, state, `${key}-comments.csv`) : []),
      'Where something was mended on an instance instead, send retry: everything is looked at anew.',
    ],
    files: open.length > 0 ? [{ name: `${key}-comments.csv`, digest: list }] : [],
    questions: [
      ...(unseen.length > 0
        ? [
            {
              id: UNSEEN,
              text: `Are these ${unseen.length} pairs to be paired as they were?`,
              choices: [{ value: keepOf(state), label: 'Yes: their issues are gone for good, or elsewhere.' }],
            },
          ]
        : []),
      ...(open.length > 0
        ? [
            {
              id: COMMENTS,
              text: `What becomes of the comments of list ${shortOf(list)}? "candidates ${shortOf(list)}", "leave out ${shortOf(list)}", or the digest of the list that was filled in.`,
              choices: [],
            },
          ]
        : []),
    ],
    waitingFor: 'everything of it is decided.',
  });
}

const SHOWN = 20;

function aboutUnseen({ unseen }: PairingState): string[] {
  const left = unseen.length - SHOWN;
  return [
    `Of these pairs an issue is deleted, moved or hidden from us; Jira does not tell which: ${unseen.slice(0, SHOWN).join(', ')}${left > 0 ? `, and ${left} more` : ''}.`,
    'Where it is only hidden, give the user of the configuration sight of it and send retry: its comments cannot be matched, and would stand twice.',
    'Where it is gone for good, keep the pair: the other issue is not created anew, and a later change of it ends in an error, as in the original.',
  ];
}

function aboutComments(context: StepContext, { open, list }: PairingState, name: string): string[] {
  const { a, oldA } = planOf(context);
  const old = open.filter(({ on }) => on === 'old').length;
  return [
    `${old} comments of ${oldA.instance} have no counterpart on ${a.instance} that agrees in author, time and text, and ${open.length - old} of ${a.instance} are nobody's. ${name} says of each what is left on its issue, and what differs.`,
    `Write into the column value: the id of the new comment, or "${LEAVE}"; of a comment that is on the new instance alone, "${CARRY}". Then answer with the file: migrator answer … --file-for ${COMMENTS}=${name}. Or answer for all at once:`,
    `"candidates ${shortOf(list)}" takes the only likely candidate of each and leaves out the rest; "leave out ${shortOf(list)}" leaves out all. What is on the new instance alone is carried then.`,
  ];
}

const shortOf = (digest: string): string => digest.slice(0, 8);
