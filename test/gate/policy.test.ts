/**
 * The operator changes the policy while a migration waits at the gate. Approvals that still count stay, the others are named with the
 * reason, and there is always somebody who can open the gate, or it says what would open it.
 */
import type { WorkflowHandle } from '@temporalio/client';
import { describe, it } from 'vitest';
import { inboxOf } from '../../src/cli/inbox.ts';
import { pictureText } from '../../src/cli/picture.ts';
import { textOf } from '../../src/cli/print.ts';
import type { Config } from '../../src/config/types.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { approvedAndHeld } from '../support/braked.ts';
import {
  APPROVER,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { watching } from '../watch/watching.ts';

const [SAM, ANN] = ['sam@example.com', 'ann@example.com'];
type Policy = Config['policy'];

interface AtGate extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
  gate: MigrationPicture;
}

/** At the gate, which asks for two approvals; Lee has given one. The watchers of the instances look all the time. */
async function halfApproved(policy: Partial<Policy> = {}, givers = [APPROVER]): Promise<AtGate> {
  const scene = await openScene({
    ...{ interval: 40, issues: 6, ambiguous: false },
    configure: (config) => {
      Object.assign(config.policy, { approvers: [APPROVER, SAM], required: 2 }, policy);
      config.timing.watchEvery = 200;
    },
  });
  const watcher = await watching(scene);
  const handle = await scene.start();
  await runToGate(scene, handle);
  for (const by of givers) await approve(handle, by);
  const gate = await until(handle, ({ gate: one }) => one?.counting.length === givers.length, 'the approvals');
  return {
    ...{ scene, handle, gate },
    async [Symbol.asyncDispose]() {
      await watcher[Symbol.asyncDispose]();
      await scene[Symbol.asyncDispose]();
    },
  };
}

const otherDecision = (handle: WorkflowHandle, than: Pick<MigrationPicture, 'decision'>) =>
  until(handle, ({ decision }) => decision !== null && decision !== than.decision, 'another decision');

interface Change {
  what: string;
  before?: Partial<Policy>;
  givers?: string[];
  after: Partial<Policy>;
  /** Who counts after it, and who does not. */
  counting: string[];
  others: [string, RegExp][];
  /** Who opens it. */
  opens: string[];
}

const CHANGES: Change[] = [
  {
    what: 'required is raised',
    after: { required: 3, approvers: [APPROVER, SAM, ANN] },
    counting: [APPROVER],
    others: [],
    opens: [SAM, ANN],
  },
  {
    what: 'the approver is replaced',
    after: { approvers: [SAM, ANN] },
    counting: [],
    others: [[APPROVER, /is not among the approvers/]],
    opens: [ANN, SAM],
  },
  {
    what: 'selfApproval is switched off',
    before: { selfApproval: true, approvers: [REQUESTER, APPROVER, SAM] },
    givers: [REQUESTER],
    after: { selfApproval: false },
    counting: [],
    others: [[REQUESTER, /requested this migration, so someone else must approve it/]],
    opens: [APPROVER, SAM],
  },
  {
    what: 'selfApproval is switched on',
    before: { approvers: [REQUESTER, APPROVER, SAM] },
    after: { selfApproval: true },
    counting: [APPROVER],
    others: [],
    opens: ['Kim@Example.com'],
  },
  {
    what: 'the approver is replaced and required is lowered, both at once',
    after: { approvers: [SAM], required: 1 },
    counting: [],
    others: [[APPROVER, /is not among the approvers/]],
    opens: [SAM],
  },
  {
    what: 'required is lowered: the approval that is there does not open it by itself',
    after: { required: 1 },
    counting: [APPROVER],
    others: [],
    opens: [APPROVER],
  },
];

