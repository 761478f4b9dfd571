/** Comments that people edit and delete, in Jira's REST and over the control port, and how the queues carry that. */
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { checkWorldFile } from '../../../sandbox/world-file/read.ts';
import { worldFileOf } from '../../../sandbox/world-file/write.ts';
import { BY_HAND, beat, page, partnerOf } from '../acts.ts';
import { type Client, entriesOf, open, person } from '../harness.ts';

interface Shown {
  id: string;
  body: unknown;
  created: string;
  updated: string;
  author: { name: string; accountId: string };
  updateAuthor: { name: string; accountId: string };
}

const commentsOf = async (client: Client, instance: string, key: string, api = 2) =>
  (await client.call<{ comments: Shown[] }>(instance, 'GET', `/rest/api/${api}/issue/${key}/comment`)).body.comments;
const bodiesOf = async (client: Client, instance: string, key: string) =>
  (await commentsOf(client, instance, key)).map(({ body }) => body);

/** One comment of anna on PA-1, carried to its partner, whose key comes back too. */
async function carried(client: Client, body = 'As first said') {
  const there = await partnerOf(client, 'PA-1');
  const { comment } = await person(client, {
    kind: 'comment',
    instance: 'jira-new',
    key: 'PA-1',
    value: body,
    by: 'anna',
  });
  await beat(client, 4);
  expect(await bodiesOf(client, 'jira-partner', there)).toContain(body);
  return { comment, there, key: 'PA-1', instance: 'jira-new' };
}

it('editComment: the text is another, with who and when; the copy follows', async () => {
  await using client = await open(BY_HAND);
  const { there, ...one } = await carried(client);
  const listed = await entriesOf(client, 'jira-old', 'CON-48-PA');
  await person(client, { kind: 'editComment', ...one, value: 'As then meant', by: 'ben' });
  const shown = (await commentsOf(client, 'jira-new', 'PA-1')).at(-1);
  expect(shown).toMatchObject({ body: 'As then meant', author: { name: 'anna' }, updateAuthor: { name: 'ben' } });
  expect(Date.parse(shown?.updated ?? '')).toBeGreaterThan(Date.parse(shown?.created ?? ''));
  await beat(client, 4);
  const copies = (await commentsOf(client, 'jira-partner', there)).filter(({ body }) => String(body).startsWith('As'));
  expect(copies.map(({ body, updateAuthor }) => [body, updateAuthor.name])).toEqual([['As then meant', 'backbone']]);
  // The lists of carried comments are as before, and nothing travels back.
  expect((await entriesOf(client, 'jira-old', 'CON-48-PA'))[0]?.comments).toEqual(listed[0]?.comments);
  await beat(client, 4);
  expect(await bodiesOf(client, 'jira-new', 'PA-1')).toContain('As then meant');
  expect(await client.sandbox.verdict(0)).toMatchObject({ lostChanges: 0, duplicates: 0 });
});

it('deleteComment: the copy goes too, and neither side lists it any more', async () => {
  await using client = await open(BY_HAND);
  const { there, ...one } = await carried(client);
  await person(client, { kind: 'deleteComment', ...one, by: 'anna' });
  expect(await bodiesOf(client, 'jira-new', 'PA-1')).not.toContain('As first said');
  await beat(client, 4);
  expect(await bodiesOf(client, 'jira-partner', there)).not.toContain('As first said');
  for (const [connector, key, instance] of [
    ['CON-48-PA', 'PA-1', 'jira-new'],
    ['CON-49-PB', there, 'jira-partner'],
  ] as const) {
    const entry = (await entriesOf(client, 'jira-old', connector)).find((each) => each.localIssueKey === key);
    const ids = (await commentsOf(client, instance, key)).map(({ id }) => id);
    expect(entry?.comments.map(({ localId }) => localId)).toEqual(ids);
  }
  expect(await client.sandbox.verdict(0)).toMatchObject({ lostChanges: 0, duplicates: 0 });
});

it('a copy that people edit or delete is not the original: nothing travels back', async () => {
  await using client = await open(BY_HAND);
  const { there } = await carried(client);
  await carried(client, 'Said as well');
  const [first, second] = (await commentsOf(client, 'jira-partner', there)).slice(-2);
  const copy = { instance: 'jira-partner', key: there, by: 'paula' };
  await person(client, { kind: 'editComment', ...copy, comment: first?.id ?? '', value: 'Twisted' });
  await person(client, { kind: 'deleteComment', ...copy, comment: second?.id ?? '' });
  await beat(client, 6);
  expect((await bodiesOf(client, 'jira-new', 'PA-1')).slice(-2)).toEqual(['As first said', 'Said as well']);
});

