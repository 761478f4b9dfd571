/** Reads of Backbone. */
import { describe, expect, it } from 'vitest';
import { answering, failureOf, html, json } from '../http/instances.ts';

const BASE = '/plugins/servlet/backbone-issue-sync/api/1';
const SYNCHRONIZATION = {
  zebra: 'first, and kept first',
  integrationKey: 'INT-16',
  createdDate: '2016-11-10T11:07:10+0100',
  firstConnector: {
    connectorKey: 'CON-48-PA',
    projectKey: 'PA',
    connection: { application: { baseUrl: 'https://a' }, more: 1 },
  },
  secondConnector: { connectorKey: 'PB-30', projectKey: 'PB', connection: {} },
  fieldMappings: [{ id: 'fm-1' }],
};
const CONNECTOR = {
  connectorKey: 'CON-48-PA',
  online: true,
  reconnecting: false,
  incomingRouteStatus: 'STOPPED',
  incomingProcessingStatus: 'IDLE',
  outgoingRouteStatus: 'STOPPED',
  outgoingProcessingStatus: 'IDLE',
  issuesInError: 0,
};
const STATUS = { status: 'STOPPED', firstConnector: CONNECTOR, secondConnector: CONNECTOR };

describe('the Backbone client', () => {
  it('gives the exact bytes of a synchronization, and its members in their order', async () => {
    const text = `${JSON.stringify(SYNCHRONIZATION, null, 2)}\r\n`;
    const { instance } = await answering((_, r) => r.writeHead(200, { 'content-type': 'application/json' }).end(text));
    const found = await instance.backbone.synchronization('INT-16');
    if (found.state !== 'present') throw new Error(found.why);
    expect(Buffer.from(found.bytes).toString()).toBe(text);
    expect(JSON.stringify(found.value)).toBe(JSON.stringify(SYNCHRONIZATION));
  });

  it('lists synchronizations with or without an embedded status', async () => {
    const { instance, seen } = await answering((_, r) =>
      json(r, [SYNCHRONIZATION, { ...SYNCHRONIZATION, status: STATUS }]),
    );
    expect(await instance.backbone.synchronizations('PA')).toMatchObject([
      { zebra: SYNCHRONIZATION.zebra },
      { status: STATUS },
    ]);
    await instance.backbone.synchronizations();
    expect(seen.map(({ url }) => url)).toEqual([`${BASE}/integrations?projectKey=PA`, `${BASE}/integrations`]);
  });

  it('reads status, conflicts, draft and sync information from the documented paths', async () => {
    const entry = {
      id: 1,
      connectorKey: 'CON-48-PA',
      localIssueKey: 'PA-1',
      remoteIssueKey: 'PB-1',
      comments: [{ localId: '7', x: 1 }],
    };
    const answers: Record<string, unknown> = {
      [`${BASE}/integrations/INT-16/status`]: STATUS,
      [`${BASE}/integrations/INT-16/conflicts`]: [{ tab: 'Fields', message: 'no field' }],
      [`${BASE}/integrations/INT-16/draft`]: SYNCHRONIZATION,
      [`${BASE}/integrations/INT-16/draft/conflicts`]: [],
      [`${BASE}/connectors/CON-48-PA/syncInformation`]: [entry],
    };
    const { instance, seen } = await answering(({ path }, r) => json(r, answers[path]));
    const { backbone } = instance;
    expect(await backbone.status('INT-16')).toEqual({ state: 'present', value: STATUS });
    expect(await backbone.conflicts('INT-16')).toEqual([{ tab: 'Fields', message: 'no field' }]);
    expect(await backbone.draft('INT-16')).toEqual({ state: 'present', value: SYNCHRONIZATION });
    expect(await backbone.draftConflicts('INT-16')).toEqual([]);
    const bytes = await Array.fromAsync(backbone.syncInformation('CON-48-PA', { remoteIssueKey: 'PB-1' }));
    expect(JSON.parse(Buffer.concat(bytes).toString())).toEqual([entry]);
    expect(seen.at(-1)?.url).toBe(`${BASE}/connectors/CON-48-PA/syncInformation?remoteIssueKey=PB-1`);
  });

  it('takes a 404 in JSON, or without a body, for no word on whether it is there', async () => {
    for (const body of ['{"message":"no"}', '']) {
      const { instance } = await answering((_, r) => r.writeHead(404).end(body));
      expect(await instance.backbone.synchronization('INT-16')).toMatchObject({ state: 'notRead' });
      expect(await instance.backbone.status('INT-16')).toMatchObject({ state: 'notRead' });
      expect(await instance.backbone.draft('INT-16')).toMatchObject({ state: 'notRead' });
    }
  });

  it('takes a 404 or a refusal without the headers that its good answers carry for that of a gateway or firewall', async () => {
    const signs = { 'X-AREQUESTID': '755x12x1', 'X-AUSERNAME': 'kim.migrator' };
    const gateway = { message: 'no Route matched with those values' };
    const { instance } = await answering(({ path }, r) =>
      path.endsWith('/integrations') ? json(r, [], 200, signs) : json(r, gateway, 404),
    );
    const { backbone } = instance;
    // Nobody knows yet how this instance signs its answers.
    expect(await backbone.synchronization('INT-16')).toMatchObject({ state: 'notRead' });
    await backbone.synchronizations();
    for (const read of [backbone.synchronization('INT-16'), backbone.status('INT-16'), backbone.draft('INT-16')]) {
      expect(await failureOf(read)).toMatchObject({ code: 'ForeignAnswer', status: 404 });
    }
    const firewall = await answering(({ path }, r) =>
      path.endsWith('/integrations') ? json(r, [], 200, signs) : html(r, 403),
    );
    await firewall.instance.backbone.synchronizations();
    expect(await failureOf(firewall.instance.backbone.status('INT-16'))).toMatchObject({
      ...{ code: 'ForeignAnswer', status: 403 },
    });
    const own = await answering(({ path }, r) =>
      path.endsWith('/integrations') ? json(r, [], 200, signs) : json(r, { message: 'no' }, 404, signs),
    );
    await own.instance.backbone.synchronizations();
    expect(await own.instance.backbone.draft('INT-16')).toMatchObject({ state: 'notRead' });
  });

  it('takes a 404 in HTML for its own only when the list proves that Backbone is there', async () => {
    const there = await answering(({ path }, r) => (path === `${BASE}/integrations` ? json(r, []) : html(r, 404)));
    expect(await there.instance.backbone.synchronization('INT-16')).toMatchObject({ state: 'notRead' });
    const switchedOff = await answering((_, r) => html(r, 404));
    expect(await failureOf(switchedOff.instance.backbone.synchronization('INT-16'))).toMatchObject({
      code: 'LoginPage',
    });
  });

  it('refuses a 404 where something must be there', async () => {
    const { instance } = await answering((_, r) => json(r, { message: 'no connector' }, 404));
    expect(await failureOf(Array.fromAsync(instance.backbone.syncInformation('CON-1')))).toMatchObject({
      code: 'RequestRefused',
      status: 404,
    });
  });

  it.each([
    ['a list that is an object', () => ({ integrations: [] }), 'synchronizations'],
    [
      'a synchronization without connector keys',
      () => ({ ...SYNCHRONIZATION, secondConnector: {} }),
      'synchronization',
    ],
    [
      'a status without a count of errors',
      () => ({ ...STATUS, firstConnector: { ...CONNECTOR, issuesInError: null } }),
      'status',
    ],
  ] as const)('refuses %s', async (_, answer, method) => {
    const { instance } = await answering((_, r) => json(r, answer()));
    expect(await failureOf(instance.backbone[method]('INT-16'))).toMatchObject({ code: 'UnreadableAnswer' });
  });
});
