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

/** Those that every answer to the task must answer. */
export const requiredOf = ({ questions }: Pick<HumanTask, 'questions'>): Question[] =>
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
  questions: Question[];
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

/** The command that fetches a file of a task. A name from elsewhere must not lead out of the folder, nor be read by a shell. */
export const fetchCommand = ({ name, digest }: Pick<TaskFile, 'name' | 'digest'>): string =>
  `migrator artifact get ${digest} --out ${name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+/, '')}`;

/** Whether two tasks ask for the same thing; then an answer given to the first did not end it. */
export const sameNeed = (one: HumanTask | undefined, other: HumanTask | undefined): boolean =>
  one !== undefined &&
  one.id === other?.id &&
  one.questions.length === other.questions.length &&
  one.questions.every(({ id }, n) => id === other.questions[n]?.id);
