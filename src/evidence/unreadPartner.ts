/** What a statement says where the partner's Jira was not read: what was compared, with what, and what was not. */
import type { PredicateName } from './predicates.ts';
import type { Observed, Predicate } from './types.ts';

type Reading = Omit<Predicate, 'name' | 'sentence'>;

/** `both`: it compares the two sides, so without the other there is nothing. `a`: A's half of it is read all the same. */
const NEEDS_PARTNER: Partial<Record<PredicateName, 'both' | 'a'>> = {
  readable: 'a',
  bornLate: 'a',
  witnesses: 'a',
  summaries: 'both',
  changedFields: 'both',
  comments: 'both',
  duplicates: 'a',
  forecast: 'a',
  files: 'a',
};

export function asFarAsRead(name: PredicateName, reading: Reading, observed: Observed): Reading {
  const needs = NEEDS_PARTNER[name];
  const { partner } = observed;
  if (!partner || !needs) return reading;
  const rest = reach(name, observed) ?? `${partner.name} was not read, nothing there was compared`;
  const text = needs === 'both' && reading.holds ? rest : `${reading.observed}; ${rest}`;
  return { ...reading, observed: needs === 'a' ? text.replace(/^[^;]+/, '$& (A alone)') : text, attested: true };
}

/** How far the file that the partner returned reaches for a statement; `undefined` where it says nothing about it. */
function reach(name: PredicateName, { partner, live }: Observed): string | undefined {
  if (!partner?.extract) return undefined;
  const { compared, changed, absent, rows } = partner.extract;
  const of = `of ${live.size} pairs`;
  const left = `${changed} changed on A since it was asked for, ${absent.length} not in it`;
  switch (name) {
    case 'summaries':
      return `${compared.summaries} ${of} compared with the extract of ${partner.name} (${left})`;
    case 'comments':
      return `numbers ${compared.comments} ${of} compared with the extract of ${partner.name} (${left})`;
    case 'witnesses':
      return `creation times ${compared.created} ${of} looked at in the extract of ${partner.name}`;
    case 'duplicates':
      return `${rows} issues looked at in the extract of ${partner.name}`;
    default:
      return undefined;
  }
}
