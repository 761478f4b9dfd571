/**
 * A documented step, and how it becomes activities. A step is done when its postcondition can be read back, whoever performed
 * it: so retries after a lost response, crashed workers and steps that a person did meanwhile are one path.
 */
import { MigratorError } from '../contract/errors.ts';
import { ARTIFACT_FACTS, isAnother, withFacts } from '../contract/facts.ts';
import { awaitName, awaitUndoName, type StepName, undoName } from '../contract/names.ts';
import { DONE_TO_NEW } from '../contract/order.ts';
import { withNothingDone, withStep } from '../contract/picture.ts';
import type { CheckResult, Facts, Performer, StepInput, StepResult } from '../contract/steps.ts';
import { bounded, listed } from './bounded.ts';
import { plannedPerformer, type StepContext, stepContext, workOf } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { NotYet } from './interceptor.ts';
import { newOneChanged, startedTooEarly } from './newOne.ts';
import { anotherOne } from './ours.ts';
import { pause } from './pause.ts';
import { isNews, newDigests, valuesOf } from './recall.ts';
import { contextOfWayBack } from './undo/sentBack.ts';

export interface Step extends StepParts {
  name: StepName;
  /** The way back, in the same parts: its check says that nothing of the step is left outside. */
  undo?: StepParts;
}

export interface StepParts {
  /** Reads the outside world and says whether the postcondition holds, and what a person is to do where it is theirs. Never writes. */
  check(context: StepContext): Promise<CheckResult>;
  /** The writes, where this instance has an interface for them. Sends nothing that the plan does not list. */
  perform?(context: StepContext): Promise<void>;
}

/** Waits for machines poll inside the attempt for so long; then the attempt ends and holds no slot. */
const POLL_WITHIN_ATTEMPT_MS = 20_000;
/** A check can ask for another round (a person did one part, we do the next); more rounds than parts is a fault of ours. */
const ROUNDS_LIMIT = 8;

export type StepActivity = (input: StepInput) => Promise<StepResult>;

/** `<step>` and `await<Step>`, `undo<Step>` and `awaitUndo<Step>`, under their names. */
export const stepActivities = (deps: ActivityDeps, { name, undo, ...there }: Step): Record<string, StepActivity> => ({
  ...partsAsActivities(onSameNewOne(name, there), {
    ...{ perform: name, await: awaitName(name) },
    // Which way it goes is known by what was asked for, and not by what its caller says.
    see: ({ undoing: _, ...input }) => stepContext(deps, name, input),
  }),
  ...(undo ? undoActivities(deps, name, undo) : {}),
});

export const undoActivities = (deps: ActivityDeps, name: StepName, undo: StepParts): Record<string, StepActivity> =>
  partsAsActivities(undo, {
    ...{ perform: undoName(name), await: awaitUndoName(name) },
    see: (input) => contextOfWayBack(deps, name, input),
  });

/** Looks first whether the new one is the very synchronization to which the steps before this one were done, the only one, and at rest. */
const onSameNewOne = (name: StepName, parts: StepParts): StepParts => ({
  ...parts,
  check: async (context) =>
    (DONE_TO_NEW[name] ? ((await newOneChanged(context)) ?? (await anotherOne(context))) : undefined) ??
    (await startedTooEarly(context)) ??
    parts.check(context),
});

function partsAsActivities(
  parts: StepParts,
  { see, ...names }: { perform: string; await: string; see: (input: StepInput) => Promise<StepContext> },
): Record<string, StepActivity> {
  return {
    [names.perform]: async (input) => {
      const context = await see(input);
      await showBeginning(context);
      const result = await bounded(context, await performStep(context, parts));
      await enterResult(context, result);
      return result;
    },
    [names.await]: async (input) => {
      const context = await see(input);
      const result = await bounded(context, await awaitStep(context, parts));
      await enterResult(context, result);
      return result;
    },
  };
}

/** check → perform → check. Never throws "not yet" after something was sent: it returns `waiting`, and `await<Step>` follows. */
async function performStep(context: StepContext, step: StepParts): Promise<StepResult> {
  let performed = false;
  let learned: Partial<Facts> = {};
  let missing: string[] = [];
  const { from, to } = context.config.timing.machineWait;
  let wait = from;
  const newest = async () => (await context.known.newestIntent(workOf(context)))?.entry.n;
  for (let round = 0; round < ROUNDS_LIMIT; round++) {
    const result = await step.check(context);
    learned = learn(context, learned, result);
    if (result.state === 'notDone' && result.next === 'perform' && step.perform) {
      missing = result.missing;
      const before = await newest();
      await step.perform(context);
      performed = true;
      if ((await newest()) === before) {
        // Sent in an earlier round, and answered before it took effect.
        await pause(wait);
        wait = Math.min(to, wait * 1.5);
      }
      continue;
    }
    return asStepResult(context, result, learned, performed);
  }
  throw new MigratorError(
    'Unexpected',
    `all that ${workOf(context)} sends was answered, and after ${ROUNDS_LIMIT} readings still: ${listed(missing).join(', ')}.`,
  );
}

