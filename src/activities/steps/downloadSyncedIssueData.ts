/** Step 1.3 of the guide: download the synced issue data, in the shape of the vendor's own file, as an artifact. */
import { mirrorProblems } from '../../pairs/mirrors.ts';
import { PairTable } from '../../pairs/table.ts';
import { planOf } from '../context.ts';
import { issueDataFile } from '../issueData.ts';
import { readPresentOriginal } from '../presence.ts';
import type { Step } from '../step.ts';

export const downloadSyncedIssueData: Step = {
  name: 'downloadSyncedIssueData',

  async check(context) {
    const { original } = planOf(context);
    const status = await readPresentOriginal(context);
    if (!status.stopped) {
      return {
        state: 'blocked',
        code: 'OriginalRunsAgain',
        reason: `${original.key} was started again; its issue data would change while it is read.`,
        remedy: 'Stop it, then send retry.',
        items: [],
      };
    }
    const table = new PairTable();
    const issueData = await context.store.artifacts.put(issueDataFile(context, original, table), 'application/json');
    const broken = mirrorProblems(table);
    if (broken.length > 0) {
      return {
        state: 'blocked',
        code: 'PairsNotMirrored',
        reason: 'A pair is held by one connector only, or twice; the new synchronization would duplicate its issues.',
        remedy: 'Delete or complete these entries in the original, then send retry.',
        items: broken,
      };
    }
    const pairs = table.size;
    return { state: 'done', basis: 'read', facts: { issueData, pairs }, note: `${pairs} pairs` };
  },
};
