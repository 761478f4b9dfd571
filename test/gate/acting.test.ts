/** P1: an approval counts for the users that both synchronizations acted as, and for the pairs that they carried, when it was given. */
import { expect, it } from 'vitest';
import type { Side } from '../../sandbox/backbone/model.ts';
import { type AtGate, atGate, synchronization } from '../absence/behind.ts';
import { approve } from '../support/migration.ts';
import { spent } from './spent.ts';

/** As the manual has it: by GET. */
async function actAs({ scene }: AtGate, instance: string, { connectorKey }: Side, user: string): Promise<void> {
  const base = scene.sandbox.ready.instances[instance];
  const url = `${base}/plugins/servlet/backbone-issue-sync/api/1/connectors/${connectorKey}/user?newUser=${user}`;
  const authorization = `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}`;
  expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
}

function ignore({ entries }: Side, key: string): void {
  const entry = entries.get(key) ?? expect.fail(`no ${key}`);
  entry.incomingChangesIgnored = true;
}

const CHANGES = [
  {
    what: 'the new one acts as another user on B',
    make: (at: AtGate) => actAs(at, 'jira-new', synchronization(at.scene, at.fresh).second, 'paula'),
  },
  {
    what: 'the new one ignores what comes in for a pair',
    make: ({ scene, fresh }: AtGate) => ignore(synchronization(scene, fresh).first, 'PA-3'),
  },
  {
    what: 'the original, to which nobody could go back as it was, acts as another user',
    make: (at: AtGate) => actAs(at, 'jira-old', at.scene.world.original.second, 'paula'),
  },
];

it.concurrent.for(CHANGES)(
  'nothing is deleted when, after the gate was shown, $what',
  { timeout: 60_000 },
  async ({ make }, { expect }) => {
    await using at = await atGate();
    await make(at);
    await approve(at.handle);
    expect(await spent(at.scene, at.handle)).toBe(true);
    expect(at.scene.world.original.deleted).toBe(false);
  },
);
