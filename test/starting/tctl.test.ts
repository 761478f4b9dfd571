import { expect, it } from 'vitest';
import { obtainTctl, TCTL_LIMIT_MS } from '../support/tctl.ts';
import { openPlace, WORKFLOW_ID } from './place.ts';
import { goTheWay } from './way.ts';

it('tctl starts it, answers and approves by signals', { timeout: TCTL_LIMIT_MS + 120_000 }, async ({ skip }) => {
  const tctl = await obtainTctl();
  if ('missing' in tctl) return skip(tctl.missing);
  await using place = await openPlace({ tctl: tctl.path });
  const printed = await goTheWay('tctl', place);
  expect(printed.start).toContain(WORKFLOW_ID);
  expect(printed.look).toContain('AwaitingApproval');
  expect(printed.approve).toContain('Signal workflow succeeded');
  const { events } = await place.client.workflow.getHandle(WORKFLOW_ID).fetchHistory();
  const signals = events?.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
  expect(signals).toEqual(['answer', 'approve']);
});
