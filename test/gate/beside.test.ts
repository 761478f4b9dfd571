/** Another synchronization between both projects, made when the new one had been proved: every step that is done to it stops at it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STEPS } from '../../src/activities/index.ts';
import { type StepActivity, stepActivities } from '../../src/activities/step.ts';
import { awaitName } from '../../src/contract/names.ts';
import { DONE_TO_NEW } from '../../src/contract/order.ts';
import { type Direct, direct } from '../support/activity.ts';
import { openScene, runToGate, type Scene } from '../support/migration.ts';

let scene: Scene;
let gate: Direct;
let keys: string[];

beforeAll(async () => {
  scene = await openScene({ issues: 4, ambiguous: false });
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  gate = await direct(scene, handle, 'verify');
  const { integrationKey } = await scene.control<{ integrationKey: string }>('POST', 'ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ description: 'do not touch', by: 'ann' },
  });
  keys = [created ?? '', integrationKey].toSorted();
});
afterAll(async () => {
  await gate[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

const CASES = STEPS.filter(({ name }) => DONE_TO_NEW[name]).flatMap((step) =>
  [step.name, awaitName(step.name)].map((activity) => ({ step, activity })),
);

it('every step from the import to verify is tried here', () => {
  expect(CASES.map(({ activity }) => activity).filter((name) => !name.startsWith('await'))).toEqual([
    'importConfiguration',
    'correctConfiguration',
    'pairIssues',
    'startSynchronization',
    'resyncAToB',
    'resyncBToA',
    'verify',
  ]);
});

it.each(CASES)('$activity stops at another one beside the new one, and writes nothing', async ({ step, activity }) => {
  const activities: Record<string, StepActivity> = stepActivities(gate.deps, step);
  const act = activities[activity] ?? expect.fail(activity);
  const writes = scene.writes().length;
  expect(await gate.attempt(() => act(gate.input))).toMatchObject({
    state: 'blocked',
    code: 'TwoCreated',
    items: keys,
  });
  expect(scene.writes()).toHaveLength(writes);
});
