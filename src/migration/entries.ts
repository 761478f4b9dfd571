/**
 * What a ledger can say, as one union: each kind with the members that it has. Whoever writes an entry is held to it by the compiler, and
 * a test holds every entry that is written to the schemas. The envelope around them is in `contract/ledger.ts`.
 */
import { z } from 'zod';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import { STATES, STEP_NAMES, VERBS } from '../contract/names.ts';
import { DELTA_CHOICES, ROLLBACK_CLASSES } from '../contract/rollback.ts';
import { ORIGINAL_RUNS_AGAIN } from '../contract/watch.ts';

const text = z.string();
const texts = z.array(text);
const count = z.number();
const yes = z.literal(true);
const step = z.enum(STEP_NAMES);
const state = z.enum(STATES);
const where = { state, step };
const rollback = z.enum(ROLLBACK_CLASSES);

const opened = z.strictObject({
  original: text,
  cluster: text,
  namespace: text,
  workflowId: text,
  runId: text,
  epoch: count,
});

/** A result of a step. `asks` tells the needs of one step apart; `from` is the earlier step that does not hold any more. */
const result = z.strictObject({
  step,
  undo: yes.optional(),
  result: z.enum(['done', 'waiting', 'again', 'task', 'blocked', 'refused']),
  by: z.enum(['rest', 'person', 'read', 'already']).optional(),
  basis: z.enum(['read', 'attested']).optional(),
  note: text.optional(),
  code: text.optional(),
  items: texts.optional(),
  from: step.optional(),
  codes: texts.optional(),
  task: text.optional(),
  asks: text.optional(),
  clocks: texts.optional(),
  pairs: count.optional(),
  dropped: count.optional(),
  atRest: text.optional(),
  stoppedAt: text.optional(),
  startedAt: text.optional(),
  createdKey: text.optional(),
  /** The original is deleted, and the new one does not run. */
  nothingRuns: yes.optional(),
});

/** One on our record is gone, though this migration did not delete it. */
const gone = z.strictObject({ step, result: z.literal('gone'), basis: z.enum(['read', 'attested']), gone: text });

/** `step` is the name of the work: taking a step back is work of its own. */
const intent = z.strictObject({
  step: text,
  part: text,
  generation: count,
  retry: count,
  instance: text,
  method: text,
  path: text,
  leaseMs: count,
  attempt: count,
  left: texts.optional(),
  pairs: count.optional(),
});

const outcome = z.strictObject({
  step: text,
  part: text,
  instance: text,
  intent: count,
  attempt: count,
  outcome: z.enum(['answered', 'present', 'absent', 'refused', 'notSent', 'unknown']),
  status: count.optional(),
});

const gate = { ...where, policyChanged: yes.optional(), counting: texts };
const STATE = {
  /** Somebody or something is waited for. */
  waits: z.strictObject({ ...where, task: text.optional(), code: text.optional() }),
  /** An attempt left the original where it was, so its approvals count no more. */
  spent: z.strictObject({ ...where, grantsSpent: yes }),
  /** Forward again after going back. */
  forward: z.strictObject({ ...where, rollback: z.enum(DELTA_CHOICES), grantsSpent: yes.optional() }),
  /** From this step on everything is looked at again. */
  again: z.strictObject({ ...where, again: step }),
  identity: z.strictObject({ identity: text }),
  created: z.strictObject({ created: text }),
  /** The delete is sent on this entry alone. */
  confirmed: z.strictObject({ ...gate, confirmed: yes }),
  /** How the gate stands under another policy. */
  gate: z.strictObject(gate),
  /** The watcher has seen the original run, or stop. */
  alarm: z.strictObject({
    ...where,
    code: z.literal(ORIGINAL_RUNS_AGAIN),
    runs: z.boolean(),
    since: text.optional(),
    webhook: text,
  }),
  /** Its own traces show that the original has run. */
  ran: z.strictObject({ ...where, code: z.literal('OriginalRan'), count, pairs: texts }),
  reminder: z.strictObject({ ...where, reminder: count, webhook: text, task: text.optional() }),
};

const VERB = {
  answer: z.strictObject({
    verb: z.literal('answer'),
    task: text,
    questions: texts,
    early: yes.optional(),
    state: state.optional(),
    step: step.optional(),
  }),
  reject: z.strictObject({
    verb: z.literal('reject'),
    outcome: z.enum(['rollback', 'keepBoth']),
    class: rollback.optional(),
  }),
  /** `class`: it turns back with this entry. */
  rollback: z.strictObject({ verb: z.literal('rollback'), step, class: rollback }),
  cancel: z.strictObject({ verb: z.literal('cancel'), ...where, class: rollback.optional() }),
  plain: z.strictObject({ verb: z.enum(['retry', 'pause', 'resume']), step }),
  withdraw: z.strictObject({ verb: z.literal('withdraw'), step, counting: texts }),
  takeover: z.strictObject({
    verb: z.literal('takeover'),
    epoch: count,
    holder: text,
    from: text,
    cluster: text,
    namespace: text,
    workflowId: text,
  }),
};

const REFUSED = {
  message: z.strictObject({
    verb: z.enum([...VERBS, 'cancel', 'unknown']),
    ...where,
    task: text.optional(),
    early: yes.optional(),
  }),
  /** The next check did not agree with what was answered. */
  contradicted: z.strictObject({
    verb: z.literal('answer'),
    task: text,
    contradicted: yes,
    questions: texts,
    ...where,
  }),
  several: z.strictObject({ verb: z.literal('several'), count, verbs: texts, ...where }),
};

const grant = z.strictObject({ verb: z.literal('approve'), required: count, counting: texts });
const closed = z.strictObject({ state });

/** By kind. */
export const SUBJECTS = {
  opened,
  step: z.union([result, gone]),
  intent,
  outcome,
  state: z.union(Object.values(STATE)),
  verb: z.union(Object.values(VERB)),
  refused: z.union(Object.values(REFUSED)),
  grant,
  closed,
} as const;

type Kind = keyof typeof SUBJECTS;

/** Kind and subject, as one belongs to the other. */
export type Said = { [K in Kind]: { kind: K; subject: z.infer<(typeof SUBJECTS)[K]> } }[Kind];

/** What is to be entered. */
export type Draft = Omit<EntryDraft, 'kind' | 'subject'> & Said;

/** An entry of a ledger. */
export type Entry = Omit<LedgerEntry, 'kind' | 'subject'> & Said;

/** Of one kind. */
export type Of<K extends Kind> = Omit<Entry, 'kind' | 'subject'> & Extract<Said, { kind: K }>;

/** What was entered was held to its type when it was written. */
export const asEntry = (entry: LedgerEntry): Entry => entry as Entry;
