/** A Jira that answers a stop or a start before it has taken effect is waited for: nothing is sent twice, and nobody is asked. */
import { it } from 'vitest';
import { openScene, runToGate } from '../support/migration.ts';

it.concurrent.for(['stop', 'start'] as const)(
  'a %s that takes effect some seconds later is sent once',
  { timeout: 120_000 },
  async (what, { expect }) => {
    await using scene = await openScene({
      ...{ issues: 6, ambiguous: false },
      configure: ({ timing }) => {
        timing.machineWait = { from: 500, to: 2000 };
      },
    });
    await scene.control('POST', 'switches', { startStopDelayMs: 5000 });
    const handle = await scene.start();
    await runToGate(scene, handle);
    expect(scene.writes().filter(({ path = '' }) => path.endsWith(`/${what}`))).toHaveLength(1);
  },
);
