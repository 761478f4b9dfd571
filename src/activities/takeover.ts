/** Whose run it is: the claim of a run that is gone goes on with this one. */
import { Context } from '@temporalio/activity';
import { MigratorError } from '../contract/errors.ts';
import type { StartInput } from '../contract/start.ts';
import { canonicalJson } from '../store/canonical.ts';
import { firstHold } from '../store/holds.ts';
import type { Claim, ClaimRequest } from '../store/store.ts';
import type { ActivityDeps } from './deps.ts';

/** The claim for this run; taken over by itself in the one case in which the same cluster says that the holder is closed. */
export async function openClaim(deps: ActivityDeps, reset: boolean, request: ClaimRequest): Promise<Claim> {
  const { claims } = deps.store;
  try {
    return await claims.open(request);
  } catch (error) {
    if (!(error instanceof MigratorError && error.code === 'ClaimHeld')) throw error;
    const held = await claims.holding(firstHold(request));
    // A reset repeats what people sent, an old approval too: somebody has to say that it is meant.
    if (reset && held?.workflowId === request.workflowId)
      throw new MigratorError('ClaimLost', `this run was made by a reset of ${held.runId}.`);
    const status = held && (await closedStatus(request, held));
    if (!held || !status || !sameWish(held.recordedStart, request.start)) throw error;
    const { cluster, namespace, workflowId, start } = request;
    const who = { actor: start.requestedBy, why: start.reason, holder: status };
    await claims.takeOver(held, { cluster, namespace, workflowId, ...who });
    return claims.open(request);
  }
}

/** How the holder's run was closed, as its own cluster says; `undefined` when it is open, or not known there. */
async function closedStatus({ cluster, namespace }: ClaimRequest, held: Claim): Promise<string | undefined> {
  if (held.cluster !== cluster || held.namespace !== namespace) return undefined;
  try {
    const { status } = await Context.current().client.workflow.getHandle(held.workflowId, held.runId).describe();
    return status.name === 'RUNNING' ? undefined : status.name;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

/** Who asks and why may differ; what is to be done may not, since the recorded start is what goes on. */
function sameWish(recorded: StartInput, sent: StartInput): boolean {
  const wish = ({ requestedBy: _, reason: __, ...what }: StartInput) => canonicalJson(what);
  return wish(recorded) === wish(sent);
}
