/** What must be in order before a migration begins; each check returns what stands against it, with a remedy. */
import { Context } from '@temporalio/activity';
import proto from '@temporalio/proto';
import type { Synchronization } from '../../backbone/types.ts';
import { MigratorError } from '../../contract/errors.ts';
import type { PlannedStep, PolicySnapshot, Refusal, Side } from '../../contract/steps.ts';
import { mirrorProblems } from '../../pairs/mirrors.ts';
import type { PairTable } from '../../pairs/table.ts';
import { type StepContext, sideName } from '../context.ts';
import { type ConnectorKeys, readIssueData } from '../issueData.ts';
import { pause, QUIET_INTERVALS } from '../pause.ts';
import { type Reading, synchronizationsBetween } from '../reading.ts';
import type { Sides } from './sides.ts';

/** The original as it stands, or why it cannot be read. Backbone lets in only those who administer the project. */
export async function presentOriginal(
  context: StepContext,
): Promise<{ value: Synchronization; bytes: Uint8Array } | Refusal[]> {
  const { instance, synchronization } = context.start.original;
  const name = `${instance}/${synchronization}`;
  try {
    const found = await context.open(instance).backbone.synchronization(synchronization);
    if (found.state === 'present') return found;
  } catch (error) {
    if (!(error instanceof MigratorError && error.code === 'RequestRefused' && error.status === 403)) throw error;
    return [
      {
        code: 'MissingPermissions',
        reason: `Backbone on ${instance} does not let our user read ${synchronization}.`,
        remedy: 'Make the user of the configuration an administrator of the project that the synchronization is on.',
        items: [name],
      },
    ];
  }
  return [
    {
      code: 'OriginalAbsent',
      reason: `There is no synchronization ${synchronization} on ${instance}, or our user does not see it.`,
      remedy: 'Check the key on the overview page of Backbone, and that our user administers the project.',
      items: [name],
    },
  ];
}

/** Errors hold back later messages of their issues; conflicts keep a configuration from being exported soundly. */
export async function originalHealth(context: StepContext, status: Reading): Promise<Refusal[]> {
  const { instance, synchronization } = context.start.original;
  const refusals: Refusal[] = [];
  if (status.errors > 0) {
    refusals.push({
      code: 'IssuesInError',
      reason: `${status.errors} issues of ${instance}/${synchronization} are in error; what comes after an error waits behind it.`,
      remedy: 'Empty its Troubleshooting tab first, as the guide asks.',
      items: [],
    });
  }
  if (!status.online) {
    refusals.push({
      code: 'ConnectorOffline',
      reason: `A connector of ${instance}/${synchronization} is offline.`,
      remedy: 'Bring the connection back, so that nothing is left under way.',
      items: [],
    });
  }
  const conflicts = await context.open(instance).backbone.conflicts(synchronization);
  if (conflicts.length > 0) {
    refusals.push({
      code: 'Conflicts',
      reason: `${conflicts.length} validation conflicts stand in the original's configuration.`,
      remedy: 'Correct them on its tabs: what is broken there would be broken in the new one.',
      items: conflicts.map((conflict) => JSON.stringify(conflict)),
    });
  }
  return refusals;
}

/**
 * A pair is held twice, mirrored, or the new synchronization would duplicate its issues. The original runs, and its connectors are read
 * one after the other: what a pair that was made between shows is gone at the next look. `seen`: the look that was taken already.
 */
export async function pairHealth(context: StepContext, keys: ConnectorKeys, seen: PairTable): Promise<Refusal[]> {
  let broken = mirrorProblems(seen);
  for (let look = 0; look < QUIET_INTERVALS && broken.length > 0; look++) {
    await pause(context.config.timing.outgoingInterval);
    using table = await readIssueData(context, keys);
    const still = new Set(mirrorProblems(table));
    broken = broken.filter((problem) => still.has(problem));
  }
  if (broken.length === 0) return [];
  return [
    {
      code: 'PairsNotMirrored',
      reason: `${broken.length} pairs are held by one connector only, or twice.`,
      remedy: 'Delete or complete these entries in the original.',
      items: broken,
    },
  ];
}

