/** What must be as it was after a rollback: the sandbox's own state, the volatile members of design P4 aside. */
import type { Scene } from '../support/migration.ts';

interface SideState {
  connectorKey: string;
  pairs: unknown[];
  panel: Record<string, unknown>;
}

interface SynchronizationState {
  integrationKey: string;
  lastModifiedDate: string;
  status: { status: string };
  runs: unknown[];
  first: SideState;
  second: SideState;
  [member: string]: unknown;
}

interface WorldState {
  instances: { name: string; projects: unknown; synchronizations: SynchronizationState[] }[];
}

/** Synchronizations with configuration, pairs and panel, and how many issues each project has. When it ran is volatile. */
export async function worldOf({ control }: Pick<Scene, 'control'>) {
  const { instances } = await control<WorldState>('GET', 'state');
  return instances.map(({ name, projects, synchronizations }) => ({
    name,
    projects,
    synchronizations: synchronizations.map(({ runs: _, status, ...one }) => ({ ...one, status: status.status })),
  }));
}
