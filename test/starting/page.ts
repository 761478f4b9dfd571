/** docs/starting.md as the tests use it: its marked blocks, with the values of a place put in as the page's own table says. */
import { readPage, tableOf } from '../docs/pages.ts';
import type { Place } from './place.ts';

const text = readPage('docs/starting.md');

/** Marked by a comment before the fence; indented where it stands in a list. */
export const BLOCKS: ReadonlyMap<string, string> = new Map(
  [...text.matchAll(/^( *)<!-- (\S+) -->\n *```\w+\n([\s\S]*?)\n *```$/gm)].map(
    ([, indent = '', name = '', block = '']) => [name, block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')],
  ),
);

/** Every block that a shell would run, marked or not. */
export const SHELL_BLOCKS: readonly string[] = [...text.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(
  ([, block = '']) => block,
);

/** The first column of the page's table of values. */
export const REPLACED: readonly string[] = tableOf(text, 'on this page', 'in its place').rows.map(([cell = '']) =>
  cell.slice(1, -1),
);

/** A block as the reader of the page would type it here. `decision` is known at the gate only. */
export function block(name: string, { service, sandbox }: Place, decision = ''): string {
  const { copyStarted, copyFinished, frozenSince } = sandbox.ready.move;
  const values: Record<string, string> = {
    '127.0.0.1:7233': service.address,
    'http://127.0.0.1:8233': service.uiUrl ?? '',
    '2026-11-20T20:00:00Z': copyStarted,
    '2026-11-20T23:10:00Z': copyFinished,
    '2026-11-20T19:55:00Z': frozenSince,
    '3f9ac2d1': decision,
  };
  const found = BLOCKS.get(name);
  if (found === undefined) throw new Error(`docs/starting.md has no block ${name}`);
  return REPLACED.reduce((replaced, value) => {
    const own = values[value];
    if (own === undefined) throw new Error(`nobody knows what to put in the place of ${value}`);
    return replaced.replaceAll(value, own);
  }, found);
}
