/** Comparing names between instances. What differs in case, spaces or width is found, and said. */

/** NFKC, trimmed, spaces made one, case folded. */
export function foldName(name: string): string {
  const folded = name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase();
  return folded.normalize('NFKC');
}

/** The same characters, however they are composed: no difference that anybody could see. */
export const sameName = (one: string, other: string): boolean => one.normalize('NFC') === other.normalize('NFC');

/** Atlassian's migration tools append `(migrated)`, `(migrated 2)` … where the name was taken. */
const MIGRATED = /(?: \(migrated(?: \d+)?\))+$/;

/** The folded name without such an ending: twins have the same one. */
export const baseName = (name: string): string => foldName(name).replace(MIGRATED, '');

/** By code unit: the same on every machine, whatever its language. */
export const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
