/** The state of one migration inside its workflow, and the picture that others see of it. */
import {
  type ApplicationFailure,
  CancellationScope,
  log,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isAnother, withBasis, withFacts } from '../contract/facts.ts';
import { isMove, type Node, nodeOf } from '../contract/machine.ts';
import type { MigrationState, StepName, Verb } from '../contract/names.ts';
import { firstSteps, withNothingDone } from '../contract/picture.ts';
import { type RollbackClass, rollbackClass } from '../contract/rollback.ts';
import type { StartInput } from '../contract/start.ts';
import {
  type Blocker,
  type GatePicture,
  hasApprovals,
  type MigrationPicture,
  type StepStatus,
} from '../contract/status.ts';
import type { Facts, GateResult, OpenMigrationResult, StepInput, StepResult } from '../contract/steps.ts';
import { type Answers, type EarlyAnswer, type HumanTask, sameNeed } from '../contract/tasks.ts';
import { type Direction, legalVerbs, type Situation } from '../contract/verbs.ts';
import { statusPage } from '../report/statusPage.ts';
import { Refusals } from './flood.ts';
import { ATTRIBUTES } from './searchAttributes.ts';

const NEEDS_HUMAN: readonly MigrationState[] = ['WaitingForPerson', 'NeedsAttention', 'AwaitingApproval'];

const STATES_OF: Record<MigrationRun['situation'], MigrationState> = {
  running: 'Running',
  waiting: 'Running',
  waitingForPerson: 'WaitingForPerson',
  attention: 'NeedsAttention',
  gate: 'AwaitingApproval',
  deleting: 'Deleting',
  deletingByPerson: 'Deleting',
};

/** Where the way back stands for whoever reads it: a wait has its own name, everything else is rolling back. */
const stateOnWayBack = (situation: MigrationRun['situation']): MigrationState =>
  situation === 'running' || situation === 'waiting' ? 'RollingBack' : STATES_OF[situation];

/** Why it goes back, and what that means. */
interface WayBack {
  class: RollbackClass;
  /** A cancellation request: the run closes as Cancelled. */
  cancelled: boolean;
}

export class MigrationRun {
  readonly migration: string;
  readonly prefix: string;
  readonly start: StartInput;
  /** Milliseconds. */
  readonly remindEvery: number;
  readonly steps: StepStatus[];
  facts: Facts = {};
  answers: Answers = {};
  /** The approvals as they were judged last; from the gate until they are spent. */
  gate: GatePicture | undefined;
  /** Refused messages. */
  readonly refusals = new Refusals();
  /** Messages to the gate that are being judged. */
  judging = 0;
  rejected: 'keepBoth' | undefined;
  /** Where it stands when nothing holds it up; paused and ended lie over it. */
  situation: Exclude<Situation, 'paused' | 'ended' | 'goingBack'> = 'running';
  private node: Node = 'forward running';
  private isPaused = false;
  final: MigrationState | undefined;
  step: StepName = 'preflight';
  task: HumanTask | undefined;
  /** The task as it was first asked in this step. */
  private asked: HumanTask | undefined;
  blocker: Blocker | undefined;
  /** Seen by the watcher, whatever the run is doing: the original was started again. */
  alarm: Blocker | undefined;
  waitingFor: string | undefined;
  /** Raised by `answer`, `retry`, `pause`, `resume`: whoever waits looks again. */
  wakeups = 0;
  /** Everything on the way forward runs in this scope; a rollback cancels it and waits for its real end. */
  forward = new CancellationScope();
  /** Set from the moment a rollback is accepted until it ends or a person chooses to go forward. */
  back: WayBack | undefined;
  /** At the gate: the original was not listed by the watcher. */
  doubted = false;
  /** A person was asked to delete the original, and may do so until that is taken back. */
  deleteAsked = false;
  /** Answers to tasks that are not open yet, by task: looked at when it opens. */
  early: Record<string, EarlyAnswer> = {};
  /** Set when this run has heard that another one holds the claim. */
  lost: ApplicationFailure | undefined;
  /** Another run of this migration has written. */
  wroteBefore = false;
  /** Raised by each look at the step: who answered waits for the next one, to hear whether it agrees. */
  looks = 0;
  /** Whom it waits for, since when, and how often somebody was reminded of it. */
  personWait: { what: string; since: string; reminders: number } | undefined;
  /** The last entry that was asked for; the next one follows it. */
  entering: Promise<unknown> = Promise.resolve();
  /** Those that the search attributes name. What lasts is sent again only with others. */
  private shownInstances = '';
  /** Raised by `retry`: refused writes may be sent again. */
  generation = 0;

