/** The whole picture of a migration: the `status` query, the projection row, the current details in the UI. */
import { type MigrationState, PERSON_STATES, type StepName, type Verb } from './names.ts';
import type { RollbackClass } from './rollback.ts';
import type { Basis, Performer } from './steps.ts';
import type { HumanTask } from './tasks.ts';

export interface StepStatus {
  step: StepName;
  by: Performer | 'already';
  /** `undone`: a rollback took it back. */
  state: 'open' | 'running' | 'waiting' | 'done' | 'undone';
  basis?: Basis;
  started?: string;
  ms?: number;
  note?: string;
}

export interface Blocker {
  code: string;
  reason: string;
  remedy: string;
  items: string[];
}

export interface MigrationPicture {
  migration: string;
  workflowId: string;
  original: string;
  instances: string[];
  requestedBy: string;
  reason: string;
  state: MigrationState;
  step: StepName;
  steps: StepStatus[];
  tasks: HumanTask[];
  blockers: Blocker[];
  /** Decision digest to approve, once verify has made one. */
  decision: string | null;
  evidence: string | null;
  /** Key of the new synchronization, once it exists. */
  created: string | null;
  legal: Verb[];
  /** What the machine waits for, in words. */
  waitingFor: string | null;
  /** ISO time since when a person is waited for. */
  personSince: string | null;
  /** How often somebody was reminded of this wait. */
  reminders: number;
  /** Only on the way back, and after it. */
  rollback?: RollbackPicture;
}

export interface RollbackPicture {
  class: RollbackClass;
  /** What remains of the new synchronization, a sentence each. */
  residue: string[];
}

/** Whether nothing goes on before a person has done something: also where the delete is a person's task. */
export const waitsForPerson = ({ state, tasks }: Pick<MigrationPicture, 'state' | 'tasks'>): boolean =>
  PERSON_STATES.includes(state) || (state === 'Deleting' && tasks.length > 0);
