/**
 * What is known of a migration, fact by fact, as one table: whose it is, how a run that takes over knows it, and when it holds no
 * more. A fact that has no row does not compile, so that none is kept for a synchronization it was not read of.
 */
import type { StepName } from './names.ts';
import type { Facts } from './steps.ts';

export interface FactRule {
  /** `new`: of the very synchronization that `createdArtifact` names. With another one in its place the fact is gone. */
  of: 'migration' | 'new';
  /**
   * How it outlives its run. `artifact`: an address, which entries carry under the same name · `value`: a count or a digest that entries carry under the
   * same name · `artifactOf…` the artifact under that name holds it · `entries`: told from what they say happened · `again`: a step finds
   * it again before anybody needs it, so it is the only kind that an activity believes the workflow.
   */
  kept: 'artifact' | 'value' | 'planArtifact' | 'createdArtifact' | 'entries' | 'again';
  /** Of one way forward: forward again after going back, it is made again. */
  once?: true;
}

export const FACTS = {
  plan: { of: 'migration', kept: 'planArtifact' },
  planArtifact: { of: 'migration', kept: 'artifact' },
  stoppedAt: { of: 'migration', kept: 'entries' },
  configuration: { of: 'migration', kept: 'artifact' },
  issueData: { of: 'migration', kept: 'artifact' },
  pairs: { of: 'migration', kept: 'value' },
  undelivered: { of: 'migration', kept: 'artifact' },
  translated: { of: 'migration', kept: 'artifact' },
  corrections: { of: 'migration', kept: 'artifact' },
  // What people decided about comments and issues that cannot be seen, whichever synchronization carries them.
  pairingState: { of: 'migration', kept: 'artifact' },
  created: { of: 'new', kept: 'createdArtifact' },
  createdArtifact: { of: 'new', kept: 'artifact' },
  imported: { of: 'new', kept: 'artifact' },
  translatedData: { of: 'new', kept: 'artifact' },
  pairing: { of: 'new', kept: 'artifact' },
  asked: { of: 'migration', kept: 'again' },
  pairedFrom: { of: 'new', kept: 'artifact' },
  preImage: { of: 'new', kept: 'artifact' },
  dropped: { of: 'new', kept: 'value' },
  forecastAtStart: { of: 'new', kept: 'artifact' },
  startedAt: { of: 'new', kept: 'entries' },
  resync: { of: 'new', kept: 'artifact', once: true },
  resyncAsked: { of: 'new', kept: 'artifact', once: true },
  packet: { of: 'new', kept: 'artifact', once: true },
  evidence: { of: 'new', kept: 'artifact', once: true },
  decision: { of: 'new', kept: 'artifact', once: true },
  attested: { of: 'new', kept: 'entries', once: true },
  spent: { of: 'migration', kept: 'entries' },
  deletedAt: { of: 'migration', kept: 'again' },
  delta: { of: 'new', kept: 'artifact', once: true },
  atRest: { of: 'new', kept: 'value', once: true },
  residue: { of: 'migration', kept: 'again', once: true },
} as const satisfies Record<keyof Facts, FactRule>;

type Kept<How extends FactRule['kept']> = {
  [Name in keyof typeof FACTS]: (typeof FACTS)[Name]['kept'] extends How ? Name : never;
}[keyof typeof FACTS];

const rows = Object.entries(FACTS) as [keyof Facts, FactRule][];
const named = (wanted: (rule: FactRule) => boolean): (keyof Facts)[] =>
  rows.filter(([, rule]) => wanted(rule)).map(([name]) => name);

/** Facts that are addresses of artifacts. */
export const ARTIFACT_FACTS = named(({ kept }) => kept === 'artifact') as Kept<'artifact'>[];
export const VALUE_FACTS = named(({ kept }) => kept === 'value') as Kept<'value'>[];

const ENDING = {
  /** Another synchronization stands in the place of the new one. */
  another: named(({ of }) => of === 'new'),
  /** Forward again after going back. */
  forwardAgain: named(({ once }) => once === true),
} as const;

/** Times that an entry says as they were read, under the same name. */
export const TIME_FACTS = ['stoppedAt', 'startedAt'] as const satisfies (keyof Facts)[];

/** What no entry has, and nothing rests on: all that an activity takes from whoever asks for it. */
export function factsOfCaller(facts: Facts): Facts {
  const taken = { ...facts };
  for (const [name, { kept }] of rows) if (kept !== 'again') delete taken[name];
  return taken;
}

/** What is left of the facts when something ends. */
export function factsWithout(facts: Facts, what: keyof typeof ENDING): Facts {
  const left = { ...facts };
  for (const name of ENDING[what]) delete left[name];
  return left;
}

/** Whether what is known was read of another synchronization than this one. */
export const isAnother = ({ createdArtifact }: Facts, created: string | undefined): boolean =>
  created !== undefined && createdArtifact !== undefined && created !== createdArtifact;

/** With what was learnt. Where that is another new synchronization, nothing is known of it yet. */
export const withFacts = (facts: Facts, learnt: Partial<Facts>): Facts => ({
  ...(isAnother(facts, learnt.createdArtifact) ? factsWithout(facts, 'another') : facts),
  ...learnt,
});

/** With how a step is known to be done: what rests on somebody's word counts as such until it is read. */
export function withBasis({ attested = [], ...facts }: Facts, step: StepName, basis: unknown): Facts {
  const others = attested.filter((name) => name !== step);
  const now = basis === 'attested' ? [...others, step] : others;
  return now.length > 0 ? { ...facts, attested: now } : facts;
}
