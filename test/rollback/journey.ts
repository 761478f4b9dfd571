/** A migration in the small, what people do to it, and the way back. */

import type { WorkflowHandle } from '@temporalio/client';
import { expect, vi } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { answerAll, openScene, REQUESTER, type Scene, type SceneOptions, send, until } from '../support/migration.ts';
import { start } from './workaround.ts';

export const TIME = { timeout: 120_000 };

export const open = (options: SceneOptions = {}): Promise<Scene> =>
  openScene({ interval: 40, issues: 8, ambiguous: false, ...options });

export async function toGate(scene: Scene): Promise<WorkflowHandle> {
  const handle = await (scene.sandbox.ready.start.move ? scene.start() : start(scene));
  const { blockers } = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(blockers).toEqual([]);
  return handle;
}

/** What one of the people does, on the new A where nothing else is said. */
export async function act(scene: Scene, ...acts: object[]): Promise<void> {
  for (const one of acts) await scene.control('POST', 'people', { action: 'once', instance: 'jira-new', ...one });
}

export const valuesOf = (scene: Scene, instance: string, key: string): Record<string, string> =>
  Object.fromEntries(
    scene.world.instances
      .get(instance)
      ?.projects.get(key.split('-')[0] ?? '')
      ?.issues.get(key)?.values ?? [],
  );

/** Until B has it: the new one carried it. */
export const untilOnB = (scene: Scene, summary: string): Promise<boolean> =>
  eventually(() => [...issuesOfB(scene)].some(({ values }) => values.get('summary') === summary));

export const eventually = (holds: () => boolean): Promise<boolean> => vi.waitUntil(holds, { timeout: 20_000 });

export const issuesOfB = (scene: Scene) => scene.world.live.b.instance.projects.get('PB')?.issues.values() ?? [];

export interface Journey {
  picture: MigrationPicture;
  /** Why a person was asked to choose; absent where nobody was. */
  why?: string;
  /** A further task, or none. */
  task?: HumanTask;
}

/** Goes back, and hands over where that is asked; `meanwhile`: while the choice is open. */
export async function back(handle: WorkflowHandle, meanwhile = async () => {}): Promise<Journey> {
  await send(handle, 'rollback', { by: REQUESTER, reason: 'CHG-4711 withdrawn' });
  const isOver = ({ state }: MigrationPicture) => /^(RolledBack|NeedsAttention)/.test(state);
  const asked = await until(handle, (picture) => isOver(picture) || picture.tasks.length > 0, 'an end or a choice');
  const [choice] = asked.tasks;
  if (!choice) return { picture: asked };
  await meanwhile();
  await send(handle, 'answer', { by: REQUESTER, task: choice.id, answers: { rollbackDelta: 'handOver' } });
  const picture = await until(
    handle,
    (now) => isOver(now) || (now.tasks[0] !== undefined && now.tasks[0].since !== choice.since),
    'an end or another task',
  );
  return { picture, why: choice.why, ...(picture.tasks[0] ? { task: picture.tasks[0] } : {}) };
}

export const residueOf = ({ rollback }: MigrationPicture): readonly string[] => rollback?.residue ?? [];
