/** Each pair is held twice, once per connector, with local and remote exchanged (documented). */
import { SIDES } from './entry.ts';
import { compareKeys, pairName } from './keys.ts';
import type { PairTable } from './table.ts';

/** Sentences, sorted by key: what is held by one connector only, and keys that stand twice in one connector's list. */
export function mirrorProblems(table: PairTable): string[] {
  return [
    ...unmirrored(table),
    ...multipleKeys(table).map((key) => `${key} is in more than one entry of one connector`),
  ].sort(compareKeys);
}

/** Sentences about pairs that one connector alone holds. */
export function unmirrored(table: PairTable): string[] {
  const found: string[] = [];
  for (let row = 0; row < table.size; row++) {
    const [first, second] = [table.heldBy(row, 'first'), table.heldBy(row, 'second')];
    if (first === second) continue;
    found.push(`${pairName(table.pair(row))} is held by the ${first ? 'first' : 'second'} connector only`);
  }
  return found.sort(compareKeys);
}

/** Issue keys that stand more than once in one connector's list, as local or as remote issue. */
export function multipleKeys(table: PairTable): string[] {
  const found = new Set<number>();
  // One column for all four looks: each would stay in memory until it is collected.
  const codes = new Float64Array(table.size);
  for (const side of SIDES) {
    for (const codeOf of [table.firstCode, table.secondCode]) {
      let size = 0;
      for (let row = 0; row < table.size; row++) {
        if (!table.heldBy(row, side)) continue;
        codes[size++] = codeOf(row);
        if (table.heldTwiceBy(row, side)) found.add(codeOf(row));
      }
      const sorted = codes.subarray(0, size).sort();
      for (let n = 1; n < size; n++) if (sorted[n] === sorted[n - 1]) found.add(sorted[n] as number);
    }
  }
  return Array.from(found, (code) => table.keys.keyOf(code)).sort(compareKeys);
}
