/** Durations as people write them: `200ms`, `5s`, `10m`, `2h`. */

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds. `undefined` when it is no duration, or none at all. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const milliseconds = Math.round(Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN));
  // setTimeout cannot wait longer than 2^31-1 ms and fires at once instead.
  return milliseconds > 0 && milliseconds < 2 ** 31 ? milliseconds : undefined;
}
