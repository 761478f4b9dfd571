import { expect, it } from 'vitest';
import { block } from './page.ts';
import { openPlace, WORKFLOW_ID } from './place.ts';
import { goTheWay } from './way.ts';

it('temporal starts it, answers, is told that the requester may not approve, and approves', {
  timeout: 120_000,
}, async () => {
  await using place = await openPlace();
  const printed = await goTheWay('temporal', place, async (decision) => {
    const own = block('temporal-approve', place, decision).replace('lee@', 'kim@');
    // It ends with 0 all the same, as the page says.
    expect(await place.bash(own)).toMatch(
      /accepted:false .*reason:You requested this migration, so someone else must approve it/,
    );
  });
  expect(printed.start).toContain(WORKFLOW_ID);
  expect(printed.look).toContain('AwaitingApproval');
  expect(printed.answer).toContain('accepted:true');
  expect(printed.approve).toContain('accepted:true');
});
