/** The hours in which steps with an effect may happen, as the start object says. */
import type { CheckResult } from '../contract/steps.ts';
import type { StepContext } from './context.ts';

/** What the window says against doing this step now; `undefined` when nothing does. */
export async function outsideWindow(
  context: StepContext,
  latest: 'stopBy' | 'startBy',
): Promise<CheckResult | undefined> {
  const { window } = context.start;
  if (!window) return undefined;
  const now = await context.store.now();
  if (window.notBefore && now < Date.parse(window.notBefore)) {
    return { state: 'notDone', missing: [`the window opens at ${window.notBefore}`], next: 'wait' };
  }
  const limit = window[latest];
  if (limit === undefined || now <= Date.parse(limit)) return undefined;
  return {
    state: 'blocked',
    code: 'WindowOver',
    reason: `${context.step} may happen until ${limit} only (window.${latest}), and that is over.`,
    remedy: 'Start a new migration with another window when the time has come.',
    items: [],
  };
}
