/** What an instance, a proxy or an expired login can answer in mid-run: named, waited for or asked about, never built upon. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import { expectNoSecret, expectSoundEnd, happens, isWrite } from '../support/findings.ts';
import { openScene, REQUESTER, type Scene } from '../support/migration.ts';
import { act } from '../support/persons.ts';
import { type Fault, ledgerOf, pictureOf } from '../support/rehearsal.ts';

/** Long after the original was stopped, and again and again: what is read of the new synchronization before it starts. */
const READ = '/syncInformation$';
const SEARCH = '/rest/api/2/search';

const ASKED: { what: string; code: string; fault: Fault; remedy: RegExp; path: string }[] = [
  {
    what: 'a login page',
    code: 'LoginPage',
    fault: { action: 'html', method: 'GET', path: READ },
    remedy: /single sign-on/,
    path: '/syncInformation',
  },
  {
    what: 'an anonymous 200',
    code: 'AnonymousAnswer',
    fault: { action: 'anonymous', path: SEARCH },
    remedy: /renew it in the configuration/,
    path: SEARCH,
  },
  {
    what: 'JSON cut off',
    code: 'UnreadableAnswer',
    fault: { action: 'truncate', method: 'GET', path: READ },
    remedy: /cut off by a proxy/,
    path: '/syncInformation',
  },
  {
    what: 'a redirect to another host',
    code: 'RedirectRefused',
    fault: {
      action: 'status',
      status: 302,
      headers: { Location: 'http://elsewhere.example.com/login?token=1' },
      method: 'GET',
      path: READ,
    },
    remedy: /never sent to a host that is not in it/,
    path: '/syncInformation',
  },
];

it.concurrent.for(ASKED)(
  'a read answered by $what asks a person, writes nothing more, and goes on after retry',
  { timeout: 100_000 },
  async ({ code, fault, remedy, path }, { expect }) => {
    await using scene = await openScene();
    const handle = await stoppedAnd(scene, { instance: 'jira-new', count: 10_000, ...fault });
    const asked = await act(scene, handle, { until: ({ state }) => state === 'NeedsAttention' });
    const [blocker] = asked.blockers;
    expect(blocker).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
    expect(blocker?.reason).toContain('jira-new');
    expect(blocker?.reason).toContain(path);
    expect(blocker?.remedy).toContain('retry');
    expect(asked.legal).toContain('retry');
    const before = scene.record();
    const first = before.find(({ detail }) => detail?.fault === fault.action)?.n ?? 0;
    expect(first).toBeGreaterThan(0);
    expect(before.filter((entry) => isWrite(entry) && entry.n > first)).toEqual([]);

    await scene.control('DELETE', 'faults');
    await handle.signal('retry', { by: REQUESTER });
    expect((await act(scene, handle)).state).toBe('Completed');
    await expectSoundEnd(scene);
    await expectNoSecret(scene, handle);
  },
);

const WAITED: { what: string; fault: Fault }[] = [
  { what: '401', fault: { action: 'status', status: 401 } },
  { what: '429 with Retry-After', fault: { action: 'status', status: 429, headers: { 'Retry-After': '1' } } },
];

it.concurrent.for(WAITED)(
  'an instance that answers $what in mid-run is waited for, and the run goes on by itself',
  { timeout: 100_000 },
  async ({ fault }, { expect }) => {
    await using scene = await openScene();
    const handle = await stoppedAnd(scene, { instance: 'jira-new', count: 10_000, ...fault });
    await happens(scene, ({ detail }) => detail?.fault === fault.action, 'the fault');
    await sleep(4_000);
    expect((await pictureOf(scene))?.state).toBe('Running');
    await scene.control('DELETE', 'faults');
    expect((await act(scene, handle)).state).toBe('Completed');
    await neverAsked(scene, expect);
    await expectSoundEnd(scene);
    await expectNoSecret(scene, handle);
  },
);

it.concurrent('an instance that is down in mid-run is waited for, and the run goes on by itself', {
  timeout: 100_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  await scene.control('POST', 'people', { action: 'start', everyMs: 200, seed: 1 });
  const handle = await untilStopped(scene);
  await scene.control('POST', 'instances', { instance: 'jira-new', up: false });
  await sleep(4_000);
  expect((await pictureOf(scene))?.state).toBe('Running');
  await scene.control('POST', 'instances', { instance: 'jira-new', up: true });
  expect((await act(scene, handle)).state).toBe('Completed');
  await neverAsked(scene, expect);
  await expectSoundEnd(scene);
});

/** Plants a fault once the original has been stopped. */
async function stoppedAnd(scene: Scene, fault: Fault): Promise<WorkflowHandle> {
  const handle = await untilStopped(scene);
  await scene.control('POST', 'faults', fault);
  return handle;
}

async function untilStopped(scene: Scene): Promise<WorkflowHandle> {
  const handle = await scene.start();
  await act(scene, handle, {
    until: ({ steps }) => steps.some(({ step, state }) => step === 'stopOriginal' && state === 'done'),
  });
  return handle;
}

/** Waiting for a machine is no trouble of a person's. */
async function neverAsked(scene: Scene, expect: typeof import('vitest').expect): Promise<void> {
  const states = (await ledgerOf(scene)).map(({ subject }) => subject.state);
  expect(states).toContain('AwaitingApproval');
  expect(states).not.toContain('NeedsAttention');
}
