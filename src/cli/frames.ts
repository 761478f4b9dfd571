/** Text that is drawn over what was drawn before, on a terminal. */
import { type Lines, linesOf } from './print.ts';

export function createFrames(): (text: Lines) => void {
  let drawn = 0;
  return (text) => {
    // Where a terminal does not say how large it is, it says 0.
    const width = process.stdout.columns || 80;
    const height = process.stdout.rows || 24;
    // Lines that would wrap, or leave the screen, could not be drawn over.
    const lines = linesOf(text)
      .slice(0, height - 1)
      .map((line) => line.slice(0, width - 1));
    process.stdout.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}\x1b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}
