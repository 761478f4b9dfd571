// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of source files, some with templates in them.
/** P1: the original is deleted once, on an approval that still holds, and only as long as it is the recorded one and stopped. */
import type { Mutant } from './types.ts';

const CONFIRMATION = { file: 'test/gate/confirmation.test.ts' };
const DRIFT = 'test/gate/drift.test.ts';
const GATE = 'test/migration/gate.test.ts';
const ONCE = 'test/gate/once.test.ts';
const REFUSED = 'test/messages/refused.test.ts';
const DECISIONS = 'test/messages/decisions.test.ts';
const POLICY = { file: 'test/contract/policy.test.ts' };
const CONFIRMED = 'test/gate/confirmed.test.ts';
const PREDICATES = { file: 'test/report/predicates.test.ts' };

const deletion = 'src/workflows/deletion.ts';
const policy = 'src/contract/policy.ts';
const evolve = 'src/migration/evolve.ts';
const AGAIN = 'if (run.paused || run.state.keepBoth || run.back || run.deciding > 0 || !isApproved(run)) continue;';
const PROVED = 'if (provedDigest(await makeDecision(context, observed)) !== proved)';
const UNPROVED = "if (proved === '')";
const steps = 'src/activities/steps/deleteOriginal.ts';
const confirmation = 'src/activities/confirmation.ts';
const reading = 'src/activities/steps/approval.ts';
const predicates = 'src/evidence/predicates.ts';

const WORKFLOW: Omit<Mutant, 'of'>[] = [
  {
    promise: 'an approval does not count while the migration is paused',
    file: deletion,
    text: '!run.paused && run.deciding === 0 && (run.state.keepBoth',
    replacement: 'run.deciding === 0 && (run.state.keepBoth',
    along: [
      { file: deletion, text: 'await unpaused(run);\n    if (run.back)', replacement: 'if (run.back)' },
      { file: deletion, text: AGAIN, replacement: AGAIN.replace('run.paused || ', '') },
    ],
    killedBy: { file: DECISIONS, title: 'a pause in the same moment as an approval' },
  },
  {
    promise: 'what was confirmed is confirmed anew when somebody paused meanwhile',
    file: deletion,
    text: AGAIN,
    replacement: AGAIN.replace('run.paused || ', ''),
    killedBy: { file: 'test/gate/meanwhile.test.ts' },
  },
  {
    promise: 'a decision that drifted is not deleted on',
    file: deletion,
    text: "if (confirmation.state === 'drifted')",
    replacement: "if (confirmation.state === 'drifted' && confirmation.reason === '')",
    along: [{ file: steps, text: 'if (unconfirmed) throw new', replacement: "if (unconfirmed === '') throw new" }],
    killedBy: { file: DRIFT, title: 'a pair was deleted' },
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
    text: "if (settled.state === 'stillThere') return spend(run, settled.reason);",
    replacement: "if (settled.state === 'stillThere') return 'deleted';",
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an approval that was spent does not count for the next decision',
    file: evolve,
    text: 'grants: [], granted: false, spent: state.spent + 1 };',
    replacement: 'spent: state.spent };',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
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
    text: "if (run.standing === 'deleting') {",
    replacement: 'if (run.final) {',
    killedBy: { file: ONCE, title: 'a cancellation request while' },
  },
  {
    promise: 'on no path of the machine is a delete sent while it is paused',
    file: 'src/migration/state.ts',
    text: "return paused ? 'the migration is paused.' : undefined;",
    replacement: 'return undefined;',
    killedBy: { file: 'test/fold/walk.test.ts' },
  },
];

const APPROVALS: Omit<Mutant, 'of'>[] = [
  {
    promise: 'an approval names the decision that stands',
    file: policy,
    text: 'if (!gate.decision.startsWith(named)) {',
    replacement: "if (named === 'none') {",
    killedBy: { file: REFUSED },
  },
  {
    promise: 'whoever requested the migration does not approve it',
    file: policy,
    text: "if (!policy.selfApproval && samePerson(by, requestedBy)) return 'requester';",
    replacement: '',
    killedBy: POLICY,
  },
  {
    promise: 'nobody approves who is not an approver',
    file: policy,
    text: "if (!policy.approvers.some((name) => samePerson(name, by))) return 'stranger';",
    replacement: '',
    killedBy: POLICY,
  },
  {
    promise: 'an approval that is only claimed does not count where the policy asks for more',
    file: policy,
    text: "return policy.identity !== 'claimed' && grade === 'claimed' ? 'identity' : undefined;",
    replacement: 'return undefined;',
    along: [
      {
        file: policy,
        text: "if (policy.identity !== 'claimed') {",
        replacement: 'if (policy.identity === undefined) {',
      },
    ],
    killedBy: { file: 'test/gate/policy.test.ts', title: 'and the identity is raised' },
  },
  {
    promise: 'as many people approve as the policy asks for',
    file: policy,
    text: 'counting.length >= foreseen',
    replacement: 'counting.length >= 1',
    killedBy: POLICY,
  },
  {
    promise: 'a policy that asks for fewer approvals does not start a delete by itself',
    file: policy,
    text: 'largest([required, ...counting.map((grant) => grant.required)])',
    replacement: 'required',
    killedBy: POLICY,
  },
  {
    promise: 'one person who approves twice has given one approval',
    file: policy,
    text: 'standing.delete(person);',
    replacement:
      "if (kind !== 'grant') standing.delete(person);\n      if (standing.has(person)) standing.set(`${person} again`, entry);",
    killedBy: POLICY,
  },
  {
    promise: 'an approval that was taken back counts no more',
    file: policy,
    text: 'if (!grant.withdrawn) standing.set(person, grant);',
    replacement: 'standing.set(person, grant);',
    killedBy: POLICY,
  },
  {
    promise: 'approvals that were given to a run that is gone count no more',
    file: evolve,
    text: 'grants: [],\n    granted: false,\n    spent: state.spent + (state.granted ? 1 : 0),',
    replacement: 'spent: state.spent + (state.granted ? 1 : 0),',
    killedBy: POLICY,
  },
  {
    promise: 'two spellings of one person are one person',
    file: 'src/contract/people.ts',
    text: "return address.toLowerCase().normalize('NFC');",
    replacement: 'return address;',
    killedBy: { file: 'test/contract/people.test.ts' },
  },
];

