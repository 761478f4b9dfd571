/** P2, P4: that something runs again is believed of every node that may be behind, and not of one that has it as it was before our stop. */
import { it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { doTask } from '../support/carefulPerson.ts';
import {
  answerAll,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  type SceneOptions,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { start, work, workaround } from './workaround.ts';

const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

/** The node that is behind answers for the status of one synchronization as it was while that ran. */
const stillRuns = (
  { control }: Scene,
  instance: string,
  key: string,
  which: { every: number; nth?: number; count?: number },
) =>
  control('POST', 'faults', {
    ...{ instance, path: `/integrations/${key}/status$`, action: 'stale', picture: 'running' },
    ...which,
  });

/** Pairing is a person's, so that it waits while nothing runs; a picture of before the stop is kept. */
async function opened(configure?: SceneOptions['configure']): Promise<Scene> {
  const scene = await openScene({
    issues: 4,
    ambiguous: false,
    configure: (config) => {
      if (config.instances['jira-new']) config.instances['jira-new'].backbone.pairIssues = 'person';
      configure?.(config);
    },
  });
  await scene.control('POST', 'instances', { instance: 'jira-old', picture: 'running' });
  return scene;
}

it.concurrent.for([1, 2])(
  'the original is started again though every second answer still has it running (from answer %i on)',
  { timeout: 60_000 },
  async (nth, { expect }) => {
    await using scene = await opened();
    const handle = await scene.start();
    await untilTask(scene, handle, 'pairIssues');
    await stillRuns(scene, 'jira-old', 'INT-16', { every: 2, nth });
    await send(handle, 'rollback', BACK);
    expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
    expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  },
);

it.concurrent('nor does the first answer end a rollback where a person starts it', { timeout: 60_000 }, async ({
  expect,
}) => {
  await using scene = await opened(({ instances }) => {
    for (const { backbone } of Object.values(instances)) backbone.startSynchronization = 'person';
  });
  const handle = await scene.start();
  await untilTask(scene, handle, 'pairIssues');
  await stillRuns(scene, 'jira-old', 'INT-16', { every: 1, count: 1 });
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(
    handle,
    ({ tasks, state }) => tasks.some(isStart) || /^RolledBack/.test(state),
    'a task',
  );
  expect(tasks.map(({ title }) => title)).toEqual(['Start INT-16 on jira-old again']);
  await scene.control('POST', 'ui/start', { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' });
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
});

const isStart = ({ title }: MigrationPicture['tasks'][number]): boolean => title.startsWith('Start INT-16');

it.concurrent('the new one is started again on the way forward though the first answers still have it running', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await workaround();
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'running' });
  await work(scene);
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  await stillRuns(scene, 'jira-new', created ?? '', { every: 1, count: 3 });
  await send(handle, 'answer', { by: REQUESTER, task: tasks[0]?.id, answers: { rollbackDelta: 'goForward' } });
  const fresh = () => scene.world.known.find(({ key, home }) => key === created && home === 'jira-new');
  await expect.poll(() => fresh()?.running, { timeout: 15_000 }).toBe(true);
  await scene.control('DELETE', 'faults');
  await answerAll(scene, handle, 'AwaitingApproval');
});

it.concurrent('a start whose answer was lost is not believed of a node that has the original as it ran before', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await opened();
  const handle = await scene.start();
  await untilTask(scene, handle, 'pairIssues');
  await lost(scene, 'jira-old', '/integrations/INT-16/start$');
  await send(handle, 'rollback', BACK);
  await expect.poll(() => isSent(scene, '/integrations/INT-16/start'), { timeout: 20_000, interval: 20 }).toBe(true);
  await stillRuns(scene, 'jira-old', 'INT-16', { every: 1, count: 3 });
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
});

it.concurrent('a stop whose answer was lost is not believed of a node that has the new one as it was before its start', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await opened();
  const handle = await scene.start();
  const task = await untilTask(scene, handle, 'pairIssues');
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'running' });
  await doTask(scene, handle, await untilState(handle, 'WaitingForPerson'), task);
  const { created } = await runToGate(scene, handle);
  await lost(scene, 'jira-new', `/integrations/${created}/stop$`);
  await send(handle, 'rollback', BACK);
  await expect.poll(() => isSent(scene, `/integrations/${created}/stop`), { timeout: 20_000, interval: 20 }).toBe(true);
  await stillRuns(scene, 'jira-new', String(created), { every: 1, count: 3 });
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  expect((await scene.sandbox.verdict()).bothRan).toBe(false);
});

/** The request is taken, has no effect, and is never answered. */
const lost = (scene: Scene, instance: string, path: string) =>
  scene.control('POST', 'faults', { instance, method: 'POST', path, action: 'timeout', when: 'before', count: 1 });

const isSent = ({ world }: Scene, path: string): boolean =>
  world.record.after(0).some((entry) => entry.method === 'POST' && entry.path?.endsWith(path));
