/** P4: which kind of going back it is, from how far the steps are. */
import { expect, it } from 'vitest';
import { rollbackClass } from '../../src/contract/rollback.ts';
import type { StepStatus } from '../../src/contract/status.ts';
import { initialState } from '../../src/migration/state.ts';

const steps = (states: Partial<Record<StepStatus['step'], StepStatus['state']>>) =>
  initialState({}).steps.map((status) => ({ ...status, state: states[status.step] ?? 'open' }));

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
