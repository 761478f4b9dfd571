/** Step 2.1 of the guide: create a new synchronization on the new instance. Creation has no idempotency key, so a marker goes
 * into the description, and what is already there between the two projects is looked for first. */
import { createSynchronization as createRequest } from '../../backbone/requests.ts';
import type { CheckResult } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { tookEffect } from '../../store/intents.ts';
import { type Candidates, candidatesOf } from '../candidates.ts';
import { administratorOf, performerOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { originalOrGone } from '../originalGone.ts';
import {
  askGone,
  isMarked,
  isOfAnotherMigration,
  isOurs,
  type NewOne,
  newOnes,
  recordOurs,
  runMarker,
  twoCreated,
} from '../ours.ts';
import { syncUsersAsked } from '../preflight/syncUsers.ts';
import { readPresentOriginal } from '../presence.ts';
import { answerTo } from '../questions.ts';
import { identityOf, synchronizationsBetween } from '../reading.ts';
import type { Step } from '../step.ts';
import { undoCreate } from '../undo/undoCreate.ts';
import { write } from '../write.ts';

export const createSynchronization: Step = {
  name: 'createSynchronization',
  undo: undoCreate,

  async check(context) {
    const plan = planOf(context);
    const { there, unexplained } = await newOnes(context);
    const others = there.filter(({ value }) => !isMarked(context, value) && isOfAnotherMigration(context, value));
    if (others.length > 0) return notOurs(context, others);
    const found = there.find(({ value }) => isOurs(context, value));
    // One of them is ours already: which one that is, nobody has to say.
    if (found && there.length > 1) {
      return twoCreated(
        context,
        there.map(({ key }) => key),
      );
    }
    if (unexplained.length > 0) return askGone(context, unexplained);
    if (found) return adopted(context, found);
    if (there.length > 0) return askWhose(context, there);
    const missing = [
      `no synchronization between ${sideName(plan.a)} and ${sideName(plan.b)} on ${plan.a.instance} yet`,
    ];
    const last = await context.known.newestIntent('createSynchronization', await partOf(context));
    // Answered, and no node that we asked has heard of it.
    if (last && tookEffect(last) && context.claim.created.length === 0)
      return { state: 'notDone', missing, next: 'wait' };
    return toBeDone(context, missing, () => createTask(context));
  },

  async perform(context) {
    const plan = planOf(context);
    const original = await readPresentOriginal(context);
    const end = (side: typeof plan.a) => ({
      projectKey: side.project,
      baseUrl: context.open(side.instance).config.baseUrl,
      instance: side.instance,
    });
    const listed = () => synchronizationsBetween(context, plan);
    const answer = await write(context, {
      part: await partOf(context),
      instance: plan.a.instance,
      request: createRequest({
        summary: original.value.summary ?? `${plan.a.project} <> ${plan.b.project}`,
        description: `${original.value.description ?? ''} ${runMarker(context)}`.trim(),
        first: end(plan.a),
        second: end(plan.b),
      }),
      still: async () => (await listed()).length === 0,
      settled: async () => (await listed()).some((one) => isMarked(context, one)),
    });
    const key = keyOfCreated(answer?.body);
    if (key) await recordOurs(context, key);
  },
};

/** Once for each time that what was there before is known to be gone. */
async function partOf({ known }: StepContext): Promise<string> {
  const gone = new Set((await known.all()).flatMap(({ subject }) => (subject.gone ? [subject.gone] : []))).size;
  return gone === 0 ? 'create' : `create, ${gone} gone`;
}

/** `undefined` in an answer of another shape: then it is found in the list. */
function keyOfCreated(body: unknown): string | undefined {
  const key: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'integrationKey') : undefined;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

async function adopted(context: StepContext, { key, value }: NewOne): Promise<CheckResult> {
  const plan = planOf(context);
  // Not this migration's before it may stay: another one in its place is no change of what was done.
  const original = await originalOrGone(context);
  if (!original.there && original.asks) return original.asks;
  const question = original.there && (await syncUsersAsked(context, plan, original.there.value, value));
  if (question) {
    const task = () => syncUsersTask(context, key, question);
    return { state: 'notDone', missing: [question.text], next: 'person', task, asks: question.about };
  }
  await recordOurs(context, key);
  const created = await identityOf(context.open(plan.a.instance), value);
  const createdArtifact = await context.store.artifacts.putJson(created);
  return { state: 'done', basis: 'read', facts: { created, createdArtifact, createdKey: key }, note: key };
}

/** Somebody made them, and none says for whom: one is ours only if a person says so who was shown what each is. */
async function askWhose(context: StepContext, there: NewOne[]): Promise<CheckResult> {
  const { names, question } = await candidatesOf(context, there);
  const answer = answerTo(context, question);
  const chosen = there.find(({ key }) => key === answer);
  if (chosen) return adopted(context, chosen);
  const missing = names.map((name) => `${name} stands between both projects and does not carry our mark`);
  const task = () => whoseTask(context, { names, question });
  return { state: 'notDone', missing, next: 'person', asks: question.about, task };
}

const notOurs = ({ facts: { plan } }: StepContext, others: NewOne[]): CheckResult => ({
  state: 'blocked',
  code: 'NotOurs',
  reason: `${others.map(({ key, value }) => `${key} (${value.description})`).join(', ')} between both projects on ${plan?.a.instance} carries the mark of another migration.`,
  remedy: 'End the migration that it belongs to, or delete it if that one is over, then send retry.',
  items: others.map(({ key }) => key),
});

function whoseTask(context: StepContext, { names, question }: Candidates): HumanTask {
  const { a } = planOf(context);
  const mark = runMarker(context);
  const [which, name] = names.length === 1 ? ['whether', names.join()] : ['which of', names.join(', ')];
  return taskFor(context, {
    title: `Say ${which} ${name} was made for this migration`,
    why: `Somebody made ${names.length === 1 ? 'it' : 'them'} between both projects, without ${mark} in the description. Until you say so, nothing is written there.`,
    who: administratorOf(a),
    clicks: [
      `Open ${name} and see who made it, and what for.`,
      `If it is for this migration, say so, or put ${mark} into its description.`,
      performerOf(context) === 'rest'
        ? 'If it is not, delete it or end what it is for: two synchronizations of the same projects duplicate issues. Then one is created.'
        : `If it is not, delete it or end what it is for, and create another one with ${mark} in its description.`,
    ],
    waitingFor: `a synchronization between both projects with ${mark} in its description is listed on ${a.instance}.`,
    questions: [question],
  });
}

function syncUsersTask(context: StepContext, key: string, question: AskedQuestion): HumanTask {
  const { a } = planOf(context);
  return taskFor(context, {
    title: `Accept the sync users of ${key} on ${a.instance}, or create it with others`,
    why: "A sync user's own changes are never carried on, so another one changes what reaches whom.",
    who: `${administratorOf(a)} Whoever is responsible for the projects that are named.`,
    clicks: [
      'Read what changes, and accept it.',
      `Or delete ${key}, and create it once more with the same description and the sync users of the original: the pages cannot change them.`,
    ],
    questions: [question],
  });
}

function createTask(context: StepContext): HumanTask {
  const plan = planOf(context);
  return taskFor(context, {
    title: `Create a synchronization between ${sideName(plan.a)} and ${sideName(plan.b)}`,
    why: 'The body of the creating request is not documented (configuration: createSynchronization: person).',
    who: `${administratorOf(plan.a)} The partner's connection asks for the sync user of ${plan.b.instance}.`,
    clicks: [
      `Open Backbone on ${plan.a.instance} and click Create synchronization.`,
      `Choose project ${plan.a.project} here and project ${plan.b.project} on ${context.open(plan.b.instance).config.baseUrl}.`,
      `Put ${runMarker(context)} into the description. Without it you are asked whose it is.`,
      'Do not start it.',
    ],
    waitingFor: `a synchronization between both projects with ${runMarker(context)} in its description is listed on ${plan.a.instance}.`,
  });
}
