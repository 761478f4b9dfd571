import { it } from 'vitest';
import { PAIR_DEFECTS } from './defects.ts';
import { proveThatItHolds } from './gate.ts';

it.each(PAIR_DEFECTS)('never deletes, though approved, when $promise ($predicate)', proveThatItHolds);