const FOREIGN = 'test/foreign/foreign.test.ts';

const ACTIVITIES: Omit<Mutant, 'of'>[] = [
  {
    promise: 'no delete is sent on a confirmation that is not in the ledger',
    file: steps,
    text: 'if (unconfirmed) throw new',
    replacement: "if (unconfirmed === '') throw new",
    killedBy: { file: FOREIGN },
  },
  {
    promise: 'no delete is sent while it is paused, rejected or taken back, whatever the workflow says',
    file: confirmation,
    text: 'return heldUp(state);',
    replacement: 'return undefined;',
    killedBy: { file: FOREIGN },
  },
  {
    promise: 'the workflow has nothing entered that no entry says',
    file: 'src/activities/openMigration.ts',
    text: 'if (!said.success)',
    replacement: 'if (!said.success && !kind)',
    killedBy: { file: FOREIGN },
  },
  {
    promise: 'nobody has an approval recorded, or what was read, proved or sent, but by the activity that it is about',
    file: 'src/activities/openMigration.ts',
    text: 'if (!RECORDED.includes(kind))',
    replacement: 'if (kind.length > 100)',
    killedBy: { file: FOREIGN },
  },
  {
    promise: 'what is approved is the decision of the evidence that is stored',
    file: reading,
    text: "if (decisionDigest(made.decision) !== factOf(context, 'decision') || made.digest !== context.facts.decision)",
    replacement: "if (made.digest === '')",
    killedBy: CONFIRMATION,
  },
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
    text: "if (!judge(reading.gate).approved) return { state: 'notApproved' };",
    replacement: '',
    killedBy: { file: CONFIRMED, title: 'is not confirmed for an approval that is not in the ledger' },
  },
  {
    promise: 'nothing is confirmed while a statement of the evidence does not hold',
    file: steps,
    text: 'if (broken.length > 0)',
    replacement: 'if (broken.length > 100)',
    killedBy: { file: DRIFT, title: 'a pair was deleted' },
  },
  {
    promise: 'nothing is confirmed when something else was approved than would be proved now',
    file: steps,
    text: PROVED,
    replacement: UNPROVED,
    killedBy: { file: CONFIRMED, title: 'when the decision is another one by now' },
  },
  {
    promise: 'nothing is confirmed when another synchronization has taken the place of the new one',
    file: steps,
    text: "if (changed) return { state: 'drifted', reason: changed.reason, items: listed(changed.items) };",
    replacement: '',
    along: [{ file: steps, text: PROVED, replacement: UNPROVED }],
    killedBy: { file: CONFIRMED, title: 'has taken the place of the new one' },
  },
  {
    promise: 'no delete is sent on a confirmation that is older than a minute',
    file: confirmation,
    text: 'if (age > CONFIRMATION_MS)',
    replacement: 'if (age > CONFIRMATION_MS * 1000)',
    killedBy: CONFIRMATION,
  },
  {
    promise: 'no delete is sent for another decision than the one that was confirmed',
    file: confirmation,
    text: 'if (confirmed.decision !== decision)',
    replacement: "if (decision === '')",
    killedBy: CONFIRMATION,
  },
  {
    promise: 'no delete is sent unless the ledger holds the approvals, read once more',
    file: steps,
    text: 'if (!approved) throw new',
    replacement: 'if (approved === undefined) throw new',
    killedBy: { file: CONFIRMED, title: 'is not deleted for an approval that is not in the ledger' },
  },
  {
    promise: 'no delete is sent while the original runs',
    file: 'src/activities/verify/standing.ts',
    text: 'return now.stopped && ',
    replacement: 'return ',
    killedBy: { file: 'test/gate/successor.test.ts', title: 'the original was started' },
  },
  {
    promise: 'a file that was attached on the old home is seen, whatever the history says',
    file: 'src/jira/issues.ts',
    text: 'withFiles(await this.#changes(issue), fields.attachment ?? [])',
    replacement: 'await this.#changes(issue)',
    killedBy: { file: 'test/migration/verifyOldHome.test.ts', title: 'names a file that was attached' },
  },
  {
    promise: 'an issue of the old home that was touched by what nothing tells is named',
    file: 'src/activities/verify/oldHome.ts',
    text: 'updated - told > SAME_MOMENT_MS',
    replacement: 'updated - told > SAME_MOMENT_MS * 1000_000',
    killedBy: { file: 'test/migration/verifyOldHome.test.ts', title: 'names an issue of old A that was touched' },
  },
  {
    promise: 'nothing is approved that a resync, planned by one of two changes of the same moment, wrote over',
    file: 'src/activities/verify/observePairs.ts',
    text: 'overB.includes(id) && ',
    replacement: 'overB.length > 100 && ',
    killedBy: { file: 'test/migration/missedChanges.test.ts', title: 'never approves a resync over' },
  },
  {
    promise: 'each approved decision has a delete of its own',
    file: steps,
    text: '`delete ${facts.decision}`',
    replacement: '(facts.decision ? "delete" : "")',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'a delete is settled by reading whether the original is there',
    file: steps,
    text: 'const gone = await readGone(context);',
    replacement: 'const gone = true;',
    killedBy: { file: ONCE, title: 'a delete answered with 403' },
  },
  {
    promise: 'an approval in the ledger counts for what was proved then only',
    file: reading,
    text: '.filter((grant) => grant.proved === proved)\n        .map',
    replacement: '.map',
    killedBy: { file: CONFIRMED, title: 'for an approval of another proof' },
  },
  {
    promise: 'approvals are judged by the operator’s policy of now',
    file: reading,
    text: 'const now = underPolicy(made, policyNow(context));',
    replacement: 'const now = policyNow(context) && made;',
    killedBy: { file: CONFIRMED, title: 'the operator asks for more approvals' },
  },
  {
    promise: 'what stands under the key of the original is the recorded one',
    file: 'src/activities/presence.ts',
    text: 'if (differences.length === 0) return seen;',
    replacement: 'if (differences.length < 100) return seen;',
    killedBy: { file: GATE, title: 'another synchronization that stands under the key' },
  },
];

