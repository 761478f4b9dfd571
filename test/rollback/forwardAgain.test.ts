/** Forward again after going back: what people did in the time between is resynced too, by whoever does that. */
import { expect, it } from 'vitest';
import { answerAll, openScene, REQUESTER, runToGate, send, until } from '../support/migration.ts';
import { start, work } from './workaround.ts';

it('asks people for the resync again, where nothing shows whether they did it', { timeout: 60_000 }, async () => {
  await using scene = await openScene({
    world: 'workaround',
    interval: 40,
    issues: 6,
    ambiguous: false,
    switches: { sequenceIdsInRest: false },
    configure: ({ instances, policy }) => {
      policy.deleteOnAttested = true;
      for (const { backbone } of Object.values(instances)) backbone.resync = 'person';
    },
  });
  const resyncs = () => scene.record().filter(({ what }) => what === 'resync requested').length;
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  const before = resyncs();
  await send(handle, 'rollback', { by: REQUESTER, reason: 'not yet' });
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  const answers = { rollbackDelta: 'goForward' };
  await send(handle, 'answer', { by: REQUESTER, task: tasks[0]?.id ?? '', answers });
  await until(handle, ({ state }) => state !== 'RollingBack' && state !== 'WaitingForPerson', 'the way forward');
  expect(await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention')).toMatchObject({ blockers: [] });
  expect(resyncs()).toBeGreaterThan(before);
});
