/** RolledBack says that the original is as it was. Whom it acts as, and which pairs it ignores, is in no configuration, and counts all the same. */
import { expect, it } from 'vitest';
import type { Scene } from '../support/migration.ts';
import { act, back, open, residueOf, TIME, toGate, untilOnB } from './journey.ts';

const CASES = [
  {
    what: 'whose sync user on B is another one by now',
    change: async ({ sandbox }: Scene) => {
      const authorization = `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}`;
      const path = '/plugins/servlet/backbone-issue-sync/api/1/connectors/CON-49-PB/user?newUser=paula';
      expect(
        (await fetch(`${sandbox.ready.instances['jira-old']}${path}`, { headers: { authorization } })).status,
      ).toBe(200);
    },
    named: /^CON-49-PB of INT-16 acts as paula/,
  },
  {
    what: 'that ignores a pair by now',
    change: async ({ world }: Scene) => {
      const entry = world.original.first.entries.get('PA-4') ?? expect.fail();
      entry.incomingChangesIgnored = true;
    },
    named: /^PA-4 <> PB-\d+: INT-16 ignores/,
  },
];

it.concurrent.for(CASES)('an original $what is not called as it was', TIME, async ({ change, named }) => {
  await using scene = await open({ world: 'workaround' });
  const handle = await toGate(scene);
  await change(scene);
  const { picture } = await back(handle);
  expect(picture.state).toBe('RolledBackWithResidue');
  expect(residueOf(picture)).toContainEqual(expect.stringMatching(named));
});

it.concurrent.for(CASES)('nor one $what since the choice was asked for', TIME, async ({ change, named }) => {
  await using scene = await open({ world: 'workaround' });
  const handle = await toGate(scene);
  await act(scene, { kind: 'edit', key: 'PA-3', field: 'summary', value: 'under the new one' });
  await untilOnB(scene, 'under the new one');
  const { picture } = await back(handle, () => change(scene));
  expect(residueOf(picture)).toContainEqual(expect.stringMatching(named));
});
