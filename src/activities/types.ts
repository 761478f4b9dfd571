/** What the workflow sees of the activities: types alone. Names and inputs are a contract for ever. */
import type { AdvanceBatchInput, BatchAnswer, BatchTurn, OpenBatchInput, TellBatchInput } from '../contract/batch.ts';
import type {
  ConfirmResult,
  JudgeInput,
  JudgeResult,
  OpenMigrationInput,
  OpenMigrationResult,
  RecordInput,
  RecordResult,
  RemindInput,
  ReportOriginalInput,
  SettleInput,
  SettleResult,
  StepInput,
  StepResult,
} from '../contract/steps.ts';
import type { WatchInput } from '../contract/watch.ts';

export interface Activities {
  openMigration(input: OpenMigrationInput): Promise<OpenMigrationResult>;
  /** Enters a decision, or that somebody is waited for. */
  record(input: RecordInput): Promise<RecordResult>;
  /** Reminds whoever is waited for. */
  remind(input: RemindInput): Promise<void>;
  /** Says at once that the original was started again, or is stopped again. */
  reportOriginal(input: ReportOriginalInput): Promise<RecordResult>;
  /** One look at an instance; it ends with the benign `NotYet` always. */
  watch(input: WatchInput): Promise<never>;
  openBatch(input: OpenBatchInput): Promise<{ batch: string }>;
  /** Waits until something of a batch is to be started or shown, or it has ended. */
  advanceBatch(input: AdvanceBatchInput): Promise<BatchTurn>;
  /** Enters what a person sent to a batch, and does it. */
  tellBatch(input: TellBatchInput): Promise<BatchAnswer>;
  /** How the gate stands under the policy of now, and what becomes of a message to it. */
  judgeApproval(input: JudgeInput): Promise<JudgeResult>;
  confirmDecision(input: StepInput): Promise<ConfirmResult>;
  deleteOriginal(input: StepInput): Promise<void>;
  settleDelete(input: SettleInput): Promise<SettleResult>;
  keptRuns(input: StepInput): Promise<boolean>;
}

/** `<step>` and `await<Step>` of every step. */
export type StepActivities = Record<string, (input: StepInput) => Promise<StepResult>>;
