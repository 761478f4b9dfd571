/** What the workflow sees of the activities: types alone. Names and inputs are a contract for ever. */
import type {
  ConfirmResult,
  DeleteInput,
  OpenMigrationInput,
  OpenMigrationResult,
  RecordInput,
  RemindInput,
  SettleInput,
  SettleResult,
  StepInput,
  StepResult,
} from '../contract/steps.ts';

export interface Activities {
  openMigration(input: OpenMigrationInput): Promise<OpenMigrationResult>;
  /** Enters a decision, or that somebody is waited for; answers the entry's number. */
  record(input: RecordInput): Promise<{ n: number }>;
  /** Reminds whoever is waited for. */
  remind(input: RemindInput): Promise<void>;
  confirmDecision(input: DeleteInput): Promise<ConfirmResult>;
  deleteOriginal(input: DeleteInput): Promise<void>;
  settleDelete(input: SettleInput): Promise<SettleResult>;
}

/** `<step>` and `await<Step>` of every step. */
export type StepActivities = Record<string, (input: StepInput) => Promise<StepResult>>;
