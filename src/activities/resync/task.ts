/**
 * A resync as a person's task: which issues, which fields, in which direction, exactly. That it was done cannot be read for
 * certain, since an ordinary edit sends messages too; that a pair has sent nothing since it was asked for can.
 */
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { keysJql } from '../../jira/jql.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor } from '../context.ts';
import { ask } from '../questions.ts';
import { liveConfiguration } from '../translation.ts';
import { fromA, keysToSend, type Phase, phasePairs, senderOf, sentBy } from './chunks.ts';
import { fieldPairs } from './mappedFields.ts';
import type { ResyncChunk } from './plan.ts';

/** The task's file, kept so that what is asked stays the same while people work on. */
export interface AskedResync {
  phase: Phase['id'];
  /** The projects. */
  from: string;
  to: string;
  requests: { jql: string; fields: string[]; fieldMappings: string[] }[];
  connector: string;
  /** By issue key: the last message that it had sent through the connector when this was asked, as decimal text: it may exceed 2^53. */
  sentBefore: Record<string, string>;
}

export async function askResync(context: StepContext, phase: Phase): Promise<AskedResync> {
  const { id, chunks } = phase;
  const { a, b } = planOf(context);
  const [first] = chunks;
  const connector = first ? senderOf(context, first) : '';
  const [from, to] = first && fromA(first) ? [a.project, b.project] : [b.project, a.project];
  const names = await fieldNames(context);
  const pairs = await phasePairs(context, phase);
  const thinned: ResyncChunk[] = [];
  for (const chunk of chunks) thinned.push({ ...chunk, keys: await keysToSend(context, chunk, pairs) });
  const left = thinned.filter(({ keys }) => keys.length > 0);
  const requests = left.map(({ keys, fieldMappings }) => ({
    jql: keysJql(keys),
    fields: fieldMappings.map((mapping) => names.get(mapping) ?? mapping),
    fieldMappings,
  }));
  const keys = left.flatMap((chunk) => chunk.keys);
  return {
    phase: id,
    from,
    to,
    requests,
    connector,
    sentBefore: Object.fromEntries([...(await sentBy(context, connector, keys))].map(([key, id]) => [key, `${id}`])),
  };
}

/** The names that a person sees in Backbone's dialog, by field mapping. */
async function fieldNames(context: StepContext): Promise<Map<string, string>> {
  const fields = new Map(
    (await context.open(planOf(context).a.instance).jira.fields()).map(({ id, name }) => [id, name]),
  );
  return new Map(
    fieldPairs(await liveConfiguration(context)).map(({ id, aField }) => [id, fields.get(aField) ?? aField]),
  );
}

/** What speaks against its having been done: issues that have sent nothing since. Where sequences cannot be read, nothing does. */
export async function silentSince(context: StepContext, asked: AskedResync): Promise<string[]> {
  if (!planOf(context).sequencesCalibrated) return [];
  const now = await sentBy(context, asked.connector, Object.keys(asked.sentBefore));
  return Object.entries(asked.sentBefore)
    .filter(([key, before]) => (now.get(key) ?? 0) <= BigInt(before))
    .map(([key]) => `${key} has sent nothing since this was asked`);
}

/** A longer JQL is read from the file. */
const SHOWN_JQL = 400;

/** About the list, and the plan that it is a part of: after going back and forward again the same list is another resync. */
export const resyncQuestion = (context: StepContext, id: Phase['id'], asked: string): AskedQuestion =>
  ask({
    id,
    text: 'Is the resync done, and through?',
    choices: [
      { value: 'done', label: 'Yes', evidence: 'refused while an issue is seen to have sent nothing' },
      { value: 'doneUnseen', label: 'Yes, and that some issues sent nothing is right' },
    ],
    shows: { asked, plan: factOf(context, 'resync') },
  });

export function resyncTask(
  context: StepContext,
  asked: AskedResync,
  { digest, question }: { digest: string; question: AskedQuestion },
): HumanTask {
  const { key } = factOf(context, 'created');
  const { a } = planOf(context);
  const { phase, from, to, requests } = asked;
  const file = `${key}-resync-${from}-${to}.json`;
  return taskFor(context, {
    title: `Resync ${key} from ${from} to ${to}${phase === 'resyncHeld' ? ', the issues that were held back' : ''}`,
    why: 'The instance has no interface for us to resync (configuration: resync: person).',
    who: administratorOf(a),
    clicks: [
      `Open ${key} on ${a.instance} and trigger a resync from project ${from} to project ${to}, once for each of these:`,
      ...requests.map(({ jql, fields }, n) => {
        const query = jql.length <= SHOWN_JQL ? jql : `the jql of request ${n + 1} in the file`;
        return `Select only the fields ${fields.join(', ')}, for the issues ${query}`;
      }),
    ],
    files: [{ name: file, digest }],
    questions: [question],
  });
}
