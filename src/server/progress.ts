/** Receives one line of progress for a person to read, without a line break. */
export type OnProgress = (line: string) => void;

/**
 * Says `line(seconds)` at once and then every `everyMs` while `work` runs: a person who sees nothing for a few seconds
 * takes a program for hung.
 */
export async function reporting<T>(
  onProgress: OnProgress,
  line: (seconds: number) => string,
  work: () => Promise<T>,
  everyMs = 2_000,
): Promise<T> {
  const started = Date.now();
  const report = () => onProgress(line(Math.round((Date.now() - started) / 1000)));
  report();
  const ticking = setInterval(report, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(ticking);
  }
}