  constructor(opened: OpenMigrationResult) {
    this.migration = opened.migration;
    this.remindEvery = opened.remindEvery;
    this.prefix = opened.taskQueuePrefix;
    this.start = opened.start;
    this.steps = firstSteps(opened.start);
  }

  get standing(): Situation {
    if (this.final) return 'ended';
    if (this.paused) return 'paused';
    return this.back && this.situation === 'running' ? 'goingBack' : this.situation;
  }

  get direction(): Direction {
    return this.back ? 'back' : 'forward';
  }

  get legal(): Verb[] {
    const legal = legalVerbs(this.standing, this.direction, hasApprovals(this.gate));
    // Whoever approves now approves a world in which both run.
    return this.alarm ? legal.filter((verb) => verb !== 'approve') : legal;
  }

  /** At once: nothing new is begun on the way forward, and what is under way is waited for. */
  turnBack(cancelled = false, kind = rollbackClass(this.steps)): WayBack {
    this.back = { class: kind, cancelled };
    this.paused = false;
    this.rejected = undefined;
    // On the way back the original is meant to run.
    this.alarm = undefined;
    this.forward.cancel();
    return this.back;
  }

  get state(): MigrationState {
    if (this.final) return this.final;
    if (this.paused) return 'Paused';
    if (this.back) return stateOnWayBack(this.situation);
    if (this.situation === 'running' && this.step === 'preflight') return 'Planning';
    return STATES_OF[this.situation];
  }

  picture(): MigrationPicture {
    const { original, requestedBy, reason, dryRun } = this.start;
    return {
      migration: this.migration,
      workflowId: workflowInfo().workflowId,
      original: `${original.instance}/${original.synchronization}`,
      instances: this.instances(),
      requestedBy,
      reason,
      ...(dryRun ? { dryRun } : {}),
      state: this.state,
      step: this.step,
      steps: this.steps,
      tasks: this.task ? [this.task] : [],
      blockers: [this.alarm, this.obstacle, this.blocker].filter((blocker) => blocker !== undefined),
      decision: this.facts.decision ?? null,
      evidence: this.facts.evidence ?? null,
      created: this.facts.created?.key ?? null,
      legal: this.legal,
      waitingFor: this.waitingFor ?? null,
      personSince: this.personWait?.since ?? null,
      reminders: this.personWait?.reminders ?? 0,
      ...(this.gate && !this.back && !this.final ? { gate: this.gate } : {}),
      ...(this.back ? { rollback: { class: this.back.class, residue: this.facts.residue ?? [] } } : {}),
    };
  }

  /** Why nobody can open the gate under the policy of now. */
  private get obstacle(): Blocker | undefined {
    return this.situation === 'gate' && !this.back && !this.final ? this.gate?.obstacle : undefined;
  }

  /** Shows the picture in the UI and in the search attributes. One upsert a change: it is an event. */
  show(): void {
    setCurrentDetails(statusPage(this.picture()));
    const { original, batch } = this.start;
    const changing = [
      { key: ATTRIBUTES.state, value: this.state },
      { key: ATTRIBUTES.step, value: this.step },
      { key: ATTRIBUTES.needsHuman, value: this.needsHuman },
    ];
    const instances = this.instances();
    const lasting = [
      { key: ATTRIBUTES.original, value: `${original.instance}/${original.synchronization}` },
      { key: ATTRIBUTES.instances, value: instances },
      ...(batch ? [{ key: ATTRIBUTES.batch, value: batch }] : []),
    ];
    upsertSearchAttributes(this.shownInstances === instances.join() ? changing : [...changing, ...lasting]);
    this.shownInstances = instances.join();
  }

  private get needsHuman(): boolean {
    return this.alarm !== undefined || this.situation === 'deletingByPerson' || NEEDS_HUMAN.includes(this.state);
  }

