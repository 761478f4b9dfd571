/** What happens to an approved delete when the world is not any more what was approved. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import type { Synchronization } from '../../sandbox/backbone/model.ts';
import type { PredicateName } from '../../src/evidence/predicates.ts';
import {
  answerAll,
  approve,
  openScene,
  retry,
  runToGate,
  type Scene,
  type SceneOptions,
  untilState,
} from '../support/migration.ts';

export interface Rehearsed {
  scene: Scene;
  handle: WorkflowHandle;
  /** The new synchronization. */
  one: Synchronization;
}

export interface Defect {
  predicate: PredicateName;
  promise: string;
  options?: SceneOptions;
  /** Before the migration starts. */
  prepare?: (scene: Scene) => unknown;
  /** At the gate; answers how it is mended. */
  plant: (rehearsed: Rehearsed) => Mending | Promise<Mending>;
  /** Stands in the blocker's items under the predicate's name. */
  names: string[];
}

type Mending = () => unknown;

/** The new synchronization as the sandbox keeps it. */
export function newOne({ world }: Pick<Scene, 'world'>): Synchronization {
  const found = world.synchronizations.find(({ home, first }) => home === 'jira-new' && first.projectKey === 'PA');
  return found ?? expect.fail('nothing was created');
}

export const deletesOf = (scene: Scene) => scene.writes().filter(({ method }) => method === 'DELETE');

/** Approves at the gate with the defect planted: nothing is deleted, the defect is named, and mended it is asked for again. */
export async function proveThatItHolds({ predicate, options, prepare, plant, names }: Defect): Promise<void> {
  await using scene = await openScene({ interval: 40, issues: 6, ambiguous: false, ...options });
  await prepare?.(scene);
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  const mend = await plant({ scene, handle, one: newOne(scene) });
  expect(await approve(handle)).toMatchObject({ accepted: true });

  const held = await untilState(handle, 'NeedsAttention');
  expect(held).toMatchObject({ step: 'verify', blockers: [{ code: 'NotProved' }], decision: null });
  const items = held.blockers.flatMap((blocker) => blocker.items);
  const named = items.filter((item) => item.startsWith(`${predicate}: `)).join('\n');
  for (const name of names) expect(named, items.join('\n')).toContain(name);
  expect(deletesOf(scene)).toEqual([]);

  await mend();
  expect(await retry(handle)).toMatchObject({ accepted: true });
  // What was done to the original leaves traces that a person looks at, though it is mended.
  const again = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention', 'Completed');
  expect(again.state, JSON.stringify(again.blockers)).toBe('AwaitingApproval');
  // What was granted is spent, and does not count for what was proved later.
  expect(again.decision).not.toBe(decision);
  expect(deletesOf(scene)).toEqual([]);
  expect(scene.world.original).toMatchObject({ deleted: false, running: false });
}
