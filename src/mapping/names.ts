/** Comparing names between instances. Differences in case, spaces and width are seen past, and said. */

/** NFKC, trimmed, spaces made one, case folded. */
export function foldName(name: string): string {
  const folded = name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase();
  return folded.normalize('NFKC');
}

/** Atlassian's migration tools append `(migrated)`, `(migrated 2)` … where the name was taken. */
const MIGRATED = /(?: \(migrated(?: \d+)?\))+$/;

/** The folded name without such an ending: twins have the same one. */
export const baseName = (name: string): string => foldName(name).replace(MIGRATED, '');