  /** What goes along with every activity. The plan is an artifact; sent each time it would be half of the history. */
  input(): StepInput {
    const { plan: _, ...facts } = this.facts;
    const { migration, answers, generation } = this;
    return { migration, facts, answers, generation, ...(this.back ? { undoing: true } : {}) };
  }

  begin(index: number): StepStatus {
    const status = this.steps[index];
    if (!status) throw new Error(`no step ${index}`);
    this.step = status.step;
    this.settle('running');
    status.state = 'running';
    status.started ??= new Date().toISOString();
    const planned = this.facts.plan?.steps.find((entry) => entry.step === status.step);
    if (planned) status.by = planned.by;
    return status;
  }

  /** A step is being taken back. What it needed was asked for the way forward. */
  beginUndo(step: StepName): StepStatus {
    const status = this.steps.findLast((entry) => entry.step === step);
    if (!status) throw new Error(`no step ${step}`);
    this.step = step;
    this.asked = undefined;
    this.settle('running');
    return status;
  }

  /** Where it stands now; what was open before is closed. */
  settle(
    situation: MigrationRun['situation'],
    open: { task?: HumanTask; blocker?: Blocker; waitingFor?: string } = {},
  ): void {
    this.situation = situation;
    this.noteMove();
    // The same need is one task, since when it was first asked.
    if (open.task) this.asked = sameNeed(this.asked, open.task) && this.asked ? this.asked : open.task;
    this.task = open.task && { ...open.task, since: this.asked?.since ?? open.task.since };
    this.blocker = open.blocker;
    this.waitingFor = open.waitingFor;
    this.notePersonWait();
  }

  /** A run that took over begins where the other one was. */
  goOnAt(node: Node): void {
    this.node = node;
  }

  /** A move that the table lacks is a fault of ours, and no reason to leave a migration half-way. */
  private noteMove(): void {
    const next: Node = this.final ? 'ended' : nodeOf(this.direction, this.situation, this.step, this.deleteAsked);
    if (!isMove(this.node, next)) log.error(`no such move: ${this.node} > ${next}`, { step: this.step });
    this.node = next;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  set paused(paused: boolean) {
    this.isPaused = paused;
    this.notePersonWait();
  }

  /** A wait that goes on keeps its beginning. */
  private notePersonWait(): void {
    const what = this.waitsForPerson();
    if (what === this.personWait?.what) return;
    const since = what?.startsWith('task') ? this.task?.since : undefined;
    this.personWait = what ? { what, since: since ?? new Date().toISOString(), reminders: 0 } : undefined;
  }

  private waitsForPerson(): string | undefined {
    if (this.paused) return 'paused';
    if (this.task) return `task ${this.task.id} ${this.task.since}`;
    if (this.situation === 'attention' || this.situation === 'gate') return `${this.situation} ${this.step}`;
    return this.alarm?.code;
  }

  learnGate({ decision, evidence, gate }: GateResult): void {
    this.facts = { ...this.facts, decision, evidence };
    this.gate = gate;
  }

  learn(result: StepResult): void {
    this.looks++;
    const another = isAnother(this.facts, result.facts.createdArtifact);
    this.facts = withFacts(this.facts, result.facts);
    if (another) this.steps.splice(0, this.steps.length, ...withNothingDone(this.steps));
  }

  finish(status: StepStatus, result: Extract<StepResult, { state: 'done' }>): void {
    this.asked = undefined;
    this.settle('running');
    if (this.back) {
      // It may be taken back without having been begun: a person may have done it.
      if (status.state !== 'open') status.state = 'undone';
      if (result.note) status.note = result.note;
      return;
    }
    status.state = 'done';
    status.by = result.by;
    status.basis = result.basis;
    if (result.note) status.note = result.note;
    if (status.started) status.ms = Date.now() - Date.parse(status.started);
    this.facts = withBasis(this.facts, status.step, result.basis);
  }

  private instances(): string[] {
    const {
      original,
      new: next,
      new: { projects },
    } = this.start;
    const named = Object.entries(projects)
      .flat()
      .map((project) => project.slice(0, project.lastIndexOf('/')));
    return [
      ...new Set([
        original.instance,
        next.instance,
        ...named,
        ...(this.facts.plan ? [this.facts.plan.b.instance] : []),
      ]),
    ];
  }
}