/** The check alone. "Not yet" adds no event and holds no slot between polls. */
async function awaitStep(context: StepContext, step: StepParts): Promise<StepResult> {
  const end = Date.now() + POLL_WITHIN_ATTEMPT_MS;
  const { from, to } = context.config.timing.machineWait;
  let learned: Partial<Facts> = {};
  for (let wait = from; ; wait = Math.min(to, wait * 1.5)) {
    const result = await step.check(context);
    learned = learn(context, learned, result);
    if (result.state !== 'notDone') return asStepResult(context, result, learned, false);
    if (result.next === 'perform' || (result.next === 'person' && needOf(result) !== context.facts.asked))
      return { state: 'again', missing: result.missing, facts: learned };
    if (result.next === 'person') throw new NotYet('person', listed(result.missing));
    if (Date.now() + wait > end) throw new NotYet('machine', listed(result.missing));
    await pause(wait);
  }
}

/** Of the step itself, where it asks for one thing only. */
const needOf = ({ asks = 'step' }: { asks?: string }): string => asks;

/** What a check found out counts for the rest of the attempt, and goes back to the workflow. */
function learn(context: StepContext, learned: Partial<Facts>, result: CheckResult): Partial<Facts> {
  const facts = 'facts' in result ? result.facts : undefined;
  if (!facts) return learned;
  context.facts = withFacts(context.facts, facts);
  return { ...learned, ...facts };
}

async function asStepResult(
  context: StepContext,
  result: CheckResult,
  facts: Partial<Facts>,
  performed: boolean,
): Promise<StepResult> {
  switch (result.state) {
    case 'done': {
      const by = performed || (await wroteBefore(context)) ? 'rest' : withoutUs(context);
      return { state: 'done', basis: result.basis, by, facts, ...(result.note ? { note: result.note } : {}) };
    }
    case 'blocked':
    case 'refused':
      return { ...result, facts };
    case 'notDone':
      if (result.next !== 'person')
        return { state: 'waiting', missing: result.missing, facts: { ...facts, asked: '' } };
      return {
        state: 'task',
        task: { ...(await result.task()), seen: result.missing },
        facts: { ...facts, asked: needOf(result) },
      };
  }
}

/** Who did it when we sent nothing: nobody had to, the person it was for, or somebody before us. */
function withoutUs(context: StepContext): Performer | 'already' {
  const planned = plannedPerformer(context);
  return planned === 'rest' ? 'already' : planned;
}

async function wroteBefore(context: StepContext): Promise<boolean> {
  return (await context.known.newestIntent(workOf(context))) !== undefined;
}

/** Whoever watches sees the step begin. It carries no decision, so it is no entry. */
async function showBeginning(context: StepContext): Promise<void> {
  // The workflow entered that it goes back, and with it the picture.
  if (context.input.undoing) return;
  const row = await context.store.projections.get(context.holder.migration);
  if (!row) return;
  const now = new Date(await context.store.now()).toISOString();
  const started =
    row.picture.steps.find((status) => status.step === context.step && status.state !== 'done')?.started ?? now;
  const by = plannedPerformer(context);
  await context.store.projections.put(
    context.holder,
    withStep(row.picture, context.step, { state: 'running', started, by }),
  );
}

/**
 * State changes are entered by the step's own activity: a separate one would cost seven events. That it is waited for is none, but what
 * was learnt by then is entered: the next attempt knows it from there alone.
 */
async function enterResult(context: StepContext, result: StepResult): Promise<void> {
  const waits = result.state === 'waiting' || result.state === 'again';
  if (waits && !isNews(result.facts, await context.known.all())) return;
  const done = result.state === 'done' && !context.input.undoing ? await pictureWhenDone(context, result) : undefined;
  await context.store.ledger.append(
    context.holder,
    {
      kind: 'step',
      subject: {
        step: context.step,
        ...(context.input.undoing ? { undo: true } : {}),
        result: result.state,
        ...(result.state === 'done' ? { by: result.by, basis: result.basis } : {}),
        ...(result.state === 'blocked' ? { code: result.code, items: result.items.slice(0, 50) } : {}),
        ...(result.state === 'refused' ? { codes: result.refusals.map((refusal) => refusal.code) } : {}),
        ...(result.state === 'task' ? { task: result.task.id } : {}),
        ...(context.clocks.size > 0 ? { clocks: [...context.clocks.values()].sort() } : {}),
        ...valuesOf(result.facts),
      },
      digests: { ...digestsOf(result.facts), ...newDigests(context) },
    },
    done ? { picture: done } : {},
  );
}

async function pictureWhenDone(context: StepContext, result: Extract<StepResult, { state: 'done' }>) {
  const row = await context.store.projections.get(context.holder.migration);
  if (!row) return undefined;
  const { by, basis, note } = result;
  const status = row.picture.steps.find((entry) => entry.step === context.step && entry.state !== 'done');
  const ms = status?.started ? (await context.store.now()) - Date.parse(status.started) : 0;
  const change = { state: 'done' as const, by, basis, ms, ...(note ? { note } : {}) };
  const picture = withStep(row.picture, context.step, change);
  const steps = isAnother(context.recalled, context.facts.createdArtifact)
    ? withNothingDone(picture.steps)
    : picture.steps;
  return { ...picture, steps, created: context.facts.created?.key ?? null };
}

/** What the step found, also where an intent has named it. */
function digestsOf(facts: Partial<Facts>): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const name of ARTIFACT_FACTS) if (facts[name]) digests[name] = facts[name];
  if (facts.plan) digests.plan = facts.plan.artifact;
  return digests;
}
