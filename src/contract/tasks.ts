/** A task for a person. It ends by itself when its check holds, or by `answer`. */
import type { StepName } from './names.ts';

/** A question with its candidates; a task may ask several. */
export interface Question {
  id: string;
  text: string;
  /** The legal values, with what speaks for each. Empty: free text. */
  choices: { value: string; label: string; evidence?: string }[];
  /** It may be left open: the task can also end by what is done and read. Absent: it must be answered. */
  optional?: true;
}

/** A question as it is asked. */
export interface AskedQuestion extends Question {
  /** Digest of everything it is about, which its text may show only a part of. An answer counts for exactly that. */
  about: string;
  /** Its id says all that it is about, so it can be answered before anything is shown. */
  ahead?: true;
}

/** An answer as it is kept: with what its question was about when it was given. */
export interface GivenAnswer {
  value: unknown;
  about: string;
  /** The question's text. In the ledger only. */
  asked?: string;
}

/** By question id. */
export type Answers = Record<string, GivenAnswer>;

/** An answer to a task that is not asked yet. What depends on what will be found is not answered by it, unless it says what it is about. */
export interface EarlyAnswer {
  by: string;
  answers: Record<string, unknown>;
  /** As it was read, by question. */
  about?: Record<string, string>;
}

/** As the ledger keeps it, until its task is asked. */
export const boundAsRead = ({ answers, about = {} }: Omit<EarlyAnswer, 'by'>): Answers =>
  Object.fromEntries(Object.entries(answers).map(([id, value]) => [id, { value, about: about[id] ?? '' }]));

export function keptEarly(by: string, kept: Answers): EarlyAnswer {
  const members = Object.entries(kept);
  return {
    by,
    answers: Object.fromEntries(members.map(([id, { value }]) => [id, value])),
    about: Object.fromEntries(members.flatMap(([id, { about }]) => (about === '' ? [] : [[id, about]]))),
  };
}

/** What a person sent, bound to the questions that are open. What answers none (`done`) is about nothing. */
export const boundTo = ({ questions }: Pick<HumanTask, 'questions'>, sent: Record<string, unknown>): Answers =>
  Object.fromEntries(
    Object.entries(sent).map(([id, value]) => {
      const question = questions.find((each) => each.id === id);
      return [id, { value, about: question?.about ?? '', ...(question ? { asked: question.text } : {}) }];
    }),
  );

/** What goes along with every activity: a text would be in the history each time. */
export const withoutTexts = (answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).map(([id, { value, about }]) => [id, { value, about }]));

/** Those that every answer to the task must answer. */
export const requiredOf = ({ questions }: Pick<HumanTask, 'questions'>): AskedQuestion[] =>
  questions.filter(({ optional }) => !optional);

export interface HumanTask {
  id: string;
  step: StepName;
  title: string;
  /** Why a person is needed. */
  why: string;
  /** Who can do it or answer it, in words: the rights it takes. The service does not enforce it; Jira does. */
  who: string;
  /** Exact clicks, in order. */
  clicks: string[];
  files: TaskFile[];
  /** What will be seen when it is done; the check reads it. Absent where nothing can be read: then only an answer ends it. */
  waitingFor?: string;
  questions: AskedQuestion[];
  /** What the last look found not to be so yet. */
  seen: string[];
  /** ISO time at which it was first asked; the same need keeps it however often it is looked at. */
  since: string;
}

/** An artifact to use. `migrator artifact get <digest> --out <name>` fetches it. */
export interface TaskFile {
  name: string;
  digest: string;
  /** Where a browser finds it, when the operator serves artifacts. */
  link?: string;
}

/** A name from elsewhere for a file: it must not lead out of the folder, nor be read by a shell, nor look like another one. */
export const fileName = (name: string): string =>
  name
    .slice(0, 200)
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+/, '') || 'file';

/** The command that fetches a file of a task. */
export const fetchCommand = ({ name, digest }: Pick<TaskFile, 'name' | 'digest'>): string =>
  `migrator artifact get ${digest} --out ${fileName(name)}`;

/** Whether two tasks ask the same questions, whatever these are about by now. */
export const sameQuestions = (one: HumanTask | undefined, other: HumanTask | undefined): boolean =>
  one !== undefined &&
  one.id === other?.id &&
  one.questions.length === other.questions.length &&
  one.questions.every(({ id }, n) => id === other.questions[n]?.id);

/** Whether two tasks ask for the same thing. */
export const sameNeed = (one: HumanTask | undefined, other: HumanTask | undefined): boolean =>
  sameQuestions(one, other) && changedSince(one, other).length === 0;

/** Questions of a task that a later one asks about something else. */
export function changedSince(earlier: HumanTask | undefined, later: HumanTask | undefined): string[] {
  const abouts = new Map(later?.questions.map(({ id, about }) => [id, about]));
  return (earlier?.id === later?.id ? (earlier?.questions ?? []) : [])
    .filter(({ id, about }) => abouts.has(id) && abouts.get(id) !== about)
    .map(({ id }) => id);
}
