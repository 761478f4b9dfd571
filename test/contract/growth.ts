/** Whether a reading takes time that grows with the length of what is read, and not faster. */
import { expect } from 'vitest';

const SIZES = [16_000, 64_000, 256_000, 1_000_000];

/** So many times longer a reading of four times as much may take: linear takes four, quadratic sixteen. */
const LONGER = 9;
/** Milliseconds that say nothing: the machine does other things too. */
const NOISE = 250;

export const fill = (length: number, piece: string): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** The sizes grow, so that what is worse than that fails long before it has to read 1 MB. */
export const expectSteady = (text: (length: number) => string, read: (text: string) => unknown): Promise<void> =>
  expectSteadyOf(SIZES, text, read);

/** Of anything that there can be more and more of. */
export async function expectSteadyOf<T>(
  sizes: readonly number[],
  make: (size: number) => T,
  read: (made: T) => unknown,
): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  for (const size of sizes) {
    const input = make(size);
    const taken = await millisecondsOf(() => read(input));
    expect(taken, `of ${size}, after ${before} ms for a quarter`).toBeLessThan(LONGER * before + NOISE);
    before = taken;
  }
}

async function millisecondsOf(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
