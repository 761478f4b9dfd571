/** Messages that were sent and never received, and sequence ids that no double holds. */
import { expect, it } from 'vitest';
import { parseExact, stringifyExact } from '../../../sandbox/http/exact-json.ts';
import { checkWorldFile } from '../../../sandbox/world-file/read.ts';
import { worldFileOf } from '../../../sandbox/world-file/write.ts';
import { BY_HAND, beat, effects, field, ORIGINAL, partnerOf, queuesOf } from '../acts.ts';
import { BACKBONE, type Client, entriesOf, eventually, open, person } from '../harness.ts';

const undelivered = async (client: Client, more: Record<string, unknown>) => {
  const body = { instance: 'jira-old', integrationKey: 'INT-16', ...more };
  return client.control<{ message?: string }>('POST', '/sandbox/undelivered', body);
};

/** Sequence ids of both ends of the message: what the issue has sent, what its partner has received. */
async function ends(client: Client, key: string) {
  const [first, second] = [
    await entriesOf(client, 'jira-old', 'CON-48-PA'),
    await entriesOf(client, 'jira-old', 'CON-49-PB'),
  ];
  const sender = [...first, ...second].find(({ localIssueKey }) => localIssueKey === key);
  const receiver = [...first, ...second].find(({ localIssueKey }) => localIssueKey === sender?.remoteIssueKey);
  return { sent: sender?.outgoingMessageSequenceId ?? 0, received: receiver?.incomingMessageSequenceId ?? 0 };
}

it('lost: the issue has a change that its partner never hears of, and the sequence ids differ by it', async () => {
  await using client = await open(BY_HAND);
  const before = await ends(client, 'PA-6');
  expect(before.sent).toBe(before.received);
  const { status } = await undelivered(client, { issue: 'PA-6', act: 'lost', value: 'Never told', by: 'anna' });
  expect(status).toBe(200);
  await beat(client, 6);
  const there = await partnerOf(client, 'PA-6');
  expect(await field(client, 'jira-new', 'PA-6')).toBe('Never told');
  expect(await field(client, 'jira-partner', there)).not.toBe('Never told');
  expect(await ends(client, 'PA-6')).toEqual({ sent: before.sent + 1, received: before.received });
  // Nothing shows in the queues, and no later message goes astray.
  expect((await queuesOf(client)).first).toMatchObject({ outgoing: [], incoming: [], held: {}, missing: {} });
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'description', value: 'Later' });
  await beat(client, 4);
  expect(await ends(client, 'PA-6')).toEqual({ sent: before.sent + 2, received: before.sent + 2 });
  const { lostChanges, details } = await client.sandbox.verdict(0);
  expect([lostChanges, details[0]]).toMatchObject([1, { field: 'summary', expected: 'Never told' }]);
});

it('lost before the copy: both homes have the change, the partner does not', async () => {
  await using client = await open({ interval: 3_600_000 });
  await undelivered(client, { issue: 'PA-6', act: 'lost', beforeCopy: true, value: 'Copied, never told' });
  for (const instance of ['jira-old', 'jira-new'])
    expect(await field(client, instance, 'PA-6')).toBe('Copied, never told');
  const { sent, received } = await ends(client, 'PA-6');
  expect(sent - received).toBe(1);
  const updated = await field(client, 'jira-new', 'PA-6', 'updated');
  expect(Date.parse(String(updated))).toBeLessThan(client.sandbox.world.move.copyStarted);
  expect(updated).toBeDefined();
  await beat(client, 4);
  expect(await ends(client, 'PA-6')).toEqual({ sent, received });
});

it('lost from the partner’s side as well', async () => {
  await using client = await open({ interval: 3_600_000 });
  const there = await partnerOf(client, 'PA-2');
  await undelivered(client, { issue: there, act: 'lost', value: 'Only B knows' });
  const { sent, received } = await ends(client, there);
  expect(sent - received).toBe(1);
});

