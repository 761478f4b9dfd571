/**
 * Comments that nobody can match, as a list that a person reviews and gives back: left alone, one of them would stand twice. Its
 * columns `comment`, `value` and `on` are read again; the others say what a reviewer needs to know.
 */
import { shown } from '../contract/foreign.ts';
import { shortened } from '../contract/text.ts';
import { csvRows } from '../sheets/csv.ts';
import {
  csvText,
  type FileProblem,
  type NamedFile,
  NO_CSV,
  plainText,
  problemText,
  textOfFile,
} from '../sheets/lines.ts';

export const COMMENT_COLUMNS = ['comment', 'value', 'on', 'issue', 'author', 'created', 'text', 'candidates'] as const;

/** One line. */
export interface OpenComment {
  /** `old`: listed for old A, and not found on new A. `new`: on new A, and nobody's on old A. */
  on: 'old' | 'new';
  id: string;
  /** Key on the instance of `on`. */
  issue: string;
  author: string;
  /** Epoch milliseconds. `null`: it is listed for old A and not there any more, so nothing of it is known. */
  created: number | null;
  text: string;
  /** What is left on its new issue, with what differs. Of `new` ones none. */
  candidates: { id: string; differs: string[] }[];
}

/** What people decided. */
export interface CommentDecisions {
  /** Old comment → new comment, or `null`: it is left out of the list. */
  old: Record<string, string | null>;
  /** New comments that may be carried as new ones. */
  carried: string[];
}

export const nothingDecided: CommentDecisions = { old: {}, carried: [] };

export const bothDecided = (one: CommentDecisions, other: CommentDecisions): CommentDecisions => ({
  old: { ...one.old, ...other.old },
  carried: [...one.carried, ...other.carried],
});

/** In the column `value`, beside the id of a new comment: of an old one, of a new one. */
export const LEAVE = 'leave out';
export const CARRY = 'carry';

const SHOWN = 80;

export function commentCsv(open: readonly OpenComment[]): string {
  const rows = open.map(({ id, on, issue, author, created, text, candidates }) => [
    id,
    '',
    on,
    issue,
    shown(author),
    created === null ? '' : new Date(created).toISOString(),
    shown(shortened(text, SHOWN)),
    candidates.map(({ id, differs }) => `${id}: ${differs.join(' and ') || 'nothing'} differs`).join('; '),
  ]);
  return csvText([[...COMMENT_COLUMNS], ...rows]);
}

/** Everything is left out; or a comment is given its only likely candidate, one in which a single thing differs. */
export function decideAll(open: readonly OpenComment[], how: 'leave out' | 'candidates'): CommentDecisions {
  const likely = open
    .filter(({ on }) => on === 'old')
    .map(({ id, candidates }) => ({ id, likely: candidates.filter(({ differs }) => differs.length === 1) }));
  const wanted = Map.groupBy(
    likely.flatMap((each) => each.likely),
    ({ id }) => id,
  );
  const old = Object.fromEntries(
    likely.map(({ id, likely: [only, ...others] }) => {
      const takes = how === 'candidates' && only && others.length === 0 && wanted.get(only.id)?.length === 1;
      return [id, takes ? only.id : null];
    }),
  );
  return { old, carried: open.filter(({ on }) => on === 'new').map(({ id }) => id) };
}

const COLUMNS_READ = ['comment', 'value', 'on'];

/** A list that came back. With any problem nothing of it is to be used. */
export async function readComments(
  file: NamedFile,
  open: readonly OpenComment[],
): Promise<{ decisions: CommentDecisions; problems: string[] }> {
  const decisions: CommentDecisions = { old: {}, carried: [] };
  const read = textOfFile(file);
  if ('problem' in read) return { decisions, problems: [problemText(read.problem)] };
  const problems: FileProblem[] = [];
  const wrong = (line: number, what: string) => problems.push({ file: file.name, line, what });
  // Two instances number their comments alike, so an id is only one together with where it is.
  const named = ({ on, id }: Pick<OpenComment, 'on' | 'id'>) => `comment ${id} of ${on}`;
  const asked = new Map(open.map((each) => [named(each), each]));
  const seen = new Map<string, number>();
  /** New comments, with the line that gives or carries them. */
  const taken = new Map<string, number>();
  const carried = new Map<string, number>();
  let columns: number[] | undefined;
  for await (const { line, cells } of csvRows(read.text, (line) => wrong(line, NO_CSV))) {
    if (!columns) {
      columns = COLUMNS_READ.map((name) => cells.indexOf(name));
      if (columns.includes(-1)) break;
      continue;
    }
    const [id, answer, on] = columns.map((column) => plainText(cells[column])) as [string, string, 'old' | 'new'];
    const name = named({ on, id });
    const one = asked.get(name);
    if (!one) wrong(line, `names ${name}, which is not asked about`);
    else if (seen.has(name)) wrong(line, `names ${name}, as line ${seen.get(name)} does`);
    else decide(one, answer, line);
    if (!seen.has(name)) seen.set(name, line);
  }
  if (!columns || columns.includes(-1)) {
    if (problems.length === 0) wrong(1, 'has no columns comment, value and on');
    return { decisions, problems: problems.map(problemText) };
  }
  for (const each of open) {
    const { id, on } = each;
    const line = seen.get(named(each));
    const given = on === 'new' ? taken.get(id) : undefined;
    const carriedBy = on === 'new' ? carried.get(id) : undefined;
    if (given !== undefined) {
      if (carriedBy !== undefined) wrong(carriedBy, `says ${CARRY} of comment ${id}, which line ${given} names`);
    } else if (line === undefined) wrong(1, `lacks ${named(each)}`);
    else if (on === 'new' && carriedBy === undefined)
      wrong(line, `says nothing of the new comment ${id}: "${CARRY}", or name it beside an old one`);
  }
  return { decisions, problems: problems.toSorted((x, y) => x.line - y.line).map(problemText) };

  function decide({ id, on, candidates }: OpenComment, answer: string, line: number): void {
    if (on === 'new') {
      if (answer === CARRY) {
        decisions.carried.push(id);
        carried.set(id, line);
      } else if (answer !== '') wrong(line, `has ${answer}; of a new comment only "${CARRY}" can be said`);
      return;
    }
    if (answer === '') wrong(line, `says nothing of comment ${id}: "${LEAVE}", or the id of the new comment`);
    else if (answer === LEAVE) decisions.old[id] = null;
    else if (!candidates.some((each) => each.id === answer)) {
      wrong(line, `says ${answer} for comment ${id}, which is none of its candidates`);
    } else if (taken.has(answer)) wrong(line, `says ${answer}, as line ${taken.get(answer)} does`);
    else {
      taken.set(answer, line);
      decisions.old[id] = answer;
    }
  }
}
