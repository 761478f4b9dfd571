/**
 * An answer that is a text stands on the new instance as it is. So it must read, and what it names must be there; what it has from
 * the old text must not have become another thing. What neither instance lists, only a person can know, and it is taken.
 */
import { type AnsweredIds, fieldIdProblems, numberProblems } from './answeredIds.ts';
import { NotJson, parseDocument } from './document.ts';
import { jqlAnswerProblems } from './jqlAnswer.ts';
import { readsAsJql } from './jqlTerms.ts';
import { BOTH_SIDES, nameOf, type TextContext } from './places.ts';
import { responsibilityProblems } from './responsibility.ts';
import { NAMES_JQL } from './suspicion.ts';
import { workflowProblems } from './workflowText.ts';

export interface AnsweredText extends AnsweredIds {
  path: readonly string[];
  /** It is the name of a member. */
  renames: boolean;
  sides: TextContext['sides'];
}

/** Everything that is wrong with it, each with where; empty when it can be used. */
export function problemsOfAnswer(answer: string, asked: AnsweredText): string[] {
  const { path, was, renames, asking, possible } = asked;
  if (!renames && (NAMES_JQL.test(nameOf(path)) || readsAsJql(was))) {
    const others = possible.filter((side) => side !== asking);
    const problems = jqlAnswerProblems(answer, was, asking);
    return others.some((side) => jqlAnswerProblems(answer, was, side).length === 0) ? [] : problems;
  }
  const isJson = !renames && /^\s*[[{]/.test(was) && jsonProblem(was) === undefined;
  const broken = isJson ? (jsonProblem(answer) ?? doubledNames(answer)) : undefined;
  if (broken !== undefined) return [broken];
  if (path.includes(BOTH_SIDES) && isJson) return responsibilityProblems(answer, asked);
  if (possible.some(({ side }) => side.unread)) return [];
  const numbers =
    path[0] === 'workflowMappings' ? workflowProblems(answer, was, asking) : numberProblems(answer, asked);
  return [...numbers, ...fieldIdProblems(answer, asked)];
}

function jsonProblem(text: string): string | undefined {
  try {
    parseDocument(text);
    return undefined;
  } catch (error) {
    if (error instanceof NotJson) return `${error.message}.`;
    throw error;
  }
}

function doubledNames(text: string): string | undefined {
  const [first] = parseDocument(text).duplicates;
  return first && `line ${first.line}: "${first.name}" stands twice in one object.`;
}
