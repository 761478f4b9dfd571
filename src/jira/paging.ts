/**
 * Jira's paging forms. Servers lower `maxResults` in silence, pages can be short, and offsets shift while people work: so nothing
 * here ends on a short page, every step goes on by what was received, and nothing is given out twice.
 */
import { z } from 'zod';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';

export interface Page<T> {
  items: T[];
  total?: number | undefined;
  isLast?: boolean | undefined;
}

/** Reads a page from an offset. */
export type PageReader<T> = (startAt: number) => Promise<Page<T>>;

/** A page bean: `values` with `isLast` or `total`. */
export const bean = <T>(element: z.ZodType<T>) =>
  z.looseObject({ values: z.array(element), total: z.number().nullish(), isLast: z.boolean().nullish() }).transform(
    ({ values, total, isLast }): Page<T> => ({
      items: values,
      total: total ?? undefined,
      isLast: isLast ?? undefined,
    }),
  );

/** One pass over pages by offset. Stops on `isLast`, the total, an empty page, or a page that brings nothing new. */
export async function* pass<T>(
  read: PageReader<T>,
  isNew: (item: T) => boolean,
): AsyncGenerator<T, number | undefined> {
  let startAt = 0;
  for (let pages = 0; pages < LIMITS.pages; pages += 1) {
    const { items, total, isLast } = await read(startAt);
    const fresh = items.filter(isNew);
    yield* fresh;
    startAt += items.length;
    const ended = isLast ?? (total !== undefined && startAt >= total);
    // A server that ignores the offset would answer the first page for ever.
    const stuck = fresh.length === 0 && startAt > items.length && total === undefined;
    if (items.length === 0 || ended || stuck) return total;
  }
  throw endless('A list');
}

const endless = (what: string): MigratorError =>
  new MigratorError('BeyondLimit', `${what} has no end: ${LIMITS.pages} pages of it came, and each named another.`);

/**
 * All items of lists that are kept whole (contexts, options, comments).
 * @throws MigratorError `BeyondLimit` when more came than the limit says, whatever the server counts.
 */
export async function collect<T>(
  read: PageReader<T>,
  key: (item: T) => string,
  limit: ListLimit = { whose: 'A list', what: 'elements', most: LIMITS.list },
): Promise<T[]> {
  const seen = new Set<string>();
  const all: T[] = [];
  for await (const item of pass(read, (each) => isFirst(seen, key(each)))) {
    all.push(item);
    if (all.length > limit.most) throw tooMany(limit);
  }
  return all;
}

interface ListLimit {
  /** `jira-old/PA-1` */
  whose: string;
  /** `comments` */
  what: string;
  most: number;
}

export const tooMany = ({ whose, what, most }: ListLimit, count = `more than ${most}`): MigratorError =>
  new MigratorError('BeyondLimit', `${whose} has ${count} ${what}; at most ${most} are read.`);

const PASSES = 3;

/**
 * Every item of a list that may shift while it is read: passes again while fewer distinct ones came than the server counts.
 * @throws MigratorError `UnreadableAnswer` when it stays fewer: a part of the list must never pass for the whole.
 */
export async function* shifting<T>(read: PageReader<T>, key: (item: T) => string, what: string): AsyncGenerator<T> {
  const seen = new Set<string>();
  let total: number | undefined;
  for (let round = 0; round < PASSES; round += 1) {
    total = yield* pass(read, (each) => isFirst(seen, key(each)));
    if (total === undefined || seen.size >= total) return;
  }
  throw new MigratorError('UnreadableAnswer', `${what}: ${seen.size} of ${total} came, also after ${PASSES} passes.`);
}

/** A page by token (Cloud `search/jql`): no total; the last page has no token, or null, or "". */
export interface TokenPage<T> {
  items: T[];
  next: string | undefined;
}

/** @throws MigratorError `UnreadableAnswer` when a token comes again, which some sites do: it would never end. */
export async function* byToken<T>(
  read: (token: string | undefined) => Promise<TokenPage<T>>,
  key: (item: T) => string,
  what: string,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = await read(token);
    for (const item of page.items) if (isFirst(seen, key(item))) yield item;
    token = page.next;
    if (token !== undefined && !isFirst(tokens, token)) {
      throw new MigratorError('UnreadableAnswer', `${what}: the token of a page came twice.`);
    }
    if (tokens.size >= LIMITS.pages) throw endless(what);
  } while (token !== undefined);
}

function isFirst(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** Where it is only evidence that is read, a question can go without: a refused read is `otherwise`. */
export async function ifAllowed<T, U>(reading: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MigratorError && error.code === 'RequestRefused') return otherwise;
    throw error;
  }
}
