/** One watcher per instance, for all migrations: it sees what people did, and that originals stay stopped. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { StepStatus } from '../../src/contract/status.ts';
import {
  answerAll,
  approve,
  ledgerOf,
  openScene,
  runToGate,
  type Scene,
  type SceneOptions,
  statusOf,
  until as untilPicture,
} from '../support/migration.ts';
import { firstPicture } from '../support/pictures.ts';
import { until } from '../support/processes.ts';
import { watching } from './watching.ts';

const HOUR = 3_600_000;
const SMALL = { issues: 6, ambiguous: false } as const;

/** No wait for a person looks by itself within the test. */
const patient: NonNullable<SceneOptions['configure']> = ({ timing }) => {
  timing.personWait = { from: HOUR, to: HOUR };
  timing.watchEvery = 200;
};

async function hook() {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    texts.push(JSON.parse(body).text);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, texts, [Symbol.asyncDispose]: async () => void server.close() };
}

const inPages = (scene: Scene, what: 'start' | 'stop') =>
  scene.control('POST', `ui/${what}`, {
    instance: 'jira-old',
    integrationKey: scene.sandbox.ready.original,
    by: 'ann',
  });

it('what a person does in the pages is seen, although the wait itself looks once in an hour', {
  timeout: 180_000,
}, async () => {
  await using scene = await openScene({
    ...SMALL,
    configure: (config) => {
      patient(config);
      const [old, fresh] = [config.instances['jira-old'], config.instances['jira-new']];
      if (old) old.backbone.stopSynchronization = 'person';
      if (fresh) Object.assign(fresh.backbone, { createSynchronization: 'person', startSynchronization: 'person' });
    },
  });
  await using _ = await watching(scene);
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  const persons = gate.steps.filter(({ by }) => by === 'person').map(({ step }) => step);
  expect(persons).toEqual(expect.arrayContaining(['stopOriginal', 'createSynchronization', 'startSynchronization']));
  // A look leaves no entry and no event of the watcher's own.
  const watcher = scene.client.workflow.getHandle(`${scene.config.taskQueuePrefix}watch-jira-old`);
  expect((await watcher.fetchHistory()).events?.length).toBeLessThan(10);
});

it('an original that somebody starts again is reported at once, and again when it is stopped', {
  timeout: 180_000,
}, async () => {
  await using chat = await hook();
  await using scene = await openScene({
    ...SMALL,
    configure: (config) => {
      config.timing.watchEvery = 200;
      config.reminders.webhook = { source: 'env:HOOK', read: async () => chat.url };
    },
  });
  await using _ = await watching(scene);
  const handle = await scene.start();
  await answerAll(scene, handle, 'Running');
  const restartedAndStopped = async (times: number) => {
    const before = await statusOf(handle);
    await inPages(scene, 'start');
    const told = await untilPicture(handle, ({ blockers }) => blockers.length > 0, 'the report');
    expect(told.blockers).toMatchObject([{ code: 'OriginalRunsAgain', reason: expect.stringContaining('INT-16') }]);
    expect(told).toMatchObject({ state: before?.state, legal: before?.legal.filter((verb) => verb !== 'approve') });
    await until(
      () => chat.texts.filter((text) => text.includes('started jira-old/INT-16 again')).length === times,
      'the webhook',
    );
    await inPages(scene, 'stop');
    await untilPicture(handle, ({ blockers }) => blockers.length === 0, 'the end of it');
    // The workflow shows it a moment before it is entered.
    const entered = async () =>
      (await ledgerOf(scene, handle)).filter(({ subject }) => subject.code === 'OriginalRunsAgain');
    await until(async () => (await entered()).length === times * 2, 'the entries');
    expect((await entered()).map(({ subject }) => subject.runs)).toEqual(
      Array.from({ length: times }, () => [true, false]).flat(),
    );
  };
  await runToGate(scene, handle);
  await restartedAndStopped(1);
  await restartedAndStopped(2);
  expect(await approve(handle)).toMatchObject({ accepted: true });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it('50 parked migrations cost one list a look, and never more than a tenth of the rate', {
  timeout: 180_000,
}, async () => {
  await using scene = await openScene({ ...SMALL, configure: patient });
  await scene.control('POST', 'switches', { statusEmbedded: true });
  for (let n = 0; n < 50; n++) await park(scene, n === 0 ? 'INT-16' : `INT-${1000 + n}`);
  await using watcher = await watching(scene);
  const requests = (path: RegExp) =>
    scene
      .record()
      .filter((entry) => entry.kind === 'request' && entry.instance === 'jira-old' && path.test(entry.path ?? ''))
      .length;
  await until(async () => (await watcher.looks('jira-old')) >= 6, 'six looks');
  const [lists, looks] = [requests(/\/integrations$/), await watcher.looks('jira-old')];
  expect(lists).toBeGreaterThanOrEqual(5);
  expect(lists).toBeLessThanOrEqual(looks);
  expect(requests(/./)).toBe(requests(/\/integrations$/));

  // Where the list does not carry the status, it is read one by one, within the tenth.
  await scene.control('POST', 'switches', { statusEmbedded: false });
  const before = requests(/\/integrations$/);
  await until(() => requests(/\/integrations$/) >= before + 3, 'three more looks');
  expect(requests(/\/status$/)).toBeGreaterThan(0);
  expect(requests(/\/status$/)).toBeLessThanOrEqual(requests(/\/integrations$/) - before + 1);
});

/** A migration at the gate, as the store has it. */
async function park({ store, sandbox }: Scene, key: string): Promise<void> {
  const start = {
    original: { instance: 'jira-old', synchronization: key },
    new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
    move: sandbox.ready.move,
    requestedBy: 'kim@example.com',
    reason: 'CHG-4711',
  };
  const place = { cluster: 'c', namespace: 'default', workflowId: `parked-${key}`, runId: `run-${key}` };
  const claim = await store.claims.open({ original: `jira-old/${key}`, ...place, start });
  const picture = firstPicture(claim.migration, place.workflowId, start);
  const done = (status: StepStatus) => ({ ...status, state: 'done' as const });
  await store.projections.put(claim, { ...picture, state: 'AwaitingApproval', steps: picture.steps.map(done) });
}
