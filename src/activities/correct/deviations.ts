/**
 * What of the new configuration is not the translated one, and stays so because a person said so. An acceptance is
 * about the path and both values: whatever changes later at the same place is a difference again.
 */
import type { Synchronization } from '../../backbone/types.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import type { AcceptedDeviation } from '../../evidence/types.ts';
import { type Difference, sameConfiguration } from '../../mapping/compare.ts';
import { parsedExactly } from '../../mapping/json.ts';
import { withOwnKeys } from '../../mapping/ownKeys.ts';
import { factOf, type StepContext } from '../context.ts';
import { answerEntries, answerTo, ask, nameOf } from '../questions.ts';

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
  const isAccepted = (difference: Difference) => answerTo(context, keepQuestion(context, difference)) !== undefined;
  return { open: details.filter((each) => !isAccepted(each)), accepted: details.filter(isAccepted) };
}

/** About both values, and the synchronization in which one of them stands. */
export function keepQuestion(context: StepContext, { path, kind, live, wanted }: Difference): AskedQuestion {
  return ask({
    id: `keep:${path}`,
    text: `At ${path} stands ${shown(live)}, and the translation has ${shown(wanted)}. Shall it stay as it stands?`,
    choices: [
      {
        value: 'keep',
        label: 'Yes: from now on this is what is wanted there, and whoever approves sees who decided it',
      },
    ],
    optional: true,
    shows: { path, kind, live: live ?? null, wanted: wanted ?? null, of: factOf(context, 'createdArtifact') },
  });
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
  const answers = await answerEntries(context);
  return accepted.map((difference) => {
    const { path, live: stands = null, wanted = null } = difference;
    const { n: entry, actor = null, by } = answers.get(nameOf(keepQuestion(context, difference))) ?? {};
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