/** Our user has to see every project, and to act in Backbone (project admin) where something is configured. */
export async function permissions(context: StepContext, sides: Sides): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const needs: [Side, string[]][] = [
    [sides.a, ['BROWSE_PROJECTS', 'ADMINISTER_PROJECTS']],
    ...(sides.b.unread ? [] : [[sides.b, ['BROWSE_PROJECTS']] as [Side, string[]]]),
    ...(sides.moved ? [[sides.oldA, ['BROWSE_PROJECTS', 'ADMINISTER_PROJECTS']] as [Side, string[]]] : []),
  ];
  for (const [side, keys] of needs) {
    const { jira } = context.open(side.instance);
    if (!(await jira.project(side.project))) {
      refusals.push({
        code: 'ProjectAbsent',
        reason: `Project ${sideName(side)} does not exist, or our user does not see it.`,
        remedy: 'Move the project first, as the guide says, or give the user of the configuration sight of it.',
        items: [sideName(side)],
      });
      continue;
    }
    const granted = await jira.permissions(side.project, keys);
    const missing = keys.filter((key) => !granted[key]);
    if (missing.length > 0) {
      refusals.push({
        code: 'MissingPermissions',
        reason: `Our user lacks ${missing.join(', ')} in ${sideName(side)}.`,
        remedy:
          'Give the user of the configuration these permissions (the Administrators role of the project has them).',
        items: missing.map((key) => `${sideName(side)}: ${key}`),
      });
    }
  }
  return refusals;
}

export async function alreadySynchronized(context: StepContext, sides: Sides): Promise<Refusal[]> {
  const { instance, synchronization } = context.start.original;
  const existing = await synchronizationsBetween(context, {
    ...sides,
    original: {
      instance,
      key: synchronization,
      instanceIdentity: '',
      created: '',
      firstConnector: '',
      secondConnector: '',
    },
  });
  const ours = existing.filter(
    ({ integrationKey }) => !context.claim.created.includes(`${sides.a.instance}/${integrationKey}`),
  );
  if (ours.length === 0) return [];
  return [
    {
      code: 'AlreadySynchronized',
      reason: `${sideName(sides.a)} and ${sideName(sides.b)} are synchronized on ${sides.a.instance} already.`,
      remedy: 'Delete that synchronization if it is left over from an attempt, or finish the migration it belongs to.',
      items: ours.map((entry) => entry.integrationKey),
    },
  ];
}

/** What will rest on somebody's word, whatever is found: where the policy lets no delete rest on that, better said now. */
export function attestation(policy: PolicySnapshot, steps: PlannedStep[], { b }: Sides): Refusal[] {
  if (policy.deleteOnAttested) return [];
  const byWord = steps.filter(({ step, by }) => by === 'person' && (step === 'resyncAToB' || step === 'resyncBToA'));
  const reasons = [
    ...(b.unread ? [`The Jira of ${sideName(b)} is not read (access: none)`] : []),
    ...(byWord.length > 0 ? ['A person resyncs (configuration: resync: person)'] : []),
  ];
  if (reasons.length === 0) return [];
  return [
    {
      code: 'RestsOnAttestation',
      reason: `${reasons.join(', and ')}, so the delete will rest on what a person says; the policy does not let it.`,
      remedy:
        'Set policy.deleteOnAttested where the worker and the start object leave it off, or give the service what it lacks: access to the partner, resync: rest.',
      items: [...byWord.map(({ step }) => step), ...(b.unread ? ['verify'] : [])],
    },
  ];
}

/** A worker that is just starting, after an update or a crash, polls within this time. */
const WORKER_STARTS_WITHIN_MS = 15_000;
const LOOK_AGAIN_MS = 500;

/** A queue without a worker would be silence; it is said instead. Patiently: the queues of one process begin one by one. */
export async function workers(context: StepContext, steps: PlannedStep[]): Promise<Refusal[]> {
  const end = Date.now() + WORKER_STARTS_WITHIN_MS;
  let missing = await unattended(context, steps);
  while (missing.length > 0 && Date.now() < end) {
    await pause(LOOK_AGAIN_MS);
    missing = await unattended(context, steps);
  }
  if (missing.length === 0) return [];
  return [
    {
      code: 'NoWorker',
      reason: `Nobody works on ${missing.length} task queues this migration needs.`,
      remedy: 'Start a worker whose configuration names these instances.',
      items: missing,
    },
  ];
}

/** The activity queues of the plan that no worker polls. */
async function unattended(context: StepContext, steps: PlannedStep[]): Promise<string[]> {
  const { client, info } = Context.current();
  const missing: string[] = [];
  for (const queue of new Set(steps.map((step) => step.queue))) {
    const name = `${context.config.taskQueuePrefix}${queue}`;
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: info.namespace,
      taskQueue: { name },
      taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    });
    if (!pollers?.length) missing.push(name);
  }
  return missing;
}
