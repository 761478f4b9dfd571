/** Texts at places unknown to the table: a person says what the whole of one shall be, and the answer is checked like an id. */
import type { Question } from '../contract/tasks.ts';
import { problemsOfAnswer } from './answeredIds.ts';
import { type Node, pathText } from './document.ts';
import { changedSidesOf, possibleSides, type TextContext } from './places.ts';
import type { SideName } from './references.ts';
import type { Resolution, Resolver } from './resolve.ts';
import { responsibility } from './responsibility.ts';
import { ownKey, type Suspicion, suspicion, suspicionOfName } from './suspicion.ts';

/** The old text is part of the id: an answer for one text must not serve another that stands at the same place elsewhere. */
const textQuestionId = (path: readonly string[], text: string, { side }: Resolver, root: Node): string =>
  `text:${pathText(root, path)}#${fingerprint(text)}@${side.oldInstance}->${side.newInstance}`;

/** FNV-1a, 32 bits: tells texts apart in an id; nothing is secured by it. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Fingerprints of the texts that somebody has answered for. There can be millions of texts, and few answers. */
export const answeredTexts = (ids: readonly string[]): ReadonlySet<string> =>
  new Set(ids.flatMap((id) => /^text:.*#([0-9a-f]{8})@/s.exec(id)?.[1] ?? []));

/** A text, or the name of a member, and where it stands. */
export interface TextAt {
  path: string[];
  text: string;
  renames: boolean;
}

export interface TextOutcome {
  outcome: Resolution;
  /** Questions whose answers would make the proposal whole. */
  waitsFor?: readonly string[];
}

/**
 * What becomes of a text; `undefined` where nothing about it is suspicious. An answer holds also then: it was accepted when
 * something was, and must not be dropped because something else was decided since.
 */
export function textOutcome(at: TextAt, context: TextContext): TextOutcome | undefined {
  const answered = answeredSide(at, context);
  const found = suspicionAt(at, context);
  if (answered && found?.side !== answered) return asked(at, context, answered, { why: 'an answer was given for it' });
  return found && asked(at, context, found.side, found.what);
}

function answeredSide({ path, text }: TextAt, { answered, sides, root }: TextContext): SideName | undefined {
  if (answered.size === 0 || !answered.has(fingerprint(text))) return undefined;
  return possibleSides(path).find((side) => {
    const id = textQuestionId(path, text, sides[side], root);
    return sides[side].answerTo(id) !== undefined || sides[side].contested.has(id);
  });
}

function suspicionAt(at: TextAt, context: TextContext): { side: SideName; what: Suspicion } | undefined {
  const { path, text, renames } = at;
  const { sides } = context;
  const own = possibleSides(path).map((side) => ({ side, what: ownKey(text, renames, sides[side]) }));
  for (const { side, what } of own) if (what) return { side, what };
  const changed = changedSidesOf(path, sides);
  const [first] = changed;
  const parts = renames || first === undefined ? undefined : responsibility(path, text, context);
  if (parts && first !== undefined) return parts.found && { side: first, what: parts.found };
  for (const side of changed) {
    const what = renames ? suspicionOfName(path, text, sides[side]) : suspicion(path, text, sides[side]);
    if (what) return { side, what };
  }
  return undefined;
}

/** The same of a text about which something is known already. */
export function asked(at: TextAt, { root, sides }: TextContext, side: SideName, found: Suspicion): TextOutcome {
  const { path, text, renames } = at;
  const resolver = sides[side];
  const id = textQuestionId(path, text, resolver, root);
  const answer = resolver.answerTo(id);
  const against = resolver.contested.get(id);
  const possible = possibleSides(path).map((one) => sides[one]);
  const problems =
    answer === undefined
      ? []
      : problemsOfAnswer(answer, { path, was: text, renames, asking: resolver, possible, sides });
  if (answer !== undefined && against === undefined && problems.length === 0)
    return {
      outcome: { state: 'settled', value: answer, rule: 'decided answer', evidence: `answer to ${id}`, questionId: id },
    };
  const why = against === undefined ? found.why : `${found.why}, and ${against}`;
  const question = textQuestion(id, at, { root, resolver }, { ...found, why }, answer, problems);
  return { outcome: { state: 'asked', question }, ...(found.waitsFor?.length ? { waitsFor: found.waitsFor } : {}) };
}

function textQuestion(
  id: string,
  { path, text }: TextAt,
  { root, resolver: { side } }: { root: Node; resolver: Resolver },
  { why, proposal }: Suspicion,
  answer: string | undefined,
  problems: readonly string[],
): Question {
  const sentences = [
    `What shall stand at ${pathText(root, path)} for ${side.newInstance}?`,
    `On ${side.oldInstance} it is ${JSON.stringify(text)}, and ${why}.`,
    'Answer with the whole value, unchanged if it fits.',
    ...(proposal === undefined ? [] : [`With the ids of ${side.newInstance} it reads ${JSON.stringify(proposal)}.`]),
    ...(problems.length === 0
      ? []
      : [
          `The answer ${JSON.stringify(answer)} is refused: ${problems.join(' ')} Answer with the whole value once more.`,
        ]),
  ];
  return { id, text: sentences.join(' '), choices: [] };
}
