/** Words for seeded issues and for people at work. */
import type { Random } from '../world/random.ts';

const SUBJECTS = ['Invoice export', 'Login page', 'Nightly import', 'Search index', 'Mail gateway', 'Order form'];
const TROUBLES = [
  'is slow',
  'fails for umlauts (ä, ö, ß)',
  'shows a blank page',
  'loses the last row',
  'needs a retry',
];
const PLACES = ['on Mondays', 'after the upgrade', 'in the test system', 'for one customer', 'with large files'];
const REMARKS = [
  'I can reproduce this.',
  'Please look at the *log* of last night.',
  'A colleague of mine sees it too.\r\n\r\nShall we talk tomorrow?',
  'Fixed on my side, please check.',
  'The customer asks for a date.',
  'Attached numbers: 12, 15 and 18 %.',
];

export function summaryText(random: Random): string {
  return `${random.pick(SUBJECTS)} ${random.pick(TROUBLES)} ${random.pick(PLACES)}`;
}

export function descriptionText(random: Random): string {
  return `h3. What happens\r\n${summaryText(random)}.\r\n\r\n* seen ${random.between(2, 40)} times\r\n* since ${random.pick(PLACES)}`;
}

export function remarkText(random: Random): string {
  return random.pick(REMARKS);
}

export function referenceText(random: Random): string {
  return `CUST-${random.between(1000, 9999)}`;
}
