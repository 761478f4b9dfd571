/** Reading issues from servers that behave like Data Center and like Cloud. */
import { describe, expect, it } from 'vitest';
import { inKeyOrder } from '../../src/jira/issues.ts';
import { answering, failureOf, json, listOf, type Seen } from '../http/instances.ts';

const CREATED = '2026-09-27T10:03:11.123+0200';

const issue = (number: number, more: Record<string, unknown> = {}, fields: Record<string, unknown> = {}) => ({
  id: String(10_000 + number),
  key: `PA-${number}`,
  fields: {
    summary: `Issue ${number}`,
    issuetype: { id: '1', name: 'Task' },
    status: { id: '3', name: 'Open' },
    reporter: { name: 'kim', displayName: 'Kim' },
    created: CREATED,
    updated: CREATED,
    ...fields,
  },
  ...more,
});

const all = Array.from({ length: 7 }, (_, index) => issue(index + 1));
const keys = (issues: { key: string }[]) => issues.map(({ key }) => key);
const bodyOf = (seen: Seen | undefined) => JSON.parse(seen?.body ?? '{}');

describe('issues of Data Center', () => {
  it('come by POST search in key order, though pages are shorter than asked', async () => {
    const { instance, seen } = await answering(({ body }, r) => {
      const { startAt } = JSON.parse(body);
      json(r, { startAt, maxResults: 3, total: 7, issues: all.slice(startAt, startAt + 3), names: null, expand: null });
    });
    const found = await listOf(instance.jira.issues({ jql: 'project = PA', fields: ['duedate'] }));
    expect(keys(found)).toEqual(keys(all));
    expect(found[0]).toMatchObject({
      summary: 'Issue 1',
      issueType: 'Task',
      status: 'Open',
      reporter: 'kim',
      created: Date.UTC(2026, 8, 27, 8, 3, 11, 123),
      issueTypeId: '1',
    });
    expect(Object.keys(found[0]?.fields ?? {}), 'nothing but what was asked for').toEqual(['duedate']);
    expect(seen.map((each) => `${each.method} ${each.url}`)).toEqual(Array(3).fill('POST /rest/api/2/search'));
    expect(bodyOf(seen[0])).toMatchObject({ jql: 'project = PA ORDER BY key ASC', startAt: 0 });
    expect(bodyOf(seen[0]).fields).toContain('duedate');
    expect(bodyOf(seen[1]).startAt).toBe(3);
  });

  it('asked by keys are asked without validation, so that one missing key does not hide all others', async () => {
    const { instance, seen } = await answering(({ path }, r) =>
      path.endsWith('/search')
        ? json(r, { startAt: 0, total: 1, issues: [issue(1, { changelog: { total: 0, histories: [] } })] })
        : json(r, { errorMessages: ['no'] }, path.endsWith('/PA-7') ? 403 : 404),
    );
    const asked = Array.from({ length: 150 }, (_, index) => `PA-${index + 1}`);
    const found = await listOf(instance.jira.issuesByKey([...asked, 'PA-1'], { changes: true }));
    expect(keys(found)).toEqual(['PA-1']);
    expect(seen.filter(({ path }) => path === '/rest/api/2/search')).toHaveLength(2);
    expect(bodyOf(seen[0])).toMatchObject({ validateQuery: false, expand: ['changelog'] });
    expect(bodyOf(seen[0]).jql).toContain('key in ("PA-1", "PA-2"');
  }, 10_000);

  it('asked by keys are found one by one where a search does not show them: archived, or under another key now', async () => {
    const { instance } = await answering(({ path }, r) => {
      if (path.endsWith('/search')) return json(r, { startAt: 0, total: 0, issues: [] });
      if (path.endsWith('/issue/PA-1')) return json(r, issue(1, {}, { archiveddate: CREATED }));
      if (path.endsWith('/issue/PA-2')) return json(r, { ...issue(2), key: 'QX-9' });
      return json(r, { errorMessages: ['no'] }, 404);
    });
    const found = await listOf(instance.jira.issuesByKey(['PA-1', 'PA-2', 'PA-3']));
    expect(found.map(({ key, askedAs, archived }) => [key, askedAs, archived])).toEqual([
      ['PA-1', undefined, true],
      ['QX-9', 'PA-2', undefined],
    ]);
  });

  it('that no page brings are an error, not an end', async () => {
    const { instance } = await answering((_, r) => json(r, { startAt: 0, total: 9, issues: [] }));
    expect(await failureOf(listOf(instance.jira.issues({ jql: 'project = PA' })))).toMatchObject({
      code: 'UnreadableAnswer',
    });
  });

  it('have all comments, also those a search left out', async () => {
    const comment = (id: number) => ({ id: String(id), author: { name: 'kim' }, created: CREATED, body: `text ${id}` });
    const short = issue(1, {}, { comment: { comments: [comment(1)], total: 3, maxResults: 1 } });
    const { instance } = await answering(({ path, query }, r) => {
      if (path.endsWith('/search')) return json(r, { startAt: 0, total: 1, issues: [short] });
      const startAt = Number(query.get('startAt'));
      return json(r, { startAt, total: 3, comments: [1, 2, 3].slice(startAt, startAt + 2).map(comment) });
    });
    const [found] = await listOf(instance.jira.issues({ jql: 'key = PA-1', comments: true }));
    expect(found?.comments?.map(({ id, author, body }) => [id, author, body])).toEqual([
      ['1', 'kim', 'text 1'],
      ['2', 'kim', 'text 2'],
      ['3', 'kim', 'text 3'],
    ]);
  });

  it('have their changes with field names where no field id is given', async () => {
    const histories = [
      { id: '1', author: null, created: CREATED, items: [{ field: 'status', from: '1', to: '3', fromString: 'a' }] },
      {
        id: '2',
        author: { name: 'lee' },
        created: CREATED,
        items: [{ field: 'Due', fieldId: 'duedate', from: null, to: 'x' }],
      },
    ];
    const { instance } = await answering((_, r) =>
      json(r, { startAt: 0, total: 1, issues: [issue(1, { changelog: { total: 2, histories } })] }),
    );
    const [found] = await listOf(instance.jira.issues({ jql: 'key = PA-1', changes: true }));
    expect(found?.changes).toMatchObject([
      { author: '', items: [{ field: 'status', from: '1', to: '3' }] },
      { author: 'lee', items: [{ field: 'duedate', from: null, to: 'x' }] },
    ]);
  });

  it('without a date, or with one nobody can read, are refused with the path', async () => {
    const { instance } = await answering((_, r) =>
      json(r, { startAt: 0, total: 1, issues: [issue(1, {}, { created: 'yesterday' })] }),
    );
    const error = await failureOf(listOf(instance.jira.issues({ jql: 'key = PA-1' })));
    expect(error.code).toBe('UnreadableAnswer');
    expect(error.message).toContain('issues[0].fields.created');
  });
});

