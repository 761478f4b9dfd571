/** A synchronization that may be the new one: what a person is shown of it before they say so. */
import type { AskedQuestion } from '../contract/tasks.ts';
import type { StepContext } from './context.ts';
import { readIssueData } from './issueData.ts';
import type { NewOne } from './ours.ts';
import { nameOf, newPlace } from './presence.ts';
import { ask } from './questions.ts';

export interface Candidate {
  name: string;
  /** About everything that is shown: as soon as anything of it is another, it is asked anew. */
  question: AskedQuestion;
}

export async function candidateOf(context: StepContext, one: NewOne): Promise<Candidate> {
  const { key, value } = one;
  const name = nameOf(newPlace(context, key));
  const evidence = await describe(context, one);
  const question = ask({
    id: 'created',
    text: `Was ${name} made for this migration? It will be configured, paired and started.`,
    choices: [{ value: key, label: `Yes: ${name} is the new synchronization`, evidence }],
    shows: [name, value.firstConnector.connectorKey, value.secondConnector.connectorKey, evidence],
  });
  return { name, question };
}

/** Who made it and when, and what it holds. */
export async function describe(context: StepContext, { key, value, raw }: NewOne): Promise<string> {
  const { instance } = newPlace(context, key);
  const firstConnector = value.firstConnector.connectorKey;
  const secondConnector = value.secondConnector.connectorKey;
  const { size } = await readIssueData(context, { instance, firstConnector, secondConnector });
  const creator = typeof value.createdUser === 'string' ? value.createdUser : 'somebody';
  const pairs = `${size} ${size === 1 ? 'pair' : 'pairs'}`;
  const description = value.description ? `"${value.description}"` : 'no description';
  return `made by ${creator} on ${value.createdDate ?? 'an unknown day'}, ${raw.status}, ${pairs}, ${description}`;
}