describe.concurrent('while it waits at the gate', { timeout: 120_000 }, () => {
  it.for(CHANGES)('and $what', async (change, { expect }) => {
    await using reached = await halfApproved(change.before, change.givers);
    const { scene, handle, gate } = reached;
    Object.assign(scene.config.policy, change.after);
    // Nobody has sent anything.
    const shown = await otherDecision(handle, gate);
    expect(shown).toMatchObject({ state: 'AwaitingApproval', gate: { approved: false, counting: change.counting } });
    expect(shown.gate?.others).toEqual(
      change.others.map(([by, reason]) => ({ by, reason: expect.stringMatching(reason) })),
    );
    const [item] = await inboxOf(scene.store);
    for (const text of [textOf(pictureText(shown)), statusPage(shown), JSON.stringify(item)]) {
      expect(text).toContain(String(shown.decision));
      for (const [by, reason] of change.others)
        expect([text, text.includes(by)]).toEqual([expect.stringMatching(reason), true]);
    }

    const old = await send(handle, 'approve', { by: change.opens[0], decision: gate.decision });
    expect(old).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/^the policy has changed since decision/),
    });
    expect(scene.world.original.deleted).toBe(false);
    for (const by of change.opens) {
      expect((await untilState(handle, 'AwaitingApproval')).decision).toBe(shown.decision);
      expect(await send(handle, 'approve', { by, decision: shown.decision }), by).toMatchObject({ accepted: true });
    }
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    // Nothing was spent, and the evidence of the decision has the policy of its approval.
    const entries = await ledgerOf(scene, handle);
    expect(entries.filter(({ subject }) => subject.grantsSpent)).toEqual([]);
    const { evidence } =
      entries.findLast(({ digests }) => digests.decision === shown.decision && digests.evidence)?.digests ?? {};
    const { decision, digest } = await scene.store.artifacts.getJson<Evidence>(evidence ?? '');
    expect([digest, decision.policy]).toEqual([shown.decision, scene.config.policy]);
  });

  it('and the identity is raised: it says that nobody can open it and why, and goes on by itself when that is taken back', async ({
    expect,
  }) => {
    await using reached = await halfApproved();
    const { scene, handle, gate } = reached;
    scene.config.policy.identity = 'signed';
    const shown = await otherDecision(handle, gate);
    expect(shown).toMatchObject({
      gate: { counting: [], others: [{ by: APPROVER }], obstacle: { code: 'IdentityUnavailable' } },
      blockers: [{ code: 'IdentityUnavailable', remedy: expect.stringContaining('Approvals that were given stay') }],
    });
    const refused = await send(handle, 'approve', { by: SAM, decision: shown.decision });
    expect(refused).toMatchObject({ accepted: false, reason: expect.stringContaining('asks for a signed identity') });
    scene.config.policy.identity = 'claimed';
    const back = await otherDecision(handle, shown);
    expect(back).toMatchObject({ decision: gate.decision, blockers: [], gate: { counting: [APPROVER], others: [] } });
    await approve(handle, SAM);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
  });

  it('and an approver is only spelled otherwise: it is the same decision', async ({ expect }) => {
    await using reached = await halfApproved();
    const { scene, handle, gate } = reached;
    scene.config.policy.approvers = ['SAM@example.com', ' Lee@Example.com'];
    const seen = await until(
      handle,
      (picture) => picture.gate?.policy !== gate.gate?.policy,
      'that it was judged again',
    );
    expect(seen).toMatchObject({ decision: gate.decision, gate: { counting: [APPROVER] } });
  });

  it('and the run is terminated: the run that takes over asks under the policy of now, and can be opened', async ({
    expect,
  }) => {
    await using reached = await halfApproved();
    const { scene, handle, gate } = reached;
    await handle.terminate('a test');
    Object.assign(scene.config.policy, { approvers: [ANN], required: 1 });
    const next = await again(scene, handle);
    const shown = await runToGate(scene, next);
    expect(shown.decision).not.toBe(gate.decision);
    expect(await send(next, 'approve', { by: APPROVER, decision: shown.decision })).toMatchObject({ accepted: false });
    await approve(next, ANN);
    expect(await next.result()).toMatchObject({ state: 'Completed' });
  });
});

describe.concurrent('while an approval is being confirmed', { timeout: 120_000 }, () => {
  it('and required is raised: the approval stays, and the gate asks for one more', async ({ expect }) => {
    await using held = await approvedAndHeld({
      configure: ({ policy }) => void Object.assign(policy, { approvers: [APPROVER, SAM] }),
    });
    const { scene, handle, gate } = held;
    scene.config.policy.required = 2;
    await held.release();
    const shown = await otherDecision(handle, gate);
    await untilState(handle, 'AwaitingApproval');
    expect(shown.gate).toMatchObject({ counting: [APPROVER], needs: `One more approval is needed, by ${SAM}.` });
    expect(held.deletes()).toEqual([]);
    await approve(handle, SAM);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect((await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'grant')).toHaveLength(2);
  });

  it('and another approver is added: the approval still suffices, and the record has the decision of the delete', async ({
    expect,
  }) => {
    await using held = await approvedAndHeld();
    const { scene, handle, gate } = held;
    scene.config.policy.approvers = [APPROVER, ANN];
    await held.release();
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    const entries = await ledgerOf(scene, handle);
    const done = entries.find(({ subject }) => subject.step === 'deleteOriginal' && subject.result === 'done');
    expect(done?.digests.decision).not.toBe(gate.decision);
    const known = entries.find(({ digests }) => digests.decision === done?.digests.decision && digests.evidence);
    const { decision } = await scene.store.artifacts.getJson<Evidence>(known?.digests.evidence ?? '');
    expect(decision.policy.approvers).toEqual([APPROVER, ANN]);
  });
});
