/** What the demo prints: one line a fact, with the seconds since it began. */
import { styleText } from 'node:util';

const began = Date.now();

const clock = (): string => styleText('dim', `${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s`);
const line = (mark: string, text: string): void => console.log(`${clock()}  ${mark} ${text}`);

export const say = {
  title: (text: string): void => console.log(`\n${styleText('bold', text)}\n`),
  text: (text: string): void => console.log(text),
  /** A step's end. */
  done: (text: string): void => line(styleText('green', '✓'), text),
  /** What is waited for. */
  waits: (text: string): void => line(styleText('yellow', '…'), text),
  /** A request that writes. */
  writes: (text: string): void => line(styleText('cyan', '→'), text),
  /** What a person does. */
  person: (text: string): void => line(styleText('magenta', '☺'), text),
  /** What is done to us on purpose, and what became of it. */
  trouble: (text: string): void => line(styleText('red', '!'), text),
  aside: (text: string): void => line(' ', styleText('dim', text)),
};

/** A table with columns as wide as they need to be. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const cells = (row: string[]) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
  return rows.map((row) => `  ${cells(row).join('  ')}`.trimEnd()).join('\n');
}
