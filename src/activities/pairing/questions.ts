/** What a person decides before pairing: comments that nobody can match, pairs with an issue that cannot be seen. */

import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { listed } from '../../contract/text.ts';
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
} from '../../pairs/commentList.ts';
import { fewOf } from '../../sheets/lines.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor } from '../context.ts';
import { answerTo, ask } from '../questions.ts';
import { uploadedFile } from '../uploadedFile.ts';
import type { PairingDecisions } from './pairing.ts';

/** The question. It has no colon, so that the decision lists its answer among the accepted risks. */
export const COMMENTS = 'comments';

/** About pairs with an issue that is deleted, moved or hidden from us. */
const unseenQuestion = (unseen: readonly string[]): AskedQuestion =>
  ask({
    id: 'unseenPairs',
    text: `Are these ${unseen.length} pairs to be paired as they were?`,
    choices: [{ value: 'keep', label: 'Yes: their issues are gone for good, or elsewhere.' }],
    shows: unseen,
  });

/** Whether just these are. */
export const areKept = (context: StepContext, unseen: readonly string[]): boolean =>
  unseen.length > 0 && answerTo(context, unseenQuestion(unseen)) !== undefined;

const commentsQuestion = ({ list }: Pick<PairingState, 'list'>): AskedQuestion =>
  ask({
    id: COMMENTS,
    text: `What becomes of the comments of list ${shortOf(list)}? "candidates", "leave out", or the digest of the list that was filled in.`,
    choices: [],
    shows: list,
  });

/** What people decided by now. */
export interface Decided extends PairingDecisions {
  /** The answers about comments that said so, a list each. */
  accepted: string[];
}

/** An artifact. What is decided was so before this list was made. */
export interface PairingState {
  accepted: string[];
  /** Pairs with an issue that cannot be seen, each with why. */
  unseen: string[];
  /** Those that a person has said to keep. */
  kept: string[];
  decided: CommentDecisions;
  open: OpenComment[];
  /** The list as CSV, an artifact: what the answer is about. */
  list: string;
  /** `retry` raises it: somebody mended something, so the comments are looked at anew. */
  generation: number;
}

export async function pairingState({ facts, store }: StepContext): Promise<PairingState | undefined> {
  return facts.pairingState ? store.artifacts.getJson<PairingState>(facts.pairingState) : undefined;
}

/** With the list as it is handed out. */
export async function listState(
  { store, input }: StepContext,
  asked: Omit<PairingState, 'list' | 'generation'>,
): Promise<PairingState> {
  const list = await store.artifacts.put(Buffer.from(commentCsv(asked.open)), 'text/csv');
  return { ...asked, list, generation: input.generation };
}

/** What has been decided by now; or why what was asked is still open, a sentence each, and what that was. */
export async function decidedSoFar(
  context: StepContext,
  state: PairingState | undefined,
): Promise<Decided | { missing: string[]; state: PairingState }> {
  if (!state) return { comments: nothingDecided, keepUnseen: false, accepted: [] };
  // Whether they are still the same ones is compared when they have been looked at.
  const keepUnseen = areKept(context, state.unseen) || areKept(context, state.kept);
  // Somebody mended something, and has everything looked at anew.
  if (state.generation !== context.input.generation) {
    return { comments: state.decided, keepUnseen, accepted: state.accepted };
  }
  const comments = state.open.length > 0 ? await answered(context, state) : { decided: nothingDecided };
  const missing = [
    ...(areKept(context, state.unseen) ? [] : state.unseen),
    ...('missing' in comments ? comments.missing : []),
  ];
  if (missing.length > 0 || 'missing' in comments) return { missing, state };
  const given = state.open.length > 0 ? [answerAbout(context, state)] : [];
  return {
    comments: bothDecided(state.decided, comments.decided),
    keepUnseen,
    accepted: [...state.accepted, ...given],
  };
}

/** Every answer that decided something, not only the last one, and none that was refused. Absent: nothing was to be decided. */
export async function acceptedAnswers(context: StepContext): Promise<string | undefined> {
  const accepted = (await pairingState(context))?.accepted ?? [];
  return accepted.length > 0 ? accepted.join(', then ') : undefined;
}

async function answered(
  context: StepContext,
  { open, list }: PairingState,
): Promise<{ decided: CommentDecisions } | { missing: string[] }> {
  const count = [openComments(open.length)];
  const given = answerTo(context, commentsQuestion({ list }));
  if (given === undefined) return { missing: count };
  if (given === 'leave out' || given === 'candidates') return { decided: decideAll(open, given) };
  const notADigest = `"${given.slice(0, 40)}" is neither of the answers, nor the digest of a file`;
  const file = await uploadedFile(context, given, notADigest);
  if ('missing' in file) return { missing: [...count, file.missing] };
  const { decisions, problems } = await readComments({ name: 'comments.csv', bytes: file.bytes }, open);
  return problems.length > 0 ? { missing: fewOf(problems) } : { decided: decisions };
}

/** As the decision says it: an answer for all names the list. */
function answerAbout(context: StepContext, { list }: PairingState): string {
  const given = answerTo(context, commentsQuestion({ list })) ?? '';
  return given === 'leave out' || given === 'candidates' ? `${given} ${shortOf(list)}` : given;
}

export const openComments = (count: number): string => `${count} comments cannot be matched with certainty`;

export function pairingTask(context: StepContext, state: PairingState): HumanTask {
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
      ...(unseen.length > 0 ? [unseenQuestion(unseen)] : []),
      ...(open.length > 0 ? [commentsQuestion({ list })] : []),
    ],
    waitingFor: 'everything of it is decided.',
  });
}

const SHOWN = 20;

function aboutUnseen({ unseen }: PairingState): string[] {
  return [
    `Of these pairs an issue is deleted, moved or hidden from us; Jira does not tell which: ${listed(unseen, SHOWN).join(', ')}.`,
    'Where it is only hidden, give the user of the configuration sight of it and send retry: its comments cannot be matched, and would stand twice.',
    'Where it is gone for good, keep the pair: the other issue is not created anew, and a later change of it ends in an error, as in the original.',
  ];
}

function aboutComments(context: StepContext, { open }: PairingState, name: string): string[] {
  const { a, oldA } = planOf(context);
  const old = open.filter(({ on }) => on === 'old').length;
  return [
    `${old} comments of ${oldA.instance} have no counterpart on ${a.instance} that agrees in author, time and text, and ${open.length - old} of ${a.instance} are nobody's. ${name} says of each what is left on its issue, and what differs.`,
    `Write into the column value: the id of the new comment, or "${LEAVE}"; of a comment that is on the new instance alone, "${CARRY}". Then answer with the file: migrator answer … --file-for ${COMMENTS}=${name}. Or answer for all at once:`,
    `"candidates" takes the only likely candidate of each and leaves out the rest; "leave out" leaves out all. What is on the new instance alone is carried then.`,
  ];
}

const shortOf = (digest: string): string => digest.slice(0, 8);
