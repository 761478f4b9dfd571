/**
 * Comments that nobody can match, as a list that a person reviews and gives back: left alone, one of them would stand twice. Its
 * columns `comment` and `value` are read again; the others say what a reviewer needs to know.
 */
import { csvRows, csvText, type NamedFile, plainText, problemText, textOfFile } from '../sheets/lines.ts';

export const COMMENT_COLUMNS = ['comment', 'value', 'on', 'issue', 'author', 'created', 'text', 'candidates'] as const;

/** One line. */
export interface OpenComment {
  /** `old`: listed for old A, and not found on new A. `new`: on new A, and nobody's on old A. */
  on: 'old' | 'new';
  id: string;
  /** Key on the instance of `on`. */
  issue: string;
  author: string;
  /** Epoch milliseconds. */
  created: number;
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
const MOST = 5;

export function commentCsv(open: readonly OpenComment[]): string {
  const rows = open.map(({ id, on, issue, author, created, text, candidates }) => [
    id,
    '',
    on,
    issue,
    author,
    new Date(created).toISOString(),
    text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text,
    candidates
      .slice(0, MOST)
      .map(({ id, differs }) => `${id}: ${differs.join(' and ') || 'nothing'} differs`)
      .join('; '),
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

/** A list that came back. With any problem nothing of it is to be used. */
export function readComments(
  file: NamedFile,
  open: readonly OpenComment[],
): { decisions: CommentDecisions; problems: string[] } {
  const decisions: CommentDecisions = { old: {}, carried: [] };
  const read = textOfFile(file);
  if ('problem' in read) return { decisions, problems: [problemText(read.problem)] };
  const { rows, problems } = csvRows(read.text.replace(/^\uFEFF/, ''), file.name);
  const wrong = (line: number, what: string) => problems.push({ file: file.name, line, what });
  const [header, ...lines] = rows;
  const [comment, value] = [header?.cells.indexOf('comment') ?? -1, header?.cells.indexOf('value') ?? -1];
  if (comment < 0 || value < 0) {
    wrong(1, 'has no columns comment and value');
    return { decisions, problems: problems.map(problemText) };
  }
  const asked = new Map(open.map((each) => [each.id, each]));
  const seen = new Map<string, number>();
  const taken = new Map<string, number>();
  for (const { line, cells } of lines) {
    const id = plainText(cells[comment]);
    const answer = plainText(cells[value]);
    const one = asked.get(id);
    if (!one) wrong(line, `names comment ${id}, which is not asked about`);
    else if (seen.has(id)) wrong(line, `names comment ${id}, as line ${seen.get(id)} does`);
    else decide(one, answer, line);
    seen.set(id, line);
  }
  for (const { id, on } of open) {
    if (on === 'new' && (taken.has(id) || decisions.carried.includes(id))) continue;
    const line = seen.get(id);
    if (line === undefined) wrong(1, `lacks comment ${id}`);
    else if (on === 'new')
      wrong(line, `says nothing of the new comment ${id}: "${CARRY}", or name it beside an old one`);
  }
  return { decisions, problems: problems.toSorted((x, y) => x.line - y.line).map(problemText) };

  function decide({ id, on, candidates }: OpenComment, answer: string, line: number): void {
    if (on === 'new') {
      if (answer === CARRY) decisions.carried.push(id);
      else if (answer !== '') wrong(line, `has ${answer}; of a new comment only "${CARRY}" can be said`);
      return;
    }
    if (answer === '') wrong(line, `says nothing of comment ${id}: "${LEAVE}", or the id of the new comment`);
    else if (answer === LEAVE) decisions.old[id] = null;
    else if (!candidates.some((each) => each.id === answer)) {
      wrong(line, `says ${answer} for comment ${id}, which is no comment that is left on its new issue`);
    } else if (taken.has(answer)) wrong(line, `says ${answer}, as line ${taken.get(answer)} does`);
    else {
      taken.set(answer, line);
      decisions.old[id] = answer;
    }
  }
}
