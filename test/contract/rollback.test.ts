/** P4: which kind of going back it is, from how far the steps are. */
import { expect, it } from 'vitest';
import { firstSteps } from '../../src/contract/picture.ts';
import { rollbackClass } from '../../src/contract/rollback.ts';
import type { StepStatus } from '../../src/contract/status.ts';

const steps = (states: Partial<Record<StepStatus['step'], StepStatus['state']>>) =>
  firstSteps({
    original: { instance: 'jira-old', synchronization: 'INT-16' },
    new: { instance: 'jira-new', projects: {} },
    requestedBy: 'kim@example.com',
    reason: 'CHG-4711',
  }).map((status) => ({ ...status, state: states[status.step] ?? 'open' }));

it.each(['running', 'waiting', 'done'] as const)('is R2 as soon as there may be a new one: %s', (state) => {
  expect(rollbackClass(steps({ stopOriginal: 'done', createSynchronization: state }))).toBe('R2');
});

it('is R1 before that, and again when the creation was taken back', () => {
  expect(rollbackClass(steps({ stopOriginal: 'done' }))).toBe('R1');
  expect(rollbackClass(steps({ stopOriginal: 'done', createSynchronization: 'undone' }))).toBe('R1');
});

it('is R3 once the original is deleted', () => {
  expect(rollbackClass(steps({ startSynchronization: 'done', deleteOriginal: 'done' }))).toBe('R3');
});
