/** Reading many issues: search on Data Center and Cloud, by query and by keys, with whole changelogs and comments. */

import { z } from 'zod';
import type { InstanceConfig } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import { LIMITS } from '../contract/limits.ts';
import { passedOn } from '../contract/problems.ts';
import { nameText } from '../contract/texts.ts';
import type { Exchange } from '../http/exchange.ts';
import { documentText } from './document.ts';
import { keysJql } from './jql.ts';
import { bean, byToken, collect, type Page, shifting, tooMany } from './paging.ts';
import * as shapes from './shapes.ts';
import { type Change, FILES, type IssueQuery, type JiraComment, type JiraIssue } from './types.ts';

const PAGE = 100;
/** Cloud's bulkfetch takes 100 in every version seen; one chunk of `key in (…)` on Data Center is kept as small. */
const KEYS = 100;
const ALWAYS = ['summary', 'issuetype', 'status', 'reporter', 'created', 'updated'];

/** The issue in our terms together with its raw `fields`. */
interface Read {
  issue: shapes.ReadIssue;
  raw: Record<string, unknown>;
}

const read = z.unknown().transform((value, context): Read => {
  const issue = shapes.issue.safeParse(value);
  const raw = shapes.rawIssue.safeParse(value);
  if (issue.success && raw.success) return { issue: issue.data, raw: raw.data.fields };
  for (const each of issue.error?.issues ?? []) context.addIssue(passedOn(each));
  return z.NEVER;
});

const offsetPage = z.looseObject({ issues: z.array(read), total: z.number() });
const tokenPage = z.looseObject({
  issues: z.array(read),
  nextPageToken: nameText.nullish(),
  isLast: z.boolean().nullish(),
});
const bulkPage = z.looseObject({ issues: z.array(read) });

export class IssueReader {
  readonly #exchange: Exchange;
  readonly #name: string;
  readonly #base: string;
  readonly #cloud: boolean;

  constructor(exchange: Exchange, config: InstanceConfig, base: string) {
    this.#exchange = exchange;
    this.#name = config.name;
    this.#base = base;
    this.#cloud = config.deployment === 'cloud';
  }

  async *byQuery(query: IssueQuery): AsyncGenerator<JiraIssue> {
    const jql = inKeyOrder(query.jql);
    const found = this.#cloud ? this.#cloudSearch({ ...query, jql }) : this.#search({ ...query, jql });
    for await (const each of found) yield await this.#whole(each, query);
  }