it('stuck: from now on what the issue says is on its way for ever, in no queue, also after a stop; others go on', async () => {
  await using client = await open(BY_HAND);
  const [six, seven] = [await partnerOf(client, 'PA-6'), await partnerOf(client, 'PA-7')];
  const before = await ends(client, 'PA-6');
  await undelivered(client, { issue: 'PA-6', act: 'stuck' });
  for (const key of ['PA-6', 'PA-7'])
    await person(client, { kind: 'edit', instance: 'jira-new', key, field: 'summary', value: 'New' });
  await beat(client, 4);
  expect([await field(client, 'jira-partner', six), await field(client, 'jira-partner', seven)]).not.toEqual([
    'New',
    'New',
  ]);
  expect(await field(client, 'jira-partner', seven)).toBe('New');
  expect(await ends(client, 'PA-6')).toEqual({ sent: before.sent + 1, received: before.received });
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/stop`);
  await beat(client, 4);
  const { body } = await client.backbone<Record<string, Record<string, unknown>>>(
    'jira-old',
    'GET',
    `${ORIGINAL}/status`,
  );
  expect([body.firstConnector, body.secondConnector]).toMatchObject([
    { outgoingProcessingStatus: 'IDLE', issuesInError: 0 },
    { incomingProcessingStatus: 'IDLE', issuesInError: 0 },
  ]);
  expect(await effects(client, 'message stuck')).toMatchObject([
    { detail: { from: 'PA-6', sequence: before.sent + 1 } },
  ]);
});

it('delivered: what was stuck goes on, and so does what comes later', async () => {
  await using client = await open(BY_HAND);
  const there = await partnerOf(client, 'PA-6');
  await undelivered(client, { issue: 'PA-6', act: 'stuck' });
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'summary', value: 'First' });
  await beat(client, 4);
  await undelivered(client, { issue: 'PA-6', act: 'delivered' });
  await beat(client, 1);
  expect(await field(client, 'jira-partner', there)).toBe('First');
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'summary', value: 'Second' });
  await beat(client, 4);
  expect(await field(client, 'jira-partner', there)).toBe('Second');
  const { sent, received } = await ends(client, 'PA-6');
  expect(sent).toBe(received);
});

it('needs a pair, and an act that there is', async () => {
  await using client = await open();
  expect((await undelivered(client, { issue: 'PA-999', act: 'lost' })).body.message).toBe(
    'INT-16 has no pair of PA-999',
  );
  expect((await undelivered(client, { issue: 'PA-6', act: 'vanish' })).status).toBe(400);
  // A key may stand on both sides: then the connector is named.
  const ofSecond = await undelivered(client, { issue: 'PA-6', act: 'lost', connector: 'second' });
  expect(ofSecond.status).toBe(404);
});

const FROM = '9007199254740990';

/** The text of the answer: a client that parses it has lost digits already. */
async function textOf(client: Client, connector: string): Promise<string> {
  const path = `${BACKBONE}/connectors/${connector}/syncInformation`;
  const headers = { Authorization: `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}` };
  return (await fetch(`${client.sandbox.ready.instances['jira-old']}${path}`, { headers })).text();
}

it('sequence ids beyond 2^53 are exact in REST, in files and in the books', async () => {
  await using client = await open({ ...BY_HAND, sequencesFrom: FROM });
  const low = await open({ ...BY_HAND });
  const small = await ends(low, 'PA-6');
  await low.sandbox.close();
  const expected = BigInt(FROM) + BigInt(small.sent);
  const entry = () => client.sandbox.world.original.first.entries.get('PA-6');
  expect(BigInt(entry()?.outgoingMessageSequenceId ?? 0)).toBe(expected);
  expect(await textOf(client, 'CON-48-PA')).toContain(`"outgoingMessageSequenceId":${expected},`);
  for (const value of ['One', 'Two', 'Three', 'Four', 'Five']) {
    await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'summary', value });
    await beat(client, 4);
  }
  expect(BigInt(entry()?.outgoingMessageSequenceId ?? 0)).toBe(expected + 5n);
  const there = client.sandbox.world.original.second.entries.get(entry()?.remoteIssueKey ?? '');
  expect(BigInt(there?.incomingMessageSequenceId ?? 0)).toBe(expected + 5n);
  await undelivered(client, { issue: 'PA-6', act: 'lost' });
  expect(BigInt(entry()?.outgoingMessageSequenceId ?? 0)).toBe(expected + 6n);
});

it('sequence ids beyond 2^53 stay what they were when entries are given back, as numbers or as texts', async () => {
  await using client = await open({ ...BY_HAND, sequencesFrom: FROM });
  const before = await textOf(client, 'CON-48-PA');
  const post = (body: string) =>
    fetch(`${client.sandbox.ready.instances['jira-old']}${BACKBONE}/connectors/CON-48-PA/syncInformation`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}` },
      body,
    });
  expect((await post(before)).status).toBe(200);
  expect(await textOf(client, 'CON-48-PA')).toBe(before);
  expect((await post(before.replaceAll(/(essageSequenceId":)(\d+)/g, '$1"$2"'))).status).toBe(200);
  expect(await textOf(client, 'CON-48-PA')).toBe(before);
  expect(await eventually(async () => (await client.control('GET', '/sandbox/state')).status === 200)).toBe(true);
});

it('sequence ids beyond 2^53 are exact texts in a world file, whose numbers are read exactly too', async () => {
  await using client = await open({ ...BY_HAND, issues: 3, sequencesFrom: FROM });
  const file = worldFileOf(client.sandbox.world);
  const text = JSON.stringify(file);
  const entry = client.sandbox.world.original.first.entries.get('PA-1');
  expect(text).toContain(`"${BigInt(entry?.outgoingMessageSequenceId ?? 0)}"`);
  await using again = await open({
    file: checkWorldFile('written.json', parseExact(text)),
    interval: BY_HAND.interval,
  });
  expect(await textOf(again, 'CON-48-PA')).toBe(await textOf(client, 'CON-48-PA'));
  const numbers = text.replaceAll(/(essageSequenceId":)"(\d+)"/g, '$1$2');
  await using read = await open({
    file: checkWorldFile('numbers.json', parseExact(numbers)),
    interval: BY_HAND.interval,
  });
  expect(await textOf(read, 'CON-48-PA')).toBe(await textOf(client, 'CON-48-PA'));
});

it('JSON is read and written exactly; what a double holds stays a number', () => {
  const text = '{"a":9007199254740993,"b":[-9007199254740993,12,1.5,1e30],"c":"9007199254740993"}';
  expect(parseExact(text)).toEqual({
    a: 9007199254740993n,
    b: [-9007199254740993n, 12, 1.5, 1e30],
    c: '9007199254740993',
  });
  expect(stringifyExact(parseExact(text))).toBe(text.replace('1e30', '1e+30'));
});
