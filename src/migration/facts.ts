/**
 * What is known of a migration, fact by fact, as one table: whose it is, and how entries say it. A fact that has no row does not compile,
 * so that none is kept for a synchronization that it was not read of.
 */
import type { Recorded } from './state.ts';

/**
 * `migration`: as long as that lasts · `new`: of the very synchronization that `createdArtifact` names · `round`: of that one, and of one
 * way forward: forward again after going back it is made again.
 */
export type Owner = 'migration' | 'new' | 'round';

interface FactRule {
  of: Owner;
  /** `artifact`: an address, among the digests of an entry · `value`: a count, a digest or a time in its subject. */
  in: 'artifact' | 'value';
}

export const FACTS = {
  planArtifact: { of: 'migration', in: 'artifact' },
  configuration: { of: 'migration', in: 'artifact' },
  issueData: { of: 'migration', in: 'artifact' },
  pairs: { of: 'migration', in: 'value' },
  undelivered: { of: 'migration', in: 'artifact' },
  translated: { of: 'migration', in: 'artifact' },
  corrections: { of: 'migration', in: 'artifact' },
  // What people decided about comments and issues that cannot be seen, whichever synchronization carries them.
  pairingState: { of: 'migration', in: 'artifact' },
  createdArtifact: { of: 'new', in: 'artifact' },
  createdKey: { of: 'new', in: 'value' },
  imported: { of: 'new', in: 'artifact' },
  translatedData: { of: 'new', in: 'artifact' },
  pairing: { of: 'new', in: 'artifact' },
  pairedFrom: { of: 'new', in: 'artifact' },
  preImage: { of: 'new', in: 'artifact' },
  dropped: { of: 'new', in: 'value' },
  forecastAtStart: { of: 'new', in: 'artifact' },
  resync: { of: 'round', in: 'artifact' },
  resyncAsked: { of: 'round', in: 'artifact' },
  packet: { of: 'round', in: 'artifact' },
  evidence: { of: 'round', in: 'artifact' },
  decision: { of: 'round', in: 'artifact' },
  delta: { of: 'round', in: 'artifact' },
  atRest: { of: 'round', in: 'value' },
  residueArtifact: { of: 'round', in: 'artifact' },
} as const satisfies Record<keyof Recorded, FactRule>;

type Named<How extends FactRule['in']> = {
  [Name in keyof typeof FACTS]: (typeof FACTS)[Name]['in'] extends How ? Name : never;
}[keyof typeof FACTS];

const rows = Object.entries(FACTS) as [keyof Recorded, FactRule][];
const named = (how: FactRule['in']) => rows.filter(([, rule]) => rule.in === how).map(([name]) => name);

export const ARTIFACT_FACTS = named('artifact') as Named<'artifact'>[];
export const VALUE_FACTS = named('value') as Named<'value'>[];

/** Facts without those that end with these. */
export function factsWithout(facts: Recorded, owners: readonly Owner[]): Recorded {
  const left = { ...facts };
  for (const [name, { of }] of rows) if (owners.includes(of)) delete left[name];
  return left;
}