  async *byKeys(keys: string[], query: Omit<IssueQuery, 'jql'>): AsyncGenerator<JiraIssue> {
    const distinct = [...new Set(keys)];
    for (let start = 0; start < distinct.length; start += KEYS) {
      const chunk = distinct.slice(start, start + KEYS);
      const missing = new Set(chunk);
      for await (const each of this.#cloud ? this.#bulkFetch(chunk, query) : this.#keySearch(chunk, query)) {
        // A moved one may come under its new key, which says nothing about which it was asked for.
        if (missing.delete(each.issue.key)) yield await this.#whole(each, query);
      }
      const rest = await Promise.all([...missing].map((key) => this.#byKey(key, query)));
      yield* rest.filter((found) => found !== undefined);
    }
  }

  /** No search shows archived issues, and moved ones only some: asked one by one they answer, on both products. */
  async #byKey(key: string, query: Omit<IssueQuery, 'jql'>): Promise<JiraIssue | undefined> {
    const path = `${this.#base}/issue/${segment(key)}`;
    const fields = [...fieldsOf(query), 'archiveddate'].join(',');
    const request = {
      method: 'GET',
      path,
      query: { fields, ...(query.changes ? { expand: 'changelog' } : {}) },
    } as const;
    const found = await this.#exchange.find(request, read).catch((error: unknown) => {
      // Hidden from us: some versions say so with 403, others with 404.
      if (error instanceof MigratorError && error.status === 403 && error.code === 'RequestRefused') return undefined;
      throw error;
    });
    if (!found) return undefined;
    const issue = await this.#whole(found.data, query);
    const archived = typeof found.data.raw.archiveddate === 'string';
    return { ...issue, ...(issue.key === key ? {} : { askedAs: key }), ...(archived ? { archived } : {}) };
  }

  /** Data Center. `validate: false` lets a missing or hidden key be missing, instead of failing the whole query with 400. */
  #search(query: IssueQuery, validate = true): AsyncGenerator<Read> {
    const page = async (startAt: number): Promise<Page<Read>> => {
      const body = {
        jql: query.jql,
        startAt,
        maxResults: PAGE,
        fields: fieldsOf(query),
        ...(query.changes ? { expand: ['changelog'] } : {}),
        ...(validate ? {} : { validateQuery: false }),
      };
      const { issues, total } = await this.#exchange.read(
        { method: 'POST', path: `${this.#base}/search`, body, most: LIMITS.page },
        offsetPage,
      );
      return { items: issues, total };
    };
    return shifting(page, ({ issue }) => issue.id, `${this.#name}, search`);
  }

  #keySearch(keys: string[], query: Omit<IssueQuery, 'jql'>): AsyncGenerator<Read> {
    return this.#search({ ...query, jql: inKeyOrder(keysJql(keys)) }, false);
  }

  /** Cloud. The old search is gone there (410); this one has no total, and `expand` is a text also in the body. */
  #cloudSearch(query: IssueQuery): AsyncGenerator<Read> {
    const page = async (token: string | undefined) => {
      const body = {
        jql: query.jql,
        maxResults: PAGE,
        fields: fieldsOf(query),
        ...(query.changes ? { expand: 'changelog' } : {}),
        ...(token === undefined ? {} : { nextPageToken: token }),
      };
      const answer = await this.#exchange.read(
        { method: 'POST', path: `${this.#base}/search/jql`, body, most: LIMITS.page },
        tokenPage,
      );
      return { items: answer.issues, next: answer.isLast === true ? undefined : answer.nextPageToken || undefined };
    };
    return byToken(page, ({ issue }) => issue.id, `${this.#name}, search`);
  }

  /** Cloud. Answers in id order, follows moved issues, and lists what is missing apart. */
  async *#bulkFetch(keys: string[], query: Omit<IssueQuery, 'jql'>): AsyncGenerator<Read> {
    const body = {
      issueIdsOrKeys: keys,
      fields: fieldsOf(query),
      ...(query.changes ? { expand: ['changelog'] } : {}),
    };
    const answer = await this.#exchange.read(
      { method: 'POST', path: `${this.#base}/issue/bulkfetch`, body, most: LIMITS.page },
      bulkPage,
    );
    yield* answer.issues;
  }

  /** Fetches what a search left out of changelog and comments. */
  async #whole({ issue, raw }: Read, query: Omit<IssueQuery, 'jql'>): Promise<JiraIssue> {
    const { fields } = issue;
    return {
      id: issue.id,
      key: issue.key,
      summary: fields.summary ?? '',
      issueType: fields.issuetype.name,
      issueTypeId: fields.issuetype.id,
      status: fields.status.name,
      reporter: fields.reporter,
      created: fields.created,
      updated: fields.updated,
      fields: Object.fromEntries((query.fields ?? []).map((field) => [field, raw[field]])),
      ...(query.changes ? { changes: withFiles(await this.#changes(issue), fields.attachment ?? []) } : {}),
      ...(query.comments ? { comments: await this.#comments(issue) } : {}),
    };
  }

  async #changes({ id, changelog }: shapes.ReadIssue): Promise<Change[]> {
    if (changelog && changelog.histories.length >= (changelog.total ?? 0)) return changelog.histories;
    const path = `${this.#base}/issue/${segment(id)}`;
    if (!this.#cloud) {
      // Data Center gives one issue's changelog whole, and has no pages of it.
      const shape = z.looseObject({ changelog: shapes.changelog });
      const request = { method: 'GET', path, query: { fields: 'summary', expand: 'changelog' } } as const;
      return (await this.#exchange.read(request, shape)).changelog.histories;
    }
    const page = (startAt: number) =>
      this.#exchange.read(
        { method: 'GET', path: `${path}/changelog`, query: { startAt, maxResults: PAGE } },
        changePage,
      );
    return (await collect(page, ({ id }) => id)).map(({ change }) => change);
  }

  async #comments({ id, key, fields }: shapes.ReadIssue): Promise<JiraComment[]> {
    const given = fields.comment;
    const limit = { whose: `${this.#name}/${key}`, what: 'comments', most: LIMITS.comments };
    const count = Math.max(given?.comments.length ?? 0, given?.total ?? 0);
    if (count > limit.most) throw tooMany(limit, `${count}`);
    if (given && given.comments.length >= (given.total ?? 0)) return given.comments.map(inOurTerms);
    const page = async (startAt: number) => {
      const request = {
        method: 'GET',
        path: `${this.#base}/issue/${segment(id)}/comment`,
        query: { startAt, maxResults: PAGE },
      } as const;
      const { comments, total } = await this.#exchange.read(request, shapes.comments);
      return { items: comments, total: total ?? undefined };
    };
    return (await collect(page, (each) => each.id, limit)).map(inOurTerms);
  }
}

const changePage = bean(
  z.looseObject({ id: shapes.id }).transform((value, context) => {
    const change = shapes.change.safeParse(value);
    if (change.success) return { id: value.id, change: change.data };
    for (const each of change.error.issues) context.addIssue(passedOn(each));
    return z.NEVER;
  }),
);

const inOurTerms = ({ id, author, created, updated, body }: z.infer<typeof shapes.comment>): JiraComment => ({
  id,
  author,
  created,
  ...(updated ? { updated } : {}),
  body: documentText(body),
});

/** Those that the history does not name. */
function withFiles(changes: Change[], files: Change[]): Change[] {
  const idsIn = ({ items }: Change) => items.flatMap(({ field, to }) => (field === FILES && to !== null ? [to] : []));
  const named = new Set(changes.flatMap(idsIn));
  return [...changes, ...files.filter((file) => !idsIn(file).every((each) => named.has(each)))];
}

const fieldsOf = ({ fields = [], comments, changes }: Omit<IssueQuery, 'jql'>): string[] => [
  ...new Set([...ALWAYS, ...fields, ...(comments ? ['comment'] : []), ...(changes ? [FILES] : [])]),
];

/** Offset paging has ties without a last sort by key. Words inside quotes are not the clause, also where one is not closed. */
export function inKeyOrder(jql: string): string {
  const bare = jql.replace(/"(?:\\.|[^"\\])*(?:"|\\?$)|'(?:\\.|[^'\\])*(?:'|\\?$)/g, '""');
  const order = /\border\s+by\b([\s\S]*)$/i.exec(bare);
  if (order === null) return `${jql} ORDER BY key ASC`;
  return /\b(key|issuekey|issue|id)\b/i.test(order[1] ?? '') ? jql : `${jql}, key ASC`;
}
