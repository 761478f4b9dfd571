/** The table of `npm run mutants` follows the code: a guard that was changed is changed there too, or the promise is looked for anew. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/imports.ts';
import { readPage } from '../docs/pages.ts';
import { PAGE, rowOf } from './report.ts';
import { editsOf, MUTANTS, problemOf } from './table.ts';

const contentOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

describe('each guard that is broken on purpose', () => {
  it.each(MUTANTS.map((mutant) => ({ ...mutant, name: mutant.promise })))(
    'stands in its file once: $name',
    (mutant) => {
      for (const edit of editsOf(mutant)) expect(problemOf(edit, contentOf(edit.file))).toBeUndefined();
    },
  );

  it.each(MUTANTS.map((mutant) => ({ ...mutant, name: mutant.promise })))('has its tests: $name', ({ killedBy }) => {
    expect(existsSync(path.join(ROOT, killedBy.file)), killedBy.file).toBe(true);
    // The end of a title may be made of the rows of a table.
    const words = (killedBy.title ?? '').split(' ').slice(0, 2).join(' ');
    expect(killedBy.title === undefined || contentOf(killedBy.file).includes(words)).toBe(true);
  });

  it('has a promise of its own', () => {
    expect(new Set(MUTANTS.map(({ promise }) => promise)).size).toBe(MUTANTS.length);
  });

  it('is in the documentation in the form that it has now, and nothing that was tried is unnoticed', () => {
    const page = readPage(PAGE);
    const shown = (mutant: (typeof MUTANTS)[number]) =>
      (['killed', 'not tried'] as const).some((outcome) => page.includes(rowOf(mutant, outcome)));
    expect(MUTANTS.filter((mutant) => !shown(mutant)).map(({ promise }) => promise)).toEqual([]);
  });
});

describe('a text that is not there, or there twice', () => {
  const [mutant] = MUTANTS;
  if (!mutant) throw new Error('no mutant');

  it.each([
    ['no', 'something else'],
    ['2 times', `${mutant.text} ${mutant.text}`],
  ])('is named: %s', (what, content) => {
    expect(problemOf(mutant, content)).toBe(`${mutant.file} has ${what} ${JSON.stringify(mutant.text)}`);
  });
});
