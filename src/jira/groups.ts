/**
 * Groups by name. Data Center has them by name alone; on Cloud they have ids too. A list of all groups is documented on neither for
 * users without administration, so the pickers are asked, which both search for a part of a name.
 */
import { z } from 'zod';
import { nameText } from '../contract/texts.ts';
import { bean, collect, ifAllowed } from './paging.ts';
import { atOnce, chunksOf, IN_ONE_ADDRESS } from './people.ts';
import type { Get, JiraGroup } from './types.ts';

const group = z
  .looseObject({ name: nameText, groupId: nameText.nullish() })
  .transform(({ name, groupId }): JiraGroup => ({ id: groupId ?? name, name }));

/** `total` counts those that match; no more than `jira.ajax.autocomplete.limit` (20) are shown. */
const picked = z.looseObject({ groups: z.array(group), total: z.number().nullish() });

/**
 * The groups of these names or ids, and others whose names are akin. `undefined` when no group at all is shown to our user: there is none
 * without groups, so nothing follows from it.
 */
export async function groupsOf(get: Get, cloud: boolean, names: readonly string[]): Promise<JiraGroup[] | undefined> {
  const found = new Map<string, JiraGroup>();
  const keep = (groups: readonly JiraGroup[]): void => {
    for (const each of groups) found.set(each.id, each);
  };
  const pick = async (query: string): Promise<{ groups: JiraGroup[]; cut: boolean }> => {
    const asked = { query, maxResults: 100, ...(cloud ? { caseInsensitive: 'true' } : {}) };
    const { groups, total } = await ifAllowed(get('/groups/picker', picked, asked), { groups: [], total: 0 });
    return { groups, cut: (total ?? 0) > groups.length };
  };
  const isFound = (name: string): boolean => found.has(name) || found.values().some((each) => each.name === name);
  if (cloud) await bulk(get, names, keep);
  await atOnce(names, async (name) => {
    if (cloud && isFound(name)) return;
    const { groups, cut } = await pick(name);
    keep(groups);
    if (isFound(name)) return;
    if (!cloud && cut && (await exists(get, name))) return keep([{ id: name, name }]);
    const word = longestWord(name);
    if (word !== undefined && word !== name) keep((await pick(word)).groups);
  });
  if (found.size === 0 && (await pick('')).groups.length === 0) return undefined;
  return [...found.values()];
}

/** Cloud, by exact names and by ids. Needs "Browse users and groups". */
async function bulk(get: Get, names: readonly string[], keep: (groups: JiraGroup[]) => void): Promise<void> {
  const ids = names.filter((name) => GROUP_ID.test(name));
  const asked = [
    ...chunksOf(names, IN_ONE_ADDRESS).map((groupName) => ({ groupName })),
    ...chunksOf(ids, IN_ONE_ADDRESS).map((groupId) => ({ groupId })),
  ];
  await atOnce(asked, async (query) => {
    const page = (startAt: number) => get('/group/bulk', groupPage, { ...query, startAt, maxResults: IN_ONE_ADDRESS });
    const all = collect(page, ({ id }) => id);
    keep(await ifAllowed(all, []));
  });
}

const groupPage = bean(group);
const GROUP_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Data Center. The picker shows 20 of all that match, the one of exactly this name perhaps not among them; an administrator can ask for
 * its members (404 where there is no such group).
 */
async function exists(get: Get, groupname: string): Promise<boolean> {
  const members = z.looseObject({ values: z.array(z.unknown()) });
  return (await ifAllowed(get('/group/member', members, { groupname, maxResults: 1 }), undefined)) !== undefined;
}

const longestWord = (name: string): string | undefined =>
  name.match(/[\p{L}\p{N}]{3,}/gu)?.reduce((best, word) => (word.length > best.length ? word : best));
