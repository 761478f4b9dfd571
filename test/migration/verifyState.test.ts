import { expect, it } from 'vitest';
import { PREDICATE_NAMES } from '../../src/evidence/predicates.ts';
import { PAIR_DEFECTS } from './defects.ts';
import { proveThatItHolds } from './gate.ts';
import { STATE_DEFECTS } from './stateDefects.ts';

it.each(STATE_DEFECTS)('never deletes, though approved, when $promise ($predicate)', proveThatItHolds);

it('has a promise here for every predicate that verify states', () => {
  // What ends in a question, or shows before the gate: unseen.test.ts, verifyOldHome.test.ts, verifyTraces.test.ts, files.test.ts.
  const unseen = ['readable', 'bornLate', 'oldHome', 'originalUntouched', 'files'];
  const promised = new Set([...unseen, ...[...PAIR_DEFECTS, ...STATE_DEFECTS].map(({ predicate }) => predicate)]);
  expect([...promised].sort()).toEqual([...PREDICATE_NAMES].sort());
});
