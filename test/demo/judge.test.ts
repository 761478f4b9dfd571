import { expect, it } from 'vitest';
import { demo } from './demo.ts';

it('loses a message on purpose, and the judge of the demo finds exactly that one', { timeout: 120_000 }, async () => {
  const { code, end } = await demo(['--drop', '1']);
  expect(end).toMatchObject({
    state: 'Completed',
    originalDeleted: true,
    duplicates: 0,
    lostChanges: 1,
    judgedBy: 'sandbox',
  });
  expect(code).toBe(1);
});
