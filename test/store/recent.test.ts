/** What is kept in memory of artifacts stays small, and is what was asked for last. */
import { expect, it } from 'vitest';
import { RecentTexts } from '../../src/store/recent.ts';

const MILLION = 1024 * 1024;

it('keeps what was asked for last', () => {
  const recent = new RecentTexts();
  for (let n = 0; n < 16; n++) recent.keep(`${n}`, `${n}`.padEnd(MILLION));
  expect(recent.get('0')).toBe('0'.padEnd(MILLION));
  recent.keep('16', '16');
  expect(recent.get('1')).toBeUndefined();
  for (const digest of ['0', '2', '16']) expect(recent.get(digest)?.trimEnd()).toBe(digest);
});

it('keeps nothing large, and nothing twice', () => {
  const recent = new RecentTexts();
  recent.keep('large', 'x'.repeat(MILLION + 1));
  expect(recent.get('large')).toBeUndefined();
  for (let n = 0; n < 100; n++) recent.keep('same', 'x'.repeat(MILLION));
  for (let n = 0; n < 15; n++) recent.keep(`${n}`, 'x'.repeat(MILLION));
  expect(recent.get('same')).toHaveLength(MILLION);
});
