/** The picture as the activities keep it up to date between the workflow's own entries: who lists or watches reads only this. */
import { type StepName, VERBS } from './names.ts';
import { DONE_TO_NEW, STEP_ORDERS } from './order.ts';
import type { StartInput } from './start.ts';
import { hasApprovals, type MigrationPicture, type StepStatus } from './status.ts';
import type { GateResult } from './steps.ts';
import { legalVerbs } from './verbs.ts';
import { alarmIn } from './watch.ts';

/** Before anything was read: every step open. */
export function firstPicture(migration: string, workflowId: string, start: StartInput): MigrationPicture {
  const { original, requestedBy, reason } = start;
  return {
    migration,
    workflowId,
    original: `${original.instance}/${original.synchronization}`,
    instances: [...new Set([original.instance, start.new.instance])],
    requestedBy,
    reason,
    ...(start.dryRun ? { dryRun: true } : {}),
    state: 'Planning',
    step: 'preflight',
    steps: firstSteps(start),
    tasks: [],
    blockers: [],
    decision: null,
    evidence: null,
    created: null,
    legal: legalVerbs('running'),
    waitingFor: null,
    ...NOBODY_WAITED_FOR,
  };
}

const NOBODY_WAITED_FOR = { personSince: null, reminders: 0 };

export const firstSteps = (start: StartInput): StepStatus[] =>
  STEP_ORDERS[start.order ?? 'guide'].map((step) => ({ step, by: 'read', state: 'open' }));

/** The picture with one step changed; a step that stands twice in the order is met at its first time that is not done. */
export function withStep(picture: MigrationPicture, step: StepName, change: Partial<StepStatus>): MigrationPicture {
  const index = picture.steps.findIndex((status) => status.step === step && status.state !== 'done');
  const steps = picture.steps.map((status, at) => (at === index ? { ...status, ...change } : status));
  const state = step === 'preflight' ? 'Planning' : 'Running';
  const alarm = alarmIn(picture);
  const nothingOpen = { tasks: [], blockers: alarm ? [alarm] : [], waitingFor: null, ...NOBODY_WAITED_FOR };
  return { ...picture, state, step, steps, ...nothingOpen, legal: legalVerbs('running') };
}

/** The picture as it is after somebody's message to the gate, or another policy. */
export function withGate(picture: MigrationPicture, { decision, evidence, gate }: GateResult): MigrationPicture {
  const alarm = alarmIn(picture);
  const others = picture.blockers.filter((each) => each !== alarm && each.code !== picture.gate?.obstacle?.code);
  return {
    ...picture,
    decision,
    evidence,
    gate,
    blockers: [alarm, gate.obstacle, ...others].filter((blocker) => blocker !== undefined),
    legal: VERBS.filter((verb) => (verb === 'withdraw' ? hasApprovals(gate) : picture.legal.includes(verb))),
  };
}

/** With another new synchronization: nothing is done to it yet, and no page says so. */
export const withNothingDone = (steps: readonly StepStatus[]): StepStatus[] =>
  steps.map((status) => (DONE_TO_NEW[status.step] ? { step: status.step, by: status.by, state: 'open' } : status));
