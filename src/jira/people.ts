/**
 * Users, many at once. Cloud has a call for many account ids (`/user/bulk`). No product has one for many names or e-mail addresses, but
 * both list everybody by pages (Data Center `/user/list`, Cloud `/users/search`). Whom our user may not see is not in an answer.
 */
import pMap from 'p-map';
import { z } from 'zod';
import { personOf } from '../contract/people.ts';
import { nameText } from '../contract/texts.ts';
import type { Query } from '../http/exchange.ts';
import { bean, collect, ifAllowed } from './paging.ts';
import * as shapes from './shapes.ts';
import type { Find, Get, JiraUser, WantedUsers } from './types.ts';

/** How many look-ups wait for the instance's limiter at once; it has limits of its own. */
const AT_ONCE = 8;

export const atOnce = <Of, Found>(all: Iterable<Of>, lookUp: (one: Of) => Promise<Found>): Promise<Found[]> =>
  pMap(all, lookUp, { concurrency: AT_ONCE });

/** Ids in one address: an account id has up to 128 characters, and few servers take an address of more than 8,000. */
export const IN_ONE_ADDRESS = 50;

/** So few are looked up one by one sooner than a list of everybody is read. */
const FEW = 20;

/** Users on a page of everybody: what Cloud gives at most. */
const PAGE = 1000;

/** A page of everybody may take the place of so many single look-ups; an instance with more users is not read whole. */
const LOOKUPS_OF_A_PAGE = 10;

interface Asked {
  get: Get;
  find: Find;
  cloud: boolean;
}

/** All users with one of these ids or e-mail addresses. */
export async function usersOf(asked: Asked, wanted: WantedUsers): Promise<JiraUser[]> {
  const ids = new Set(wanted.ids);
  const emails = new Set(wanted.emails.map(personOf));
  const found = new Map<string, JiraUser>();
  const keep = (users: readonly JiraUser[]): void => {
    for (const user of users) {
      if (ids.has(user.id) || emails.has(personOf(user.email ?? ''))) found.set(user.id, user);
    }
  };
  if (asked.cloud) await accounts(asked, [...ids], keep);
  const names = asked.cloud ? [] : [...ids];
  const count = names.length + emails.size;
  if (count > FEW && (await everybody(asked, Math.ceil(count / LOOKUPS_OF_A_PAGE), keep))) return [...found.values()];
  const missing = names.filter((name) => !found.has(name));
  await atOnce(missing, async (name) => keep(await oneUser(asked, { username: name })));
  // A list that was not read to its end can have a second user with the address of one that was in it.
  await atOnce(emails, async (email) => keep(await withEmail(asked, email)));
  return [...found.values()];
}

type Keep = (users: readonly JiraUser[]) => void;

async function accounts(asked: Asked, ids: string[], keep: Keep): Promise<void> {
  await atOnce(chunksOf(ids, IN_ONE_ADDRESS), async (chunk) => {
    const page = (startAt: number) =>
      asked.get('/user/bulk', userPage, { accountId: chunk, startAt, maxResults: IN_ONE_ADDRESS });
    const all = collect(page, ({ id }) => id);
    const known = await ifAllowed(all, undefined);
    if (known) keep(known);
    // One that is no account id may make a site refuse all of them.
    else for (const accountId of chunk) keep(await oneUser(asked, { accountId }));
  });
}

const userPage = bean(shapes.user);

async function oneUser({ find }: Asked, query: Query): Promise<JiraUser[]> {
  const user = await ifAllowed(find('/user', shapes.user, query), undefined);
  return user ? [user] : [];
}

/** Both search in names too, so what they find is looked at by the caller. */
async function withEmail({ get, cloud }: Asked, email: string): Promise<JiraUser[]> {
  const query = { ...(cloud ? { query: email } : { username: email, includeInactive: 'true' }), maxResults: 50 };
  return ifAllowed(get('/user/search', shapes.users, query), []);
}

/** True when the list was read to its end, so that who is not in it is not there. */
async function everybody(asked: Asked, mostPages: number, keep: Keep): Promise<boolean> {
  const next = asked.cloud ? cloudPage : dataCenterPage;
  let at: string | undefined;
  const seen = new Set<string>();
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await ifAllowed(next(asked, at), undefined);
    if (page === undefined) return false;
    keep(page.users);
    if (page.next === undefined) return true;
    // A cursor that comes again would never end.
    if (seen.has(page.next)) return false;
    seen.add(page.next);
    at = page.next;
  }
  return false;
}

/**
 * Cloud. Who was called so on this very site before accounts had ids: name → account id. Somebody of another instance may have had the
 * same name, so it speaks for a person and proves nothing.
 */
export async function formerNames(get: Get, names: readonly string[]): Promise<Map<string, string>> {
  const found = await atOnce(chunksOf(names, IN_ONE_ADDRESS), (username) =>
    ifAllowed(get('/user/bulk/migration', formerly, { username, maxResults: IN_ONE_ADDRESS }), []),
  );
  return new Map(
    found.flat().flatMap(({ username, accountId }) => (username && accountId ? [[username, accountId]] : [])),
  );
}

const formerly = z.array(z.looseObject({ username: nameText.nullish(), accountId: nameText.nullish() }));

interface UserPage {
  users: JiraUser[];
  /** Absent on the last page. */
  next: string | undefined;
}

const cursorPage = z.looseObject({
  values: shapes.users,
  isLast: z.boolean().nullish(),
  nextCursor: z.union([nameText, z.number()]).nullish(),
});

/** Since Data Center 10; an older one refuses it. The order is not defined, and no user comes twice. */
async function dataCenterPage({ get }: Asked, cursor: string | undefined): Promise<UserPage> {
  const { values, isLast, nextCursor } = await get('/user/list', cursorPage, { cursor, maxResults: PAGE });
  const next = nextCursor === null || nextCursor === undefined ? undefined : String(nextCursor);
  return { users: values, next: isLast === true ? undefined : next };
}

/** A bare list, which ends with an empty page: a site may give fewer than were asked for. */
async function cloudPage({ get }: Asked, startAt = '0'): Promise<UserPage> {
  const users = await get('/users/search', shapes.users, { startAt, maxResults: PAGE });
  return { users, next: users.length === 0 ? undefined : String(Number(startAt) + users.length) };
}

export function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
