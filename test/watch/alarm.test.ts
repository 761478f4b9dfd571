/** While the original runs beside the new one nothing is approved, and whoever looks anywhere reads of it first. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { itemsOf } from '../../src/cli/inbox.ts';
import { pictureRow, pictureText } from '../../src/cli/picture.ts';
import { textOf } from '../../src/cli/print.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { APPROVER, openScene, runToGate, type Scene, send, until } from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { watching } from './watching.ts';

const MINUTES = { timeout: 180_000 };
const watched = () =>
  openScene({
    issues: 6,
    ambiguous: false,
    interval: 40,
    configure: ({ timing }) => {
      timing.watchEvery = 200;
    },
  });

const click = (scene: Scene, verb: 'start' | 'stop') =>
  scene.control('POST', `ui/${verb}`, { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' });

it('refuses an approval while both run, says since when, and leads every line with it', MINUTES, async () => {
  await using scene = await watched();
  await using _ = await watching(scene);
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  await click(scene, 'start');
  const told = await until(handle, ({ blockers }) => blockers.length > 0, 'the alarm');
  const [alarm] = told.blockers;
  expect(alarm).toMatchObject({
    code: 'OriginalRunsAgain',
    since: expect.stringMatching(/^\d{4}-/),
    reason: expect.stringMatching(/^Somebody started jira-old\/INT-16 again, and it runs since \d{4}-/),
  });
  expect(told).toMatchObject({ state: 'AwaitingApproval' });
  expect(told.legal).not.toContain('approve');
  const refused = await send(handle, 'approve', { by: APPROVER, decision: gate.decision });
  expect(refused).toMatchObject({ accepted: false, reason: expect.stringContaining(`since ${alarm?.since}`) });

  const lead = alarm?.reason ?? 'none';
  const opening = (text: string) => text.split('\n').slice(0, 4).join('\n');
  expect(opening(statusPage(told))).toContain('it runs since');
  expect(opening(textOf(pictureText(told)))).toContain(lead);
  expect(pictureRow(told).at(-1)).toBe(lead);
  const row = async () => (await scene.store.projections.byWorkflowId(handle.workflowId)) ?? expect.fail('no row');
  await untilTrue(async () => (await row()).picture.blockers.length > 0, 'the projection');
  expect(itemsOf([await row()])).toMatchObject([{ kind: 'alarm', blockers: [{ reason: lead }] }]);

  await click(scene, 'stop');
  const over = await until(handle, ({ blockers }) => blockers.length === 0, 'the end of the alarm');
  expect(over.legal).toContain('approve');
});

it('keeps the alarm over a takeover until the original is read as stopped, whoever runs then', MINUTES, async () => {
  await using scene = await watched();
  await using _ = await watching(scene);
  const first = await scene.start();
  await runToGate(scene, first);
  await click(scene, 'start');
  const told = await until(first, ({ blockers }) => blockers.length > 0, 'the alarm');
  await untilTrue(
    async () => (await scene.store.projections.byWorkflowId(first.workflowId))?.picture.blockers.length === 1,
    'the projection',
  );
  await first.terminate('the cluster is gone');
  await sleep(100);
  const second = await scene.start();
  const taken = await until(second, ({ blockers }) => blockers.some(({ since }) => since !== undefined), 'the alarm');
  expect(taken.blockers.find(({ since }) => since)?.since).toBe(told.blockers[0]?.since);

  await click(scene, 'stop');
  await until(second, ({ blockers }) => blockers.every(({ since }) => since === undefined), 'the end of the alarm');
});

it('ends the alarm for a run that took over after the original was stopped', MINUTES, async () => {
  await using scene = await watched();
  await using _ = await watching(scene);
  const first = await scene.start();
  await runToGate(scene, first);
  await click(scene, 'start');
  await until(first, ({ blockers }) => blockers.length > 0, 'the alarm');
  await untilTrue(
    async () => (await scene.store.projections.byWorkflowId(first.workflowId))?.picture.blockers.length === 1,
    'the projection',
  );
  await first.terminate('the cluster is gone');
  await click(scene, 'stop');
  await sleep(700);
  const second = await scene.start();
  await until(second, ({ steps }) => steps.length > 0, 'the new run');
  const later = await until(
    second,
    ({ blockers, state }) => state !== 'Planning' && blockers.every(({ since }) => !since),
    'no alarm',
  );
  expect(later.blockers.filter(({ since }) => since)).toEqual([]);
});
