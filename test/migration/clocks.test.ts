/** Instances whose clocks are minutes apart, and from ours: order is told by their own times and by sequence ids. */
import { describe, expect, it } from 'vitest';
import { madeSince } from '../../src/activities/forecast.ts';
import { act } from '../support/persons.ts';
import { ledgerOf, rehearse } from '../support/rehearsal.ts';

const MINUTES = 60_000;
const HOMES = ['jira-old', 'jira-new', 'jira-partner'] as const;

const clocks = (...minutes: [old: number, now: number, partner: number]) =>
  Object.fromEntries(HOMES.map((name, n) => [name, (minutes[n] ?? 0) * MINUTES]));

const WORLDS = [
  { what: 'all instances are five minutes behind and people work', clocks: clocks(-5, -5, -5), people: true },
  { what: 'all instances are five minutes ahead and people work', clocks: clocks(5, 5, 5), people: true },
  // Which of two edits of one field is the newer one, Backbone itself decides by these clocks: nobody works then.
  { what: 'the two new sides are ten minutes apart', clocks: clocks(0, -5, 5) },
  { what: 'the old home alone is ahead', clocks: clocks(7, 0, -2) },
];

describe('a migration', () => {
  it.concurrent.for(WORLDS)('loses and doubles nothing when $what', { timeout: 120_000 }, async (world) => {
    await using rehearsal = await rehearse({ issues: 6, ambiguous: false, interval: 100, clocks: world.clocks });
    if (world.people) await rehearsal.control('POST', 'people', { action: 'start', everyMs: 300, seed: 5 });
    const handle = await rehearsal.start();
    const picture = await act(rehearsal, handle);
    expect(picture).toMatchObject({ state: 'Completed', blockers: [] });
    await rehearsal.control('POST', 'people', { action: 'stop' });
    const verdict = await rehearsal.sandbox.verdict(8000);
    expect(verdict).toMatchObject({ duplicates: 0, lostChanges: 0 });
    const measured = (await ledgerOf(rehearsal)).flatMap(({ subject }) => (subject.clocks ?? []) as string[]);
    for (const name of HOMES)
      expect(
        measured.some((line) => aheadOf(line, name, world.clocks[name] ?? 0)),
        `${name}: ${measured[0]}`,
      ).toBe(true);
  });
});

/** `jira-new: -300012 ms ahead, within 510 ms`, and that is true. */
function aheadOf(line: string, name: string, expected: number): boolean {
  const [, instance, ahead, within] = /^(.+): (-?\d+) ms ahead, within (\d+) ms$/.exec(line) ?? [];
  return instance === name && Math.abs(Number(ahead) - expected) <= Number(within);
}

it('what a clock may have put before the forecast is not taken for an issue that nobody foresaw', () => {
  const forecast = { at: 10_000 };
  expect([9_700, 9_701, 10_000].map((created) => madeSince(forecast, created, 300))).toEqual([true, true, true]);
  expect(madeSince(forecast, 9_699, 300)).toBe(false);
});
