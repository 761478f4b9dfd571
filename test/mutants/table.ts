/** Every guard that is broken by `npm run mutants`. */
import { DELETING } from './deleting.ts';
import { FINDING } from './finding.ts';
import { PROVING } from './proving.ts';
import { RUNNING } from './running.ts';
import { STANDING_SHOWN } from './standing.ts';
import type { Mutant } from './types.ts';
import { WRITING } from './writing.ts';

export const MUTANTS: readonly Mutant[] = [
  ...DELETING,
  ...STANDING_SHOWN,
  ...PROVING,
  ...WRITING,
  ...FINDING,
  ...RUNNING,
];

/** What is changed for a mutant, in one file after the other. */
export const editsOf = ({ file, text, replacement, along = [] }: Mutant) => [{ file, text, replacement }, ...along];

/** Why this cannot be changed in the file's content; `undefined` when it can. */
export function problemOf({ file, text }: Pick<Mutant, 'file' | 'text'>, content: string): string | undefined {
  const times = content.split(text).length - 1;
  return times === 1 ? undefined : `${file} has ${times === 0 ? 'no' : `${times} times`} ${JSON.stringify(text)}`;
}
