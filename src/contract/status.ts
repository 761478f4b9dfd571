/** The whole picture of a migration: the `status` query, the projection row, the current details in the UI. */
import { type MigrationState, PERSON_STATES, type StepName, type Verb } from './names.ts';
import type { RollbackClass } from './rollback.ts';
import type { Basis, Performer, Refusal } from './steps.ts';
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
  /** ISO time; only of what was seen while something else is under way. */
  since?: string;
}

export interface MigrationPicture {
  migration: string;
  workflowId: string;
  original: string;
  instances: string[];
  requestedBy: string;
  reason: string;
  /** It only plans. Absent: it migrates. */
  dryRun?: true;
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
  /** From the gate to the delete: the approvals as the policy of now has them. */
  gate?: GatePicture;
  /** Only on the way back, and after it. */
  rollback?: RollbackPicture;
}

/** The approvals of the decision, under the operator's policy of now. */
export interface GatePicture {
  /** How many the policy asks for. */
  required: number;
  /** Whose approvals count. */
  counting: string[];
  /** Whose do not, and why: a sentence that the name begins. */
  others: { by: string; reason: string }[];
  approved: boolean;
  /** What is still needed, a sentence. */
  needs: string | null;
  /** Why nobody can open the gate under this policy; what opens it is in the remedy. */
  obstacle?: Refusal;
  /** Whom the operator's policy names, so that the run knows a stranger. Absent in runs of before. */
  approvers?: string[];
  /** Digest of the operator's policy: with another one it is judged again. */
  policy: string;
  /** The decision before, where the policy alone has made another one of it. */
  before?: string;
}

/** How the gate stands, a sentence each. */
export function gateSentences({ required, counting, others, needs, before }: GatePicture): string[] {
  const count = `${counting.length} of ${required} ${required === 1 ? 'approval' : 'approvals'}`;
  return [
    `${count}${counting.length > 0 ? `, by ${counting.join(', ')}` : ''}.${needs === null ? '' : ` ${needs}`}`,
    ...others.map(({ by, reason }) => `The approval by ${by} does not count: ${by} ${reason}`),
    ...(before
      ? [
          `The policy has changed since decision ${before.slice(0, 8)} was made, so what was proved is another decision now. Approvals that still count stay.`,
        ]
      : []),
  ];
}

/** Whether there is an approval that its giver can take back. */
export const hasApprovals = (gate: Pick<GatePicture, 'counting' | 'others'> | undefined): boolean =>
  gate !== undefined && gate.counting.length + gate.others.length > 0;

export interface RollbackPicture {
  class: RollbackClass;
  /** What remains of the new synchronization, a sentence each. */
  residue: string[];
}

/** Whether nothing goes on before a person has done something: also where the delete is a person's task. */
export const waitsForPerson = ({ state, tasks }: Pick<MigrationPicture, 'state' | 'tasks'>): boolean =>
  PERSON_STATES.includes(state) || (state === 'Deleting' && tasks.length > 0);
