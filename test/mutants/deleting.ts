// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of source files, some with templates in them.
/** P1: the original is deleted once, on an approval that still holds, and only as long as it is the recorded one and stopped. */
import type { Mutant } from './types.ts';

const CONFIRMATION = { file: 'test/gate/confirmation.test.ts' };
const DRIFT = 'test/gate/drift.test.ts';
const GATE = 'test/migration/gate.test.ts';
const ONCE = 'test/gate/once.test.ts';
const REFUSED = 'test/messages/refused.test.ts';
const DECISIONS = 'test/messages/decisions.test.ts';
const PREDICATES = { file: 'test/report/predicates.test.ts' };

const deletion = 'src/workflows/deletion.ts';
const approval = 'src/workflows/approval.ts';
const steps = 'src/activities/steps/deleteOriginal.ts';
const reading = 'src/activities/steps/approval.ts';
const predicates = 'src/evidence/predicates.ts';

const WORKFLOW: Omit<Mutant, 'of'>[] = [
  {
    promise: 'an approval does not count while the migration is paused',
    file: deletion,
    text: '!run.paused && (run.rejected !== undefined || isApproved(run))',
    replacement: '(run.rejected !== undefined || isApproved(run))',
    killedBy: { file: DECISIONS, title: 'a pause in the same moment as an approval' },
  },
  {
    promise: 'what was confirmed is confirmed anew when somebody paused or rejected meanwhile',
    file: deletion,
    text: 'if (run.paused || run.rejected || run.back) continue;',
    replacement: '',
    killedBy: { file: DECISIONS, title: 'in the same moment as an approval' },
  },
  {
    promise: 'a decision that drifted is not deleted on',
    file: deletion,
    text: "if (confirmation.state === 'drifted')",
    replacement: "if (confirmation.state === 'drifted' && confirmation.reason === '')",
    killedBy: { file: DRIFT, title: 'the new one was stopped' },
  },
  {
    promise: 'a delete that failed does not end the run: only reading settles it',
    file: deletion,
    text: '.catch(() => undefined);\n  }\n  const look',
    replacement: ';\n  }\n  const look',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an original that is still there after the delete is not called deleted',
    file: deletion,
    text: "if (settled.state === 'stillThere') return spend(run, settled.reason);\n  run.facts.deletedAt = settled.deletedAt;",
    replacement: "run.facts.deletedAt = 'deletedAt' in settled ? settled.deletedAt : '';",
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an approval that was spent does not count for the next decision',
    file: deletion,
    text: 'run.facts.spent = (run.facts.spent ?? 0) + 1;\n  await enter(run, { kind: ',
    replacement: 'await enter(run, { kind: ',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an approval names the decision that stands',
    file: approval,
    text: 'if (!current.startsWith(decision.toLowerCase()))',
    replacement: "if (decision === 'none')",
    killedBy: { file: REFUSED },
  },
  {
    promise: 'whoever requested the migration does not approve it',
    file: approval,
    text: 'if (by === run.start.requestedBy && !policy.selfApproval)',
    replacement: 'if (false as boolean)',
    killedBy: { file: REFUSED },
  },
  {
    promise: 'nobody approves who is not an approver',
    file: approval,
    text: 'if (!policy.approvers.includes(by))',
    replacement: 'if (false as boolean)',
    killedBy: { file: REFUSED },
  },
  {
    promise: 'as many people approve as the policy asks for',
    file: approval,
    text: 'approvedBy(run).length >= policyOf(run).required',
    replacement: 'approvedBy(run).length >= 1',
    killedBy: { file: GATE, title: 'as many people approved' },
  },
  {
    promise: 'no verb is taken while the delete is settled',
    file: 'src/contract/verbs.ts',
    text: 'deleting: [],',
    replacement: "deleting: ['rollback'],",
    killedBy: { file: 'test/docs/states.test.ts' },
  },
  {
    promise: 'a message that is not legal where the migration stands changes nothing',
    file: 'src/workflows/messages.ts',
    text: 'if (!run.legal.includes(verb)) return whyNot(verb, run.standing, run.direction);',
    replacement: '',
    killedBy: { file: REFUSED },
  },
  {
    promise: 'a cancellation request does not interrupt a delete that is settled',
    file: 'src/workflows/migrateSynchronization.ts',
    text: "const legal = run.standing !== 'deleting';",
    replacement: 'const legal = true;',
    killedBy: { file: ONCE, title: 'when its outcome cannot be read' },
  },
  {
    promise: 'no path of the state machine deletes without a grant',
    file: 'src/contract/machine.ts',
    text: "by: 'the decision is confirmed',\n    deletes: true,\n    needsGrant: true,",
    replacement: "by: 'the decision is confirmed',\n    deletes: true,",
    killedBy: { file: 'test/contract/machine.test.ts' },
  },
];

