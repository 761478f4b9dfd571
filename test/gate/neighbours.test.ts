/** What a neighbouring synchronization brings to A under the same sync user is there once: nobody may be led to delete it. */
import { type ExpectStatic, it } from 'vitest';
import { act, eventually } from '../rollback/journey.ts';
import { answerAll, approve, openScene, REQUESTER, type Scene, until } from '../support/migration.ts';
import { worldWithNeighbour } from '../support/neighbour.ts';

const TIME = { timeout: 120_000 };

const issuesOfA = ({ world }: Scene) => world.instances.get('jira-new')?.projects.get('PA')?.issues.size ?? 0;

/** At the gate somebody makes an issue on PC, and INT-17 brings it to PA. */
async function brought(expect: ExpectStatic) {
  const scene = await openScene({ file: worldWithNeighbour('workaround'), interval: 40 });
  const handle = await scene.startWith({ ...scene.sandbox.ready.start, requestedBy: REQUESTER, reason: 'moved' });
  expect(await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention')).toMatchObject({
    state: 'AwaitingApproval',
  });
  const before = issuesOfA(scene);
  await act(scene, { instance: 'jira-partner', kind: 'create', project: 'PC' });
  await eventually(() => issuesOfA(scene) === before + 1);
  const key = [...(scene.world.instances.get('jira-new')?.projects.get('PA')?.issues.keys() ?? [])].at(-1) ?? '';
  return { scene, handle, key };
}

it.concurrent('an issue that a neighbour brings to A is no duplicate', TIME, async ({ expect }) => {
  const { scene, handle } = await brought(expect);
  await using _ = scene;
  await approve(handle);
  const { state } = await until(handle, (now) => /Completed|Needs|WaitingFor/.test(now.state), 'what follows');
  expect(state).toBe('Completed');
});

it.concurrent('where the pairs of the neighbour are refused to us, a person is asked', TIME, async ({ expect }) => {
  const { scene, handle, key } = await brought(expect);
  await using _ = scene;
  const fault = { instance: 'jira-old', path: 'CON-58.*/syncInformation', action: 'status', status: 403 };
  await scene.control('POST', 'faults', { ...fault, every: 1, count: 10_000 });
  await approve(handle);
  const { state, tasks } = await until(handle, (now) => /Completed|Needs|WaitingFor/.test(now.state), 'what follows');
  expect({ state, asked: tasks[0]?.questions[0]?.text }).toEqual({
    state: 'WaitingForPerson',
    asked: `Did another synchronization bring ${key}?`,
  });
});
