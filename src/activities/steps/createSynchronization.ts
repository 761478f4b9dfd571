/** Step 2.1 of the guide: create a new synchronization on the new instance. Creation has no idempotency key, so a marker goes
 * into the description, and what is already there between the two projects is looked for first. */
import { createSynchronization as createRequest } from '../../backbone/requests.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { newOneGone } from '../newOne.ts';
import { syncUsersAsked } from '../preflight/syncUsers.ts';
import { identityOf, readPresentOriginal, recordCreated, runMarker, synchronizationsBetween } from '../reading.ts';
import type { Step } from '../step.ts';
import { undoCreate } from '../undo/undoCreate.ts';
import { write } from '../write.ts';

export const createSynchronization: Step = {
  name: 'createSynchronization',
  undo: undoCreate,

  async check(context) {
    const plan = planOf(context);
    const found = await synchronizationsBetween(context.open, plan);
    const [created, another] = found;
    if (another) {
      return {
        state: 'blocked',
        code: 'TwoCreated',
        reason: `There are ${found.length} synchronizations between ${sideName(plan.a)} and ${sideName(plan.b)}.`,
        remedy:
          'Delete the ones that are not wanted on the new instance (none of them was started by us), then send retry.',
        items: found.map((synchronization) => synchronization.integrationKey),
      };
    }
    if (!created) {
      const missing = [
        `no synchronization between ${sideName(plan.a)} and ${sideName(plan.b)} on ${plan.a.instance} yet`,
      ];
      return (await newOneGone(context)) ?? toBeDone(context, missing, () => createTask(context));
    }
    const key = created.integrationKey;
    // Recorded before anything else is done with it: only what carries our marker may ever be deleted by a rollback.
    const ours = (created.description ?? '').includes(runMarker(context));
    if (ours && !context.claim.created.includes(`${plan.a.instance}/${key}`)) {
      await recordCreated(context, key);
    }
    // Not this migration's before it may stay: another one in its place is no change of what was done.
    const question = await syncUsersAsked(context, plan, (await readPresentOriginal(context)).value, created);
    if (question) {
      const task = () => syncUsersTask(context, key, question);
      return { state: 'notDone', missing: [question.text], next: 'person', task, asks: question.about };
    }
    const identity = await identityOf(context.open(plan.a.instance), created);
    const createdArtifact = await context.store.artifacts.putJson(identity);
    return { state: 'done', basis: 'read', facts: { created: identity, createdArtifact }, note: key };
  },

  async perform(context) {
    const plan = planOf(context);
    const original = await readPresentOriginal(context);
    const end = (side: typeof plan.a) => ({
      projectKey: side.project,
      baseUrl: context.open(side.instance).config.baseUrl,
      instance: side.instance,
    });
    await write(context, {
      part: 'create',
      instance: plan.a.instance,
      request: createRequest({
        summary: original.value.summary ?? `${plan.a.project} <> ${plan.b.project}`,
        description: `${original.value.description ?? ''} ${runMarker(context)}`.trim(),
        first: end(plan.a),
        second: end(plan.b),
      }),
      settled: async () => (await synchronizationsBetween(context.open, plan)).length > 0,
    });
  },
};

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
      `Put ${runMarker(context)} into the description.`,
      'Do not start it.',
    ],
    waitingFor: `a synchronization between both projects is listed on ${plan.a.instance}.`,
  });
}
