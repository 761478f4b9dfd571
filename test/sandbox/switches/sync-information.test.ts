/** Switches of sync information and resync: each test is named by the switch whose other behaviour it shows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BY_HAND, effects, field, ORIGINAL, set, settled, WORKAROUND } from '../acts.ts';
import { type Client, eventually, issuesOf, open, person } from '../harness.ts';

interface Entry {
  id?: number;
  connectorKey?: string;
  localIssueKey: string;
  remoteIssueKey: string;
  lastOutgoingChange: number;
  outgoingMessageSequenceId?: number;
  incomingMessageSequenceId?: number;
  comments: { localId: string; remoteId?: string | null }[];
}

const PATH = '/connectors/CON-48-PA/syncInformation';
const ask = <T = unknown>(client: Client, method: string, path: string, body?: unknown) =>
  client.backbone<T>('jira-old', method, path, body);
const entry = async (client: Client, key: string, connector = 'CON-48-PA') => {
  const path = `/connectors/${connector}/syncInformation?localIssueKey=${key}`;
  const [found] = (await ask<Entry[]>(client, 'GET', path)).body;
  if (!found) throw new Error(`${key} has no entry`);
  return found;
};
const bare = { localIssueKey: 'PA-1', remoteIssueKey: 'PB-4', comments: [{ localId: '1' }] };
const resync = (client: Client, more: Record<string, unknown> = {}, connector = 'CON-48-PA') =>
  ask(client, 'POST', `/connectors/${connector}/resync`, { fieldMappings: ['fm-1'], jql: 'key = PA-1', ...more });

it('syncInformationPolicy: overwrite, merge, skip or 409 for a pair that exists', async () => {
  // By hand: an entry that knows nothing would be sent.
  await using client = await open(BY_HAND);
  const before = await entry(client, 'PA-1');
  const comments = before.comments.map(({ localId }) => localId);
  const write = async (syncInformationPolicy: string) => {
    await set(client, { syncInformationPolicy });
    const { status } = await ask(client, 'POST', PATH, [bare]);
    const { lastOutgoingChange, comments: listed } = await entry(client, 'PA-1');
    return [status, lastOutgoingChange, listed.map(({ localId }) => localId)];
  };
  expect(await write('skip')).toEqual([200, before.lastOutgoingChange, comments]);
  expect(await write('conflict')).toEqual([409, before.lastOutgoingChange, comments]);
  expect(await write('merge')).toEqual([200, before.lastOutgoingChange, [...comments, '1']]);
  expect(await write('overwrite')).toEqual([200, 0, ['1']]);
});

it('syncInformationWhileRunning: accepted, or only when stopped', async () => {
  await using client = await open({ switches: { syncInformationWhileRunning: false } });
  expect((await ask(client, 'POST', PATH, [bare])).status).toBe(409);
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  expect((await ask(client, 'POST', PATH, [bare])).status).toBe(200);
});

it('syncInformationForeignIds: id and connectorKey of another synchronization are ignored or refused', async () => {
  await using client = await open();
  const write = async (more: Partial<Entry>) => (await ask(client, 'POST', PATH, [{ ...bare, ...more }])).status;
  const answers = async () => [
    await write({ id: 7 }),
    await write({ connectorKey: 'CON-1-XX' }),
    await write({ connectorKey: 'CON-48-PA' }),
  ];
  expect(await answers()).toEqual([200, 200, 200]);
  expect(await entry(client, 'PA-1')).toMatchObject({ connectorKey: 'CON-48-PA' });
  await set(client, { syncInformationForeignIds: 'refused' });
  expect(await answers()).toEqual([400, 400, 200]);
});

it('syncInformationMaxEntries: more than that are refused, and none of them is written', async () => {
  await using client = await open({ switches: { syncInformationMaxEntries: 1 } });
  const many = [bare, { ...bare, localIssueKey: 'PA-77' }];
  expect((await ask(client, 'POST', PATH, many)).status).toBe(413);
  expect((await ask<Entry[]>(client, 'GET', PATH)).body.some((each) => each.localIssueKey === 'PA-77')).toBe(false);
  expect((await ask(client, 'POST', PATH, [bare])).status).toBe(200);
});

it('syncInformationAnswer: the entries or nothing', async () => {
  await using client = await open();
  expect((await ask<Entry[]>(client, 'POST', PATH, [bare])).body).toMatchObject([bare]);
  await set(client, { syncInformationAnswer: 'empty' });
  expect((await ask(client, 'POST', PATH, [bare])).body).toBe('');
});

it('syncInformationCut: a list may be cut off in silence', async () => {
  await using client = await open();
  const count = async () => (await ask<Entry[]>(client, 'GET', PATH)).body.length;
  expect(await count()).toBe(24);
  await set(client, { syncInformationCut: 10 });
  expect(await count()).toBe(10);
});

it('sequenceIdsInRest: entries with or without them', async () => {
  await using client = await open({ switches: { sequenceIdsInRest: false } });
  const shown = await entry(client, 'PA-1');
  expect(shown).not.toHaveProperty('outgoingMessageSequenceId');
  expect(shown).not.toHaveProperty('incomingMessageSequenceId');
});

it('sequencesRelate: what one side sent is what the other received, or each counts for itself', async () => {
  await using client = await open(WORKAROUND);
  const both = async () => {
    await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-1', field: 'summary' });
    await settled(client);
    const [sent, received] = [await entry(client, 'PA-1'), await entry(client, 'PB-4', 'CON-49-PB')];
    return (sent.outgoingMessageSequenceId ?? 0) - (received.incomingMessageSequenceId ?? 0);
  };
  expect(await both()).toBe(0);
  const ahead = { ...(await entry(client, 'PA-1')) };
  await ask(client, 'POST', PATH, [{ ...ahead, outgoingMessageSequenceId: 500 }]);
  expect(await both()).toBe(0);
  await set(client, { sequencesRelate: false });
  await ask(client, 'POST', PATH, [{ ...ahead, outgoingMessageSequenceId: 900 }]);
  expect(await both()).toBeGreaterThan(300);
});

it('commentMembers: the local id, or both', async () => {
  await using client = await open();
  expect(Object.keys((await entry(client, 'PA-1')).comments[0] ?? {})).toEqual(['localId']);
  await set(client, { commentMembers: 'remoteId' });
  const [here, there] = [await entry(client, 'PA-1'), await entry(client, 'PB-4', 'CON-49-PB')];
  expect(here.comments.map(({ remoteId }) => remoteId)).toEqual(there.comments.map(({ localId }) => localId));
});

it('deleteAddressing: an entry is named by its keys or by its id', async () => {
  await using client = await open();
  const { id } = await entry(client, 'PA-1');
  const remove = async (query: string) => (await ask(client, 'DELETE', `${PATH}?${query}`)).status;
  expect([await remove(`id=${id}`), await remove('localIssueKey=PA-1')]).toEqual([400, 204]);
  await set(client, { deleteAddressing: 'id' });
  const other = (await entry(client, 'PA-2')).id;
  expect([await remove('localIssueKey=PA-2'), await remove(`id=${other}`)]).toEqual([400, 204]);
});

it('staleSequence: a message with a number that was seen already is applied or discarded', async () => {
  await using client = await open({ ...WORKAROUND, switches: { staleSequence: 'discard' } });
  const before = await entry(client, 'PA-1');
  await ask(client, 'POST', PATH, [{ ...before, outgoingMessageSequenceId: 0 }]);
  const { value } = await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-1', field: 'summary' });
  await settled(client);
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe(value);
  await set(client, { staleSequence: 'accept' });
  await ask(client, 'POST', PATH, [{ ...before, outgoingMessageSequenceId: 0 }]);
  await resync(client);
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === value)).toBe(true);
});

it('resyncStatus: 200, or another success', async () => {
  await using client = await open({ switches: { resyncStatus: 202 } });
  expect((await resync(client)).status).toBe(202);
});

it('resyncWhileStopped: refused, or queued until the start', async () => {
  await using client = await open(WORKAROUND);
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  expect((await resync(client)).status).toBe(409);
  await set(client, { resyncWhileStopped: true, stopDrains: false });
  expect((await resync(client)).status).toBe(200);
  const applied = async () => (await effects(client, 'issue changed by sync')).length;
  await sleep(100);
  expect(await applied()).toBe(0);
  await ask(client, 'POST', `${ORIGINAL}/start`);
  expect(await eventually(async () => (await applied()) === 1)).toBe(true);
});

it('resyncCarriesComments: comments that are not listed go along or stay', async () => {
  await using client = await open({ ...WORKAROUND, switches: { resyncCarriesComments: false } });
  const counted = async () =>
    (await issuesOf(client, 'jira-partner', 'PB')).get('PB-4')?.fields.comment.comments.length;
  await person(client, { kind: 'comment', instance: 'jira-new', key: 'PA-1' });
  await settled(client);
  const listed = await entry(client, 'PA-1');
  await ask(client, 'POST', PATH, [{ ...listed, comments: listed.comments.slice(0, -1) }]);
  const before = (await counted()) ?? 0;
  await resync(client);
  await settled(client);
  expect(await counted()).toBe(before);
  await set(client, { resyncCarriesComments: true });
  await resync(client);
  expect(await eventually(async () => (await counted()) === before + 1)).toBe(true);
});

it('resyncCreatesUnpaired: an issue without a pair is created at the partner or left out', async () => {
  await using client = await open({
    ...WORKAROUND,
    switches: { resyncCreatesUnpaired: false, startSendsUnpaired: false },
  });
  await ask(client, 'DELETE', `${PATH}?localIssueKey=PA-1`);
  const created = async () => (await effects(client, 'issue created by sync')).length;
  await resync(client);
  await settled(client);
  expect(await created()).toBe(0);
  await set(client, { resyncCreatesUnpaired: true });
  await resync(client);
  expect(await eventually(async () => (await created()) === 1)).toBe(true);
});

it('resyncRefusesUnknown: members that are not documented', async () => {
  await using client = await open();
  expect((await resync(client, { comments: true })).status).toBe(200);
  await set(client, { resyncRefusesUnknown: true });
  expect((await resync(client, { comments: true })).status).toBe(400);
  expect((await resync(client, { responsibility: false, sendStatusField: false })).status).toBe(200);
});

it('sendStatusFieldDefault: a resync leaves statuses alone, or forces them', async () => {
  await using client = await open(WORKAROUND);
  const status = (instance: string, key: string) => field(client, instance, key, 'status') as Promise<{ name: string }>;
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  const Authorization = `Basic ${Buffer.from('backbone:sandbox-password').toString('base64')}`;
  const transition = { transition: { id: '910013' } };
  await client.call('jira-partner', 'POST', '/rest/api/2/issue/PB-4/transitions', transition, { Authorization });
  await ask(client, 'POST', `${ORIGINAL}/start`);
  const own = (await status('jira-new', 'PA-1')).name;
  await resync(client);
  await settled(client);
  expect((await status('jira-partner', 'PB-4')).name).toBe('Done');
  await set(client, { sendStatusFieldDefault: true });
  await resync(client);
  expect(own).not.toBe('Done');
  expect(await eventually(async () => (await status('jira-partner', 'PB-4')).name === own)).toBe(true);
});
