/** The gate as the workflow knows it: what the activity that records an approval has said of it, under the policy of that moment. */
import type { JudgeInput, JudgeResult } from '../contract/steps.ts';
import { deciding, inTurn } from './entering.ts';
import { housekeeping } from './proxies.ts';
import type { MigrationRun } from './run.ts';

export const isApproved = (run: MigrationRun): boolean => run.gate?.approved ?? false;

/**
 * Has a message to the gate judged and recorded; without one, how the gate stands. Nothing is confirmed meanwhile: what is taken back in
 * this moment must not go on to the delete. `unrecorded`: where it is refused, the run counts it.
 */
export async function judge(
  run: MigrationRun,
  message?: JudgeInput['message'],
  unrecorded = false,
): Promise<JudgeResult['answer']> {
  const { evidence } = run.state.facts;
  return deciding(run, async () => {
    try {
      const { standing, gate, answer } = await inTurn(run, () =>
        housekeeping(run.prefix).judgeApproval({
          ...run.input(),
          view: run.view(),
          ...(message ? { message } : {}),
          ...(unrecorded ? { unrecorded } : {}),
        }),
      );
      // Meanwhile it may have turned back, and what was proved is proved anew.
      if (run.state.facts.evidence === evidence) run.gate = gate;
      run.take(standing);
      return answer;
    } finally {
      run.show();
    }
  });
}