describe('issues of Cloud', () => {
  const cloud = { deployment: 'cloud' } as const;

  it('come by token, without a total, until no token is left', async () => {
    const { instance, seen } = await answering(({ body }, r) => {
      const at = Number(JSON.parse(body).nextPageToken ?? 0);
      const next = at + 3 < 7 ? { nextPageToken: String(at + 3) } : { nextPageToken: null };
      json(r, { issues: all.slice(at, at + 3), ...next });
    }, cloud);
    expect(keys(await listOf(instance.jira.issues({ jql: 'project = PA', changes: false })))).toEqual(keys(all));
    expect(seen.map(({ url }) => url)).toEqual(Array(3).fill('/rest/api/3/search/jql'));
    expect(bodyOf(seen[0])).not.toHaveProperty('nextPageToken');
  });

  it('asked by keys come by bulkfetch of 100 at most, without those that are missing', async () => {
    const { instance, seen } = await answering(
      ({ path }, r) =>
        path.endsWith('/bulkfetch')
          ? json(r, { issues: [issue(2)], issueErrors: [{ id: 'PA-9', errorMessage: 'no' }] })
          : json(r, { errorMessages: ['no'] }, 404),
      cloud,
    );
    const asked = Array.from({ length: 101 }, (_, index) => `PA-${index + 1}`);
    expect(keys(await listOf(instance.jira.issuesByKey(asked)))).toEqual(['PA-2']);
    const bulk = seen.filter(({ path }) => path.endsWith('/bulkfetch'));
    expect(bulk.map((each) => bodyOf(each).issueIdsOrKeys.length)).toEqual([100, 1]);
    expect(seen[0]?.url).toBe('/rest/api/3/issue/bulkfetch');
  });

  it('have whole changelogs, and comments as text', async () => {
    const history = (id: number) => ({ id: String(id), author: { accountId: 'a1' }, created: CREATED, items: [] });
    const document = {
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Hello ' },
            { type: 'mention', attrs: { text: '@Kim' } },
          ],
        },
        { type: 'paragraph', content: [{ type: 'text', text: 'bye' }] },
      ],
    };
    const comment = { id: '5', author: { accountId: 'a1', name: '' }, created: CREATED, body: document };
    const short = issue(
      1,
      { changelog: { total: 3, histories: [history(3)] } },
      { comment: { comments: [comment], total: 1 }, reporter: null },
    );
    const { instance } = await answering(({ path, query }, r) => {
      if (path.endsWith('/search/jql')) return json(r, { issues: [short], isLast: true });
      const startAt = Number(query.get('startAt'));
      return json(r, {
        startAt,
        total: 3,
        isLast: startAt > 0,
        values: [1, 2, 3].slice(startAt, startAt + 2).map(history),
      });
    }, cloud);
    const [found] = await listOf(instance.jira.issues({ jql: 'key = PA-1', changes: true, comments: true }));
    expect(found?.reporter).toBe('');
    expect(found?.changes).toHaveLength(3);
    expect(found?.comments).toMatchObject([{ author: 'a1', body: 'Hello @Kim\nbye' }]);
  });

  it('of an unbounded query are refused in the words of the site', async () => {
    const { instance } = await answering(
      (_, r) => json(r, { errorMessages: ['Unbounded JQL queries are not allowed here.'], errors: {} }, 400),
      cloud,
    );
    const error = await failureOf(listOf(instance.jira.issues({ jql: 'order by key' })));
    expect(error.message).toContain('Unbounded JQL queries are not allowed here.');
  });
});

describe('the order of a query', () => {
  it.each([
    ['project = PA', 'project = PA ORDER BY key ASC'],
    ['project = PA ORDER BY key ASC', 'project = PA ORDER BY key ASC'],
    ['project = PA order  by updated', 'project = PA order  by updated, key ASC'],
    ['summary ~ "order by key"', 'summary ~ "order by key" ORDER BY key ASC'],
    [
      'summary ~ "a \\" order by x" ORDER BY created DESC, issuekey',
      'summary ~ "a \\" order by x" ORDER BY created DESC, issuekey',
    ],
  ])('of %s ends with the key', (jql, expected) => {
    expect(inKeyOrder(jql)).toBe(expected);
  });
});
