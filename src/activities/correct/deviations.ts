/**
 * What of the new configuration is not the translated one, and stays so because a person said so. An acceptance names the path and,
 * by a digest, both values: whatever changes later at the same place is a difference again.
 */
import type { Synchronization } from '../../backbone/types.ts';
import type { Question } from '../../contract/tasks.ts';
import type { AcceptedDeviation } from '../../evidence/types.ts';
import { type Difference, sameConfiguration } from '../../mapping/compare.ts';
import { parsedExactly } from '../../mapping/exactly.ts';
import { withOwnKeys } from '../../mapping/ownKeys.ts';
import { digestOf } from '../../store/canonical.ts';
import { factOf, planOf, type StepContext } from '../context.ts';

const KEEP = 'keep';

export interface Differences {
  /** Nobody has said that they may be. */
  open: Difference[];
  accepted: Difference[];
}

/** As it is to be imported: with the keys of the connectors that the new synchronization has. */
async function translatedText(context: StepContext): Promise<string> {
  const bytes = await context.store.artifacts.getBytes(factOf(context, 'translated'));
  return withOwnKeys(bytes.toString('utf8'), factOf(context, 'created'));
}

export const translatedConfiguration = async (context: StepContext): Promise<Synchronization> =>
  parsedExactly(await translatedText(context)) as Synchronization;

/** The same as an artifact. */
export const translatedFile = async (context: StepContext): Promise<string> =>
  context.store.artifacts.put(Buffer.from(await translatedText(context)), 'application/json');

export function differencesOf(context: StepContext, live: Synchronization, wanted: Synchronization): Differences {
  const { details } = sameConfiguration(live, wanted);
  const isAccepted = (difference: Difference) => context.answers[keepId(context, difference)] === KEEP;
  return { open: details.filter((each) => !isAccepted(each)), accepted: details.filter(isAccepted) };
}

/** `keep:comments.direction#3f9ac2d18b7e0a51@jira-new/INT-5`. */
function keepId(context: StepContext, { path, kind, live = null, wanted = null }: Difference): string {
  const seen = digestOf({ path, kind, live, wanted }).slice(0, 16);
  return `keep:${path}#${seen}@${planOf(context).a.instance}/${factOf(context, 'created').key}`;
}

export function keepQuestion(context: StepContext, difference: Difference): Question {
  const { path, live, wanted } = difference;
  return {
    id: keepId(context, difference),
    text: `At ${path} stands ${shown(live)}, and the translation has ${shown(wanted)}. Shall it stay as it stands?`,
    choices: [
      { value: KEEP, label: 'Yes: from now on this is what is wanted there, and whoever approves sees who decided it' },
    ],
    optional: true,
  };
}

/** A value of a configuration in a sentence. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const LONGEST = 300;

/** With who accepted each, by the entry of the ledger. */
export async function acceptedDeviations(context: StepContext, live: Synchronization): Promise<AcceptedDeviation[]> {
  const { accepted } = differencesOf(context, live, await translatedConfiguration(context));
  if (accepted.length === 0) return [];
  const { ledger, artifacts } = context.store;
  const [entries, names] = await Promise.all([context.known.entries(), ledger.texts(context.holder.migration)]);
  const who = new Map<string, { entry: number; actor: string | null }>();
  for (const { n, kind, subject, digests, actor } of entries) {
    if (kind !== 'verb' || subject.verb !== 'answer' || !digests.answers) continue;
    for (const id of Object.keys(await artifacts.getJson<object>(digests.answers))) who.set(id, { entry: n, actor });
  }
  return accepted.map((difference) => {
    const { path, live: stands = null, wanted = null } = difference;
    const { entry, actor = null } = who.get(keepId(context, difference)) ?? {};
    const by = actor === null ? undefined : names[actor];
    return {
      path,
      wanted,
      live: stands,
      ...(entry === undefined ? {} : { entry }),
      actor,
      ...(by === undefined ? {} : { by }),
    };
  });
}
