/**
 * What a way back stands on: that people sent it back, what they chose, and what was taken back before, all as the ledger has it. As
 * much is lost by a delete of the new one as by that of the original, so whoever asks for it is believed as little.
 */
import { MigratorError } from '../../contract/errors.ts';
import type { LedgerEntry } from '../../contract/ledger.ts';
import type { StepName } from '../../contract/names.ts';
import { UNDO_ORDER } from '../../contract/order.ts';
import { UNFIT_QUESTION } from '../../contract/rollback.ts';
import type { StepInput } from '../../contract/steps.ts';
import { type StepContext, stepContext } from '../context.ts';
import type { ActivityDeps } from '../deps.ts';
import { choiceOf } from './undoStart.ts';

/** What taking back a step sees; throws `NotSentBack` where it is not its turn. */
export async function contextOfWayBack(deps: ActivityDeps, step: StepName, input: StepInput): Promise<StepContext> {
  const context = await stepContext(deps, step, { ...input, undoing: true });
  const entries = await context.known.all();
  const why = whyNotItsTurn(context, entries);
  if (why) throw new MigratorError('NotSentBack', why);
  return context;
}

function whyNotItsTurn(context: StepContext, entries: readonly LedgerEntry[]): string | undefined {
  const { state } = context;
  if (!state.back) return 'nobody sent it back to the original.';
  if (context.step === 'deleteOriginal') return undefined;
  if (state.deleteAsked) return 'a person may still delete the original; that is taken back first.';
  const before = UNDO_ORDER.slice(0, orderOf(context.step));
  const open = before.find((step) => isBegun(context, entries, step) && !state.undone.includes(step));
  if (open) return `${open} is not taken back yet.`;
  if (context.step === 'stopOriginal' && context.answers[UNFIT_QUESTION]) return 'a person chose to keep the new one.';
  const choice = context.facts.delta ? (choiceOf(context) ?? 'nothing') : 'handOver';
  return before.length > 0 && choice !== 'handOver'
    ? `what people did was found, and ${choice} was chosen.`
    : undefined;
}

const orderOf = (step: StepName): number => (UNDO_ORDER as readonly StepName[]).indexOf(step);

/** The start counts as begun as soon as anything is: whoever sees a new one may start it. */
const isBegun = ({ claim }: StepContext, entries: readonly LedgerEntry[], step: StepName): boolean =>
  step === 'startSynchronization' || claim.created.length > 0 || entries.some(({ subject }) => subject.step === step);