const EVIDENCE: Omit<Mutant, 'of'>[] = [
  ['every pair is held by the new one', 'none(missing.map(pairName), ', 'none([], '],
  ['every pair is mirrored', "none(unmirrored, 'entries", "none([], 'entries"],
  ['the new one runs', 'holds: runs && broken.length === 0,', 'holds: true,'],
  ['no issue is in error', 'holds: connectors.every(({ issuesInError }) => issuesInError === 0),', 'holds: true,'],
  [
    'no issue was duplicated',
    "read: ({ duplicates, perhapsNeighbours }) => none([...duplicates, ...perhapsNeighbours], 'duplicates'),",
    "read: () => none([], 'duplicates'),",
  ],
  ['the original is stopped', 'holds: original.stopped,', 'holds: true,'],
  ['the original is unchanged', 'holds: same && differences.length === 0,', 'holds: true,'],
  ['the start created what was forecast', 'holds: keys.length <= forecast,', 'holds: true,'],
  ['every paired issue can be read', 'none(unreadable, ', 'none([], '],
  ['no issue was left in no pair', 'none([...bornLateUnpaired, ...leftBehind], ', 'none([], '],
  ['every paired issue is the one that was paired', 'none(contradicted, ', 'none([], '],
  ['the summaries agree', 'none(summaryMismatches, ', 'none([], '],
  ['the fields that people changed agree', 'none(fieldMismatches, ', 'none([], '],
  ['the comments agree', 'holds: commentsMissing.length + commentsDoubled.length === 0,', 'holds: true,'],
  ['the new configuration is the translated one', 'none(conflicts, ', 'none([], '],
  ['the original has carried nothing since it was recorded', 'none(moved, ', 'none([], '],
  ['what people did on the old home is accounted for', 'none(open, ', 'none([], '],
  ['what was resynced arrived', 'holds: stuck.length === 0 && !silent,', 'holds: !silent,'],
  ['something arrived at all', 'holds: stuck.length === 0 && !silent,', 'holds: stuck.length === 0,'],
].map(([promise = '', text = '', replacement = '']) => ({
  promise: `nothing is approved or deleted unless ${promise}`,
  file: predicates,
  text,
  replacement,
  killedBy: PREDICATES,
}));

export const DELETING: readonly Mutant[] = [...WORKFLOW, ...APPROVALS, ...ACTIVITIES, ...EVIDENCE].map((mutant) => ({
  ...mutant,
  of: 'P1',
}));
