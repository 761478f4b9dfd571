/** What instances were found to have, as a file: a translation can be looked at again without them. */
import { z } from 'zod';
import type { SideCatalogues } from '../mapping/catalogue.ts';
import { usageError } from './errors.ts';
import { readBytes } from './files.ts';
import { writeOut } from './output.ts';

interface Sides {
  first: SideCatalogues;
  second: SideCatalogues;
}

export const saveCatalogues = (file: string, { first, second }: Sides): Promise<void> =>
  writeOut(file, `${JSON.stringify({ v: 1, first, second }, undefined, 2)}\n`);

const named = z.looseObject({ id: z.string(), name: z.string() });
const catalogue = z.looseObject({
  issueTypes: z.array(named),
  fields: z.array(named.extend({ type: z.string() })),
  options: z.record(z.string(), z.array(z.looseObject({ id: z.string(), value: z.string() }))),
  statuses: z.array(named.extend({ category: z.string() })),
  priorities: z.array(named),
});
const side = z.looseObject({
  old: catalogue,
  new: catalogue,
  sameInstance: z.boolean(),
  oldInstance: z.string(),
  newInstance: z.string(),
});
const saved = z.looseObject({ v: z.literal(1), first: side, second: side });

/** @throws CommandError `Usage` */
export async function readCatalogues(file: string): Promise<Sides> {
  let value: unknown;
  try {
    value = JSON.parse((await readBytes(file)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(`${file} is not JSON.`, 'Give a file that --save-catalogues has written.');
  }
  const parsed = saved.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw usageError(
      `${file} holds no catalogues (${problems.join('; ')}).`,
      'Give a file that --save-catalogues has written.',
    );
  }
  // Written by --save-catalogues from the same types; what was checked is what a look-up reads.
  const { first, second } = value as { first: SideCatalogues; second: SideCatalogues };
  return { first, second };
}
