/**
 * What people are asked, and what of their answers counts. An answer counts for what its question was about when it was given, and for
 * nothing else: a check makes the question of what it finds now, and heeds the answer only where both are about the same.
 */
import type { Answers, AskedQuestion, GivenAnswer, Question } from '../contract/tasks.ts';
import { digestOf } from '../store/canonical.ts';
import type { StepContext } from './context.ts';

/** `shows`: everything that the question is about, in the order in which it was found to be sorted; `null` where the id says it all. */
export const ask = ({ shows, ...question }: Question & { shows: unknown }): AskedQuestion => ({
  ...question,
  about: digestOf({ id: question.id, shows }),
  ...(shows === null ? { ahead: true } : {}),
});

/** Of the translation: the id names the value and both instances, and the answer the value it becomes, whatever else there is. */
export const askMapping = (questions: readonly Question[]): AskedQuestion[] =>
  questions.map((question) => ask({ ...question, shows: null }));

/** The answer to exactly this question; `undefined` when there is none, or it was given to what was asked under the same id before. */
export function answerTo({ answers }: Pick<StepContext, 'answers'>, { id, about }: AskedQuestion): string | undefined {
  const given = answers[id];
  return given?.about === about ? textOf(given) : undefined;
}

/** Those that are still to be answered. */
export const unanswered = (
  context: Pick<StepContext, 'answers'>,
  questions: readonly AskedQuestion[],
): AskedQuestion[] => questions.filter((question) => answerTo(context, question) === undefined);

/** Who gave an answer, and to which words, as the ledger has it. */
export interface AnswerEntry {
  n: number;
  /** Epoch milliseconds, by the database's clock. */
  at: number;
  actor: string | null;
  /** Absent: erased. */
  by?: string;
  asked?: string;
}

/** The newest entry of each answer, by `nameOf`. */
export async function answerEntries({ known, store, holder }: StepContext): Promise<Map<string, AnswerEntry>> {
  const [entries, names] = await Promise.all([known.all(), store.ledger.texts(holder.migration)]);
  const found = new Map<string, AnswerEntry>();
  for (const { n, at, kind, subject, digests, actor } of entries) {
    if (kind !== 'verb' || subject.verb !== 'answer' || !digests.answers) continue;
    const by = names[actor ?? ''];
    const answers = await store.artifacts.getJson<Answers>(digests.answers);
    for (const [id, { about, asked }] of Object.entries(answers)) {
      found.set(nameOf({ id, about }), {
        ...{ n, at: Date.parse(at), actor },
        ...(by === undefined ? {} : { by }),
        ...(asked === undefined ? {} : { asked }),
      });
    }
  }
  return found;
}

export const nameOf = ({ id, about }: Pick<AskedQuestion, 'id' | 'about'>): string => `${id} ${about}`;

/** Answers are choices or text; whatever else was sent is no answer to a question. */
const textOf = ({ value }: GivenAnswer): string | undefined => (typeof value === 'string' ? value.trim() : undefined);