const ACTIVITIES: Omit<Mutant, 'of'>[] = [
  {
    promise: 'nothing is confirmed while the brake is on, so that the approval counts after it',
    file: steps,
    text: 'await assertNoBrake(context, planOf(context).original.instance);',
    replacement: '',
    killedBy: { file: 'test/gate/brake.test.ts', title: 'holds an approved delete' },
  },
  {
    promise: 'nothing is confirmed unless the ledger holds the approvals that the policy of now asks for',
    file: steps,
    text: "if (!approval.approved) return { state: 'drifted', reason: `${approval.why}.`, items: [] };",
    replacement: '',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'for an approval that is not in the ledger' },
  },
  {
    promise: 'nothing is confirmed while a statement of the evidence does not hold',
    file: steps,
    text: 'if (broken.length > 0)',
    replacement: 'if (broken.length > 100)',
    killedBy: { file: DRIFT, title: 'the new one was stopped' },
  },
  {
    promise: 'nothing is confirmed for another decision than the one that was approved',
    file: steps,
    text: 'if (digest !== context.facts.decision)',
    replacement: "if (digest === '')",
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'when the decision is another one by now' },
  },
  {
    promise: 'no delete is sent on a confirmation that is older than a minute',
    file: steps,
    text: 'if (age > CONFIRMATION_MS)',
    replacement: 'if (age > CONFIRMATION_MS * 1000)',
    killedBy: CONFIRMATION,
  },
  {
    promise: 'no delete is sent unless the ledger holds the approvals, read once more',
    file: steps,
    text: "if (!approval.approved) throw new MigratorError('IntentSettledOnlyByRetry', `${approval.why}.`);",
    replacement: '',
    killedBy: CONFIRMATION,
  },
  {
    promise: 'no delete is sent while the original runs',
    file: steps,
    text: 'if (!now.stopped)',
    replacement: 'if (!now)',
    killedBy: CONFIRMATION,
  },
  {
    promise: 'each approved decision has a delete of its own',
    file: steps,
    text: 'part: `delete ${context.facts.decision}`,',
    replacement: "part: 'delete',",
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'whoever may still be sending the delete is waited for',
    file: steps,
    text: "await outwaitSenders(context, 'deleteOriginal');",
    replacement: '',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'not before whoever may be sending' },
  },
  {
    promise: 'a delete is settled by reading whether the original is there',
    file: steps,
    text: 'const gone = (await readOriginal(context)) === undefined;',
    replacement: 'const gone = true;',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an approval in the ledger counts for its own decision only',
    file: reading,
    text: "entry.kind !== 'grant' || entry.digests.decision !== decision ||",
    replacement: "entry.kind !== 'grant' ||",
    killedBy: CONFIRMATION,
  },
  {
    promise: 'an approval counts before the delete only from an approver of now',
    file: reading,
    text: 'if (!policy.approvers.includes(name)) continue;',
    replacement: '',
    killedBy: { file: DRIFT, title: 'not one any more in the configuration' },
  },
  {
    promise: 'an approval of the requester does not count before the delete either',
    file: reading,
    text: 'if (name === context.start.requestedBy && !policy.selfApproval) continue;',
    replacement: '',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'the requester' },
  },
  {
    promise: 'an approval that is only claimed does not count where the policy of now asks for more',
    file: reading,
    text: "if (policy.identity !== 'claimed' && entry.grade === 'claimed') continue;",
    replacement: '',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'only claimed' },
  },
  {
    promise: 'as many approvals count before the delete as the policy of now asks for',
    file: reading,
    text: 'people.size >= policy.required',
    replacement: 'people.size >= 1',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'more approvals' },
  },
  {
    promise: 'what stands under the key of the original is the recorded one',
    file: 'src/activities/reading.ts',
    text: 'if (differences.length > 0) {\n    throw',
    replacement: 'if (differences.length > 100) {\n    throw',
    killedBy: { file: GATE, title: 'another synchronization that stands under the key' },
  },
];

const EVIDENCE: Omit<Mutant, 'of'>[] = [
  ['every pair is held by the new one', 'none(missing.map(pairName), ', 'none([], '],
  ['every pair is mirrored', 'none([...new Set([...mirrors, ...multiple])], ', 'none([], '],
  ['the new one runs', 'holds: runs && broken.length === 0,', 'holds: true,'],
  ['no issue is in error', 'holds: connectors.every(({ issuesInError }) => issuesInError === 0),', 'holds: true,'],
  [
    'no issue was duplicated',
    "read: ({ duplicates }) => none(duplicates, 'duplicates'),",
    "read: () => none([], 'duplicates'),",
  ],
  ['the original is stopped', 'holds: original.stopped,', 'holds: true,'],
  ['the original is unchanged', 'holds: same && differences.length === 0,', 'holds: true,'],
  ['the start created what was forecast', 'holds: keys.length <= forecast,', 'holds: true,'],
].map(([promise = '', text = '', replacement = '']) => ({
  promise: `nothing is approved or deleted unless ${promise}`,
  file: predicates,
  text,
  replacement,
  killedBy: PREDICATES,
}));

export const DELETING: readonly Mutant[] = [...WORKFLOW, ...ACTIVITIES, ...EVIDENCE].map((mutant) => ({
  ...mutant,
  of: 'P1',
}));
