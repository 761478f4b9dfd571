/** One migration inside its workflow: the state, as activities fold it, and beside it what the run waits for now. */
import {
  type ApplicationFailure,
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { MigrationState, StepName, Verb } from '../contract/names.ts';
import { type RollbackClass, rollbackClass } from '../contract/rollback.ts';
import type { StartInput } from '../contract/start.ts';
import type { Blocker, GatePicture, MigrationPicture, StepStatus } from '../contract/status.ts';
import type { OpenMigrationResult, Plan, Said, StepInput, StepResult } from '../contract/steps.ts';
import { type HumanTask, sameNeed } from '../contract/tasks.ts';
import type { Direction, Situation } from '../contract/verbs.ts';
import {
  alarmNow,
  describe,
  directionOf,
  instancesOf,
  legalOf,
  type Place,
  type Subject,
  situationOf,
  stateOf,
  stepsShown,
  type View,
} from '../migration/describe.ts';
import type { Standing } from '../migration/state.ts';
import { statusPage } from '../report/statusPage.ts';
import { Refusals } from './flood.ts';
import { ATTRIBUTES } from './searchAttributes.ts';

const NEEDS_HUMAN: readonly MigrationState[] = ['WaitingForPerson', 'NeedsAttention', 'AwaitingApproval'];

export class MigrationRun {
  readonly migration: string;
  readonly prefix: string;
  readonly start: StartInput;
  /** Milliseconds. */
  readonly remindEvery: number;
  /** The fold of the ledger, as far as this run has heard of it. */
  state: Standing;
  plan: Plan | undefined;
  said: Said;
  /** What a rollback leaves behind, a sentence each. */
  residue: string[];

  /** Where it stands when nothing holds it up; paused and ended lie over it. */
  situation: Place = 'running';
  step: StepName = 'preflight';
  task: HumanTask | undefined;
  private blocker: Blocker | undefined;
  private waitingFor: string | undefined;
  /** The approvals as they were judged last; from the gate until they are spent. */
  gate: GatePicture | undefined;
  /** Why it is proved again. */
  why: string | undefined;
  final: MigrationState | undefined;
  /** Whom it waits for, since when, and how often somebody was reminded of it. */
  personWait: { what: string; since: string; reminders: number } | undefined;

  /** Refused messages. */
  readonly refusals = new Refusals();
  /** Messages that are being decided: nothing new is begun meanwhile. */
  deciding = 0;
  /** Raised by `answer`, `retry`, `pause`, `resume`: whoever waits looks again. */
  wakeups = 0;
  /** Raised by each look at the step: who answered waits for the next one, to hear whether it agrees. */
  looks = 0;
  /** At the gate: the original was not listed by the watcher. */
  doubted = false;
  /** Everything on the way forward runs in this scope; a rollback cancels it and waits for its real end. */
  forward = new CancellationScope();
  /** Set when this run has heard that another one holds the claim. */
  lost: ApplicationFailure | undefined;
  /** The last entry that was asked for; the next one follows it. */
  entering: Promise<unknown> = Promise.resolve();
  /** The task as it was first asked in this step. */
  private asked: HumanTask | undefined;
  /** Those that the search attributes name. What lasts is sent again only with others. */
  private shownInstances = '';

  constructor({ migration, remindEvery, taskQueuePrefix, start, standing, plan, said, residue }: OpenMigrationResult) {
    this.migration = migration;
    this.remindEvery = remindEvery;
    this.prefix = taskQueuePrefix;
    this.start = start;
    this.state = standing;
    this.plan = plan;
    this.said = said;
    this.residue = residue;
  }

  /** With what was entered. Of two answers the later one counts, whichever comes first. */
  take(standing: Standing): void {
    if (standing.n > this.state.n) this.state = standing;
    this.notePersonWait();
  }

  learn({ standing, plan, residue }: StepResult): void {
    this.looks++;
    if (plan) this.plan = plan;
    if (residue) this.residue = residue;
    this.take(standing);
  }

  get back(): Standing['back'] {
    return this.state.back;
  }

  get paused(): boolean {
    return this.state.paused;
  }

  get deleteAsked(): boolean {
    return this.state.deleteAsked !== undefined;
  }

  /** Seen by the watcher, whatever the run is doing: the original was started again. */
  get alarm(): Blocker | undefined {
    return alarmNow(this.state, this);
  }

  get steps(): StepStatus[] {
    return stepsShown(this.state, this.view(), this.plan);
  }

  /** Which kind of going back it would be. */
  get rollbackClass(): RollbackClass {
    return rollbackClass(this.steps);
  }

  get standing(): Situation {
    return situationOf(this.state, this.view());
  }

  get direction(): Direction {
    return directionOf(this.state);
  }

  get legal(): Verb[] {
    return legalOf(this.state, this.view());
  }

  get name(): MigrationState {
    return stateOf(this.state, this.view());
  }

  /** What the picture is made of, beside the state. */
  view(): View {
    const { situation, step, task, blocker, waitingFor, gate, why, final, residue, personWait } = this;
    return {
      ...{ situation, step, residue },
      ...(task ? { task } : {}),
      ...(blocker ? { blocker } : {}),
      ...(waitingFor === undefined ? {} : { waitingFor }),
      ...(gate ? { gate } : {}),
      ...(why === undefined ? {} : { why }),
      ...(final ? { final } : {}),
      ...(personWait ? { personSince: personWait.since, reminders: personWait.reminders } : {}),
    };
  }

  picture(): MigrationPicture {
    const { migration, start, plan } = this;
    const subject: Subject = { migration, workflowId: workflowInfo().workflowId, start, plan };
    return describe(this.state, this.view(), subject);
  }

  /** Shows the picture in the UI and in the search attributes. One upsert a change: it is an event. */
  show(): void {
    setCurrentDetails(statusPage(this.picture()));
    const { original, batch } = this.start;
    const changing = [
      { key: ATTRIBUTES.state, value: this.name },
      { key: ATTRIBUTES.step, value: this.step },
      { key: ATTRIBUTES.needsHuman, value: this.needsHuman },
    ];
    const instances = instancesOf(this.start, this.plan);
    const lasting = [
      { key: ATTRIBUTES.original, value: `${original.instance}/${original.synchronization}` },
      { key: ATTRIBUTES.instances, value: instances },
      ...(batch ? [{ key: ATTRIBUTES.batch, value: batch }] : []),
    ];
    upsertSearchAttributes(this.shownInstances === instances.join() ? changing : [...changing, ...lasting]);
    this.shownInstances = instances.join();
  }

  private get needsHuman(): boolean {
    if (this.alarm && !this.final) return true;
    return this.situation === 'deletingByPerson' || NEEDS_HUMAN.includes(this.name);
  }

  /** What goes along with every activity; everything else is in the ledger. */
  input(): StepInput {
    return { migration: this.migration, ...(this.back ? { undoing: true } : {}) };
  }

  /** Nothing is open any more but this step, or its undo. What it needed on the other way was asked for that. */
  begin(step: StepName): void {
    this.step = step;
    this.asked = undefined;
    this.settle('running');
  }

  /** Where it stands now; what was open before is closed. */
  settle(situation: Place, open: { task?: HumanTask; blocker?: Blocker; waitingFor?: string } = {}): void {
    this.situation = situation;
    // The same need is one task, since when it was first asked.
    if (open.task) this.asked = sameNeed(this.asked, open.task) && this.asked ? this.asked : open.task;
    this.task = open.task && { ...open.task, since: this.asked?.since ?? open.task.since };
    this.blocker = open.blocker;
    this.waitingFor = open.waitingFor;
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
    if (this.final) return undefined;
    if (this.paused) return 'paused';
    if (this.task) return `task ${this.task.id} ${this.task.since}`;
    if (this.situation === 'attention' || this.situation === 'gate') return `${this.situation} ${this.step}`;
    return this.alarm?.code;
  }
}