it('an edit of a comment that is still on its way is carried after it', async () => {
  await using client = await open(BY_HAND);
  const there = await partnerOf(client, 'PA-1');
  const one = { instance: 'jira-new', key: 'PA-1', by: 'anna' };
  const { comment } = await person(client, { kind: 'comment', ...one, value: 'Hasty' });
  await beat(client, 1);
  await person(client, { kind: 'editComment', ...one, comment, value: 'Thought over' });
  await beat(client, 5);
  expect((await bodiesOf(client, 'jira-partner', there)).filter((body) => body === 'Hasty')).toEqual([]);
  expect(await bodiesOf(client, 'jira-partner', there)).toContain('Thought over');
});

it.each([
  ['SECOND_TO_FIRST', 'As first said'],
  ['FIRST_TO_SECOND', 'As then meant'],
])('edits go where the direction of comments says: %s', async (direction, text) => {
  await using client = await open(BY_HAND);
  const { there, ...one } = await carried(client);
  await page(client, 'edit-configuration', { members: { comments: { direction, type: 'plain' } } });
  await person(client, { kind: 'editComment', ...one, value: 'As then meant', by: 'anna' });
  await beat(client, 4);
  expect((await bodiesOf(client, 'jira-partner', there)).at(-1)).toBe(text);
});

it('an edit that was lost is lost work: the verdict names the text that is not there', async () => {
  await using client = await open(BY_HAND);
  const { there: _there, ...one } = await carried(client);
  await person(client, { kind: 'editComment', ...one, value: 'Never read', by: 'anna' });
  await beat(client, 1);
  client.sandbox.world.original.first.outgoing.splice(0);
  await beat(client, 3);
  expect(await client.sandbox.verdict(0)).toMatchObject({
    lostChanges: 1,
    details: [{ what: 'newest text of a comment is not there', instance: 'jira-partner', expected: 'Never read' }],
  });
});

it.each(['dataCenter', 'cloud'] as const)('PUT and DELETE of a comment in Jira’s REST: %s', async (deployment) => {
  await using client = await open({
    ...BY_HAND,
    ...(deployment === 'cloud' ? { cloud: ['jira-partner'] } : {}),
  });
  const api = deployment === 'cloud' ? 3 : 2;
  const key = await partnerOf(client, 'PA-1');
  const at = `/rest/api/${api}/issue/${key}/comment`;
  const auth = (user: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:sandbox-password`).toString('base64')}`,
  });
  const as = auth(deployment === 'cloud' ? 'paula@example.com' : 'paula');
  const text = (value: string) =>
    deployment === 'cloud'
      ? { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: value }] }] }
      : value;
  const { body: made } = await client.call<Shown>('jira-partner', 'POST', at, { body: text('First') }, as);
  const edited = await client.call<Shown>('jira-partner', 'PUT', `${at}/${made.id}`, { body: text('Second') }, as);
  expect([edited.status, edited.body.body]).toEqual([200, text('Second')]);
  const single = await client.call<Shown>('jira-partner', 'GET', `${at}/${made.id}`, undefined, as);
  expect(single.body.body).toEqual(text('Second'));
  expect((await client.call('jira-partner', 'PUT', `${at}/${made.id}`, { body: text(' ') }, as)).status).toBe(400);
  expect((await client.call('jira-partner', 'DELETE', `${at}/${made.id}`, undefined, as)).status).toBe(204);
  expect((await client.call('jira-partner', 'DELETE', `${at}/${made.id}`, undefined, as)).status).toBe(404);
  expect((await client.call('jira-partner', 'GET', `${at}/${made.id}`, undefined, as)).status).toBe(404);
  const { body: record } = await client.control<RecordEntry[]>('GET', '/sandbox/record');
  const acts = record.filter(({ kind }) => kind !== 'request');
  expect(acts.map(({ kind, user, detail }) => [kind, user, detail?.body])).toEqual([
    ['comment', 'paula', 'First'],
    ['editComment', 'paula', 'Second'],
    ['deleteComment', 'paula', 'Second'],
  ]);
});

it('refuses a comment that is not there', async () => {
  await using client = await open();
  const act = { kind: 'editComment', instance: 'jira-new', key: 'PA-1', comment: '1', value: 'x' };
  await expect(person(client, act)).rejects.toThrow('PA-1 has no comment 1');
});

it('an edit is kept in a world file', async () => {
  await using client = await open(BY_HAND);
  const { there: _there, ...one } = await carried(client);
  await person(client, { kind: 'editComment', ...one, value: 'As then meant', by: 'ben' });
  const file = worldFileOf(client.sandbox.world);
  expect(() => checkWorldFile('written.json', structuredClone(file))).not.toThrow();
  await using again = await open({ file, interval: BY_HAND.interval });
  const last = async (each: Client) => (await commentsOf(each, 'jira-new', 'PA-1')).at(-1);
  const [before, after] = [await last(client), await last(again)];
  expect([after?.body, after?.updateAuthor.name, after?.updated]).toEqual(['As then meant', 'ben', before?.updated]);
});
