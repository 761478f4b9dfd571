/** Fields of which people will ask how many issues use them: the candidates of a question that share a name. */
import type { Question } from '../contract/tasks.ts';
import { entriesOf, type SideCatalogues } from './catalogue.ts';

/** Counting is a query for each; where more share a name, the numbers would not help. */
const MOST = 10;

/** Ids on the new instance, each once. */
export function contestedFields(questions: readonly Question[], side: SideCatalogues): string[] {
  const end = `@${side.oldInstance}->${side.newInstance}`;
  const bases = new Set(
    questions
      .filter(({ id }) => id.startsWith('field:') && id.endsWith(end))
      .map(({ id }) => id.slice('field:'.length, -end.length))
      .map((field) => entriesOf(side.old, 'field')?.find(({ id }) => id === field)?.base),
  );
  const contested = (entriesOf(side.new, 'field') ?? []).filter(({ base }) => bases.has(base)).map(({ id }) => id);
  return contested.length > MOST ? [] : contested;
}
