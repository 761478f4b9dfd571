/** A task for a person. It ends by itself when its check holds, or by `answer`. */
import type { StepName } from './names.ts';

/** A question with its candidates; a task may ask several. */
export interface Question {
  id: string;
  text: string;
  /** The legal values, with what speaks for each. Empty: free text. */
  choices: { value: string; label: string; evidence?: string }[];
}

export interface HumanTask {
  id: string;
  step: StepName;
  title: string;
  /** Why a person is needed. */
  why: string;
  /** Exact clicks, in order. */
  clicks: string[];
  /** Artifacts to use, by digest. */
  files: { name: string; digest: string }[];
  /** What will be seen when it is done; the check reads it. Absent where nothing can be read: then only an answer ends it. */
  waitingFor?: string;
  questions: Question[];
  /** ISO time. */
  since: string;
}
