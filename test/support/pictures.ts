/** Pictures as the store keeps them, for tests that have no workflow. */
import type { StartInput } from '../../src/contract/start.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { describe, underWay } from '../../src/migration/describe.ts';
import { initialState } from '../../src/migration/state.ts';
import type { Shown } from '../../src/store/store.ts';

/** Before anything was read: every step open. */
export const firstPicture = (migration: string, workflowId: string, start: StartInput): MigrationPicture =>
  describe(initialState(start), underWay('preflight'), { migration, workflowId, start });

/** To be entered as it is, whatever the entries say. */
export const asShown = (picture: MigrationPicture): Shown => ({ after: 0, of: () => picture });
