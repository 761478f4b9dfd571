/** One look at a synchronization, at every mix of answers: absent is what nobody has, and what we would see if it were there. */
import { expect, it } from 'vitest';
import { look } from '../../src/activities/presence.ts';
import { answering, json } from '../http/instances.ts';

const KEY = 'INT-5';
const ONE = {
  integrationKey: KEY,
  firstConnector: { connectorKey: 'CON-1-PA', projectKey: 'PA' },
  secondConnector: { connectorKey: 'CON-2-PB', projectKey: 'PB' },
};
const connector = {
  online: true,
  issuesInError: 0,
  incomingProcessingStatus: 'IDLE',
  outgoingProcessingStatus: 'IDLE',
  incomingRouteStatus: 'RUNNING',
  outgoingRouteStatus: 'RUNNING',
};
const STATUS = {
  integrationKey: KEY,
  status: 'RUNNING',
  firstConnector: { ...connector, connectorKey: 'CON-1-PA' },
  secondConnector: { ...connector, connectorKey: 'CON-2-PB' },
};

interface Node {
  /** Which of the three have it: it itself by its key, its status, the list. */
  has: readonly ('key' | 'status' | 'list')[];
  administers?: boolean;
}

async function seen({ has, administers = true }: Node, where: { project?: string } = { project: 'PA' }) {
  const granted = { ADMINISTER_PROJECTS: { havePermission: administers }, ADMINISTER: { havePermission: false } };
  const { instance, seen: requests } = await answering(({ path }, response) => {
    if (path.endsWith('/mypermissions')) return json(response, { permissions: granted });
    if (path.endsWith('/integrations')) return json(response, has.includes('list') ? [ONE] : []);
    const [what, body] = path.endsWith('/status') ? (['status', STATUS] as const) : (['key', ONE] as const);
    return has.includes(what) ? json(response, body) : json(response, { message: 'not found' }, 404);
  });
  const presence = await look({ open: () => instance }, { instance: 'jira-old', key: KEY, ...where });
  return { presence, asked: requests.some(({ path }) => path.endsWith('/mypermissions')) };
}

it('is present when its key and its status are answered, whatever the list says', async () => {
  expect((await seen({ has: ['key', 'status'] })).presence).toMatchObject({ state: 'present', running: true });
  expect((await seen({ has: ['key', 'status', 'list'] })).presence).toMatchObject({ state: 'present', running: true });
});

it.each([
  [['list'], 'the list of PA has it'],
  [['key'], 'the list of PA lacks it'],
  [['status'], 'the list of PA lacks it'],
  [['key', 'list'], 'the list of PA has it'],
  [['status', 'list'], 'the list of PA has it'],
] as const)('is not read, and not gone, when only %j has it', async (has, why) => {
  expect((await seen({ has })).presence).toMatchObject({ state: 'notRead', why: expect.stringContaining(why) });
});

it('is absent when nothing has it and our user would see it', async () => {
  expect((await seen({ has: [] })).presence).toEqual({ state: 'absent' });
});

it('is not read when nothing has it and our user does not administer its project, so that it may be hidden', async () => {
  expect((await seen({ has: [], administers: false })).presence).toMatchObject({
    state: 'notRead',
    why: expect.stringContaining('does not administer PA any more'),
  });
});

it('is looked for in the whole list where its project is not there, and no right to that project is asked for', async () => {
  expect(await seen({ has: [], administers: false }, {})).toEqual({ presence: { state: 'absent' }, asked: false });
  expect((await seen({ has: ['list'], administers: false }, {})).presence).toMatchObject({ state: 'notRead' });
});
