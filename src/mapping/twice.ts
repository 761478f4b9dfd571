/**
 * Members that stand twice in one object. Readers of JSON differ on which of them counts, so where they say different things a
 * person decides, and then all of them say the same.
 */
import type { Question } from '../contract/tasks.ts';
import { shortened } from '../contract/text.ts';
import { type JsonDocument, type Member, type Node, pathText } from './document.ts';
import { possibleSides, type TextContext } from './places.ts';
import { fingerprint } from './texts.ts';
import type { MappingChange } from './translate.ts';

export interface Doubled {
  path: string[];
  members: Member[];
  id: string;
}

/** Before anything is translated, since the id of the question names what stood there. */
export function doubledMembers(document: JsonDocument, { root, sides }: TextContext): Doubled[] {
  if (document.duplicates.length === 0) return [];
  const found: Doubled[] = [];
  const enter = (node: Node, path: string[]): void => {
    if (node.kind === 'list') for (const [n, item] of node.items.entries()) enter(item, [...path, String(n)]);
    if (node.kind !== 'group') return;
    for (const [name, members] of Map.groupBy(node.members, (member) => member.name)) {
      const at = [...path, name];
      const said = members.map(({ value }) => compact(value));
      if (new Set(said).size > 1) {
        const [side = 'first'] = possibleSides(at);
        const { oldInstance, newInstance } = sides[side].side;
        const id = `twice:${pathText(root, at)}#${fingerprint(said.join())}@${oldInstance}->${newInstance}`;
        found.push({ path: at, members, id });
      }
      for (const { value } of members) enter(value, at);
    }
  };
  enter(root, []);
  return found;
}

const CHOICES = ['first', 'last'] as const;

export interface DoubledSettled {
  questions: Question[];
  unresolved: string[];
  references: MappingChange[];
}

/** After the translation: asks, or gives every member the value that was chosen. */
export function settleDoubled(
  doubled: readonly Doubled[],
  { root, sides: { first } }: TextContext,
  lineOf: JsonDocument['lineOf'],
): DoubledSettled {
  const settled: DoubledSettled = { questions: [], unresolved: [], references: [] };
  // From within, since what holds them may stand twice too.
  for (const { path: at, members, id } of doubled.toReversed()) {
    const said = members.map(({ value }) => compact(value));
    if (new Set(said).size === 1) continue;
    const path = pathText(root, at);
    const answer = first.answerTo(id);
    const chosen = answer === 'first' ? members[0] : answer === 'last' ? members.at(-1) : undefined;
    if (chosen && answer !== undefined && !first.contested.has(id)) {
      for (const member of members) member.value = chosen.value;
      const evidence = `answer to ${id}`;
      settled.references.unshift({
        path,
        old: 'stands twice',
        new: answer,
        rule: 'decided answer',
        evidence,
        question: id,
      });
      continue;
    }
    const lines = members.map((member) => lineOf(member.at)).join(' and ');
    const refused =
      answer === undefined ? '' : ` The answer was refused: the answer "${answer}" is neither first nor last.`;
    settled.unresolved.unshift(`${path}: stands twice in one object`);
    settled.questions.unshift({
      id,
      text: `${path} stands twice in one object (lines ${lines}), and says different things. Which of them counts? The other one becomes the same, so that every reader of the file takes it.${refused}`,
      choices: CHOICES.map((value) => ({
        value,
        label: shortened((value === 'first' ? said[0] : said.at(-1)) ?? '', LONGEST),
      })),
    });
  }
  return settled;
}

const LONGEST = 200;

/** As it is written, without spaces between. */
function compact(node: Node): string {
  if (node.kind === 'leaf') return node.raw;
  if (node.kind === 'list') return `[${node.items.map(compact).join()}]`;
  return `{${node.members.map(({ rawName, value }) => `${rawName}:${compact(value)}`).join()}}`;
}
