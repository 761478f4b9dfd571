/** Synchronizations that may be the new one: what a person is shown of each before they say so. */

import type { AskedQuestion } from '../contract/tasks.ts';
import { counted } from '../contract/text.ts';
import type { StepContext } from './context.ts';
import { readIssueData } from './issueData.ts';
import type { NewOne } from './ours.ts';
import { nameOf, newPlace } from './presence.ts';
import { ask } from './questions.ts';

export interface Candidates {
  names: string[];
  /** About everything that is shown: as soon as anything of it is another, it is asked anew. Answered with the key of one. */
  question: AskedQuestion;
}

export async function candidatesOf(context: StepContext, ones: NewOne[]): Promise<Candidates> {
  const shown = await Promise.all(
    ones.map(async (one) => ({
      name: nameOf(newPlace(context, one.key)),
      one,
      evidence: await describe(context, one),
    })),
  );
  const names = shown.map(({ name }) => name);
  const question = ask({
    id: 'created',
    text:
      names.length === 1
        ? `Was ${names.join()} made for this migration? It will be configured, paired and started.`
        : `Which of ${names.join(', ')} was made for this migration? It will be configured, paired and started, once the others are deleted.`,
    choices: shown.map(({ name, one: { key }, evidence }) => ({
      value: key,
      label: `${names.length === 1 ? 'Yes: ' : ''}${name} is the new synchronization`,
      evidence,
    })),
    shows: shown.map(({ name, one: { value }, evidence }) => [
      ...[name, value.firstConnector.connectorKey, value.secondConnector.connectorKey, evidence],
    ]),
  });
  return { names, question };
}

/** Who made it and when, and what it holds. */
export async function describe(context: StepContext, { key, value, raw }: NewOne): Promise<string> {
  const { instance } = newPlace(context, key);
  const firstConnector = value.firstConnector.connectorKey;
  const secondConnector = value.secondConnector.connectorKey;
  const { size } = await readIssueData(context, { instance, firstConnector, secondConnector });
  const creator = typeof value.createdUser === 'string' ? value.createdUser : 'somebody';
  const pairs = counted(size, 'pair');
  const description = value.description ? `"${value.description}"` : 'no description';
  return `made by ${creator} on ${value.createdDate ?? 'an unknown day'}, ${raw.status}, ${pairs}, ${description}`;
}
