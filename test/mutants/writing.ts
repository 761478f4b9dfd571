// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of source files, some with templates in them.
/** P2: a lost answer is settled by reading, and only the run that holds the claim writes. */
import type { Mutant } from './types.ts';

const SEND = { file: 'test/backbone/send.test.ts' };
const CLAIMS = { file: 'test/store/claims.test.ts' };
const TAKE_OVER = { file: 'test/store/takeOver.test.ts' };
const LOST = 'test/crash/lostResponses.test.ts';
const LEASES = 'test/crash/leases.test.ts';

const write = 'src/activities/write.ts';
const fence = 'src/store/fence.ts';
const failures = 'src/http/failures.ts';
const takeOver = 'src/store/takeOver.ts';

export const WRITING: readonly Mutant[] = [
  {
    promise: 'nothing is sent while the brake is on',
    file: write,
    text: 'await assertNoBrake(context, instance);',
    replacement: '',
    killedBy: { file: 'test/gate/confirmation.test.ts' },
  },
  {
    promise: 'what a write stands on is read right before it is sent',
    file: write,
    text: 'if (still && !(await still())) return undefined;',
    replacement: '',
    killedBy: { file: 'test/gate/person.test.ts', title: 'of the new one is not sent again' },
  },
  {
    promise: 'nothing is sent any more once somebody turned back',
    file: write,
    text: 'if (Context.current().cancellationSignal.aborted)',
    replacement: 'if (false as boolean)',
    killedBy: { file: LEASES, title: 'turned back while it was prepared' },
  },
  {
    promise: 'what was answered is not sent again',
    file: write,
    text: "case 'answered':\n    case 'present':\n      if (!raised) return undefined;\n      break;",
    replacement: "case 'answered':\n    case 'present':\n      break;",
    killedBy: { file: LEASES, title: 'what was answered' },
  },
  {
    promise: 'what was refused is sent again only when a person says so',
    file: write,
    text: "case 'refused':\n      if (!raised)",
    replacement: "case 'refused':\n      if (!planned)",
    killedBy: { file: LEASES, title: 'what was refused' },
  },
  {
    promise: 'an intent without an outcome is settled by reading before it is sent again',
    file: write,
    text: "if (last && (await settleIntent(context, planned, last.entry)) === 'present') return undefined;",
    replacement: '',
    killedBy: { file: LEASES, title: 'no outcome' },
  },
  {
    promise: 'an answer that was lost is settled by reading, never taken for "not sent"',
    file: write,
    text: "default:\n      return 'unknown';",
    replacement: "default:\n      return 'notSent';",
    killedBy: { file: LOST, title: 'a write is sent once' },
  },
  {
    promise: 'nothing is read as absent before whoever sent it cannot be sending any more',
    file: write,
    text: 'await outwait(context, intent);\n  const {',
    replacement: 'const {',
    killedBy: { file: LEASES, title: 'not before its lease is over' },
  },
  {
    promise: 'one look does not settle what became of a write',
    file: write,
    text: 'await tookHold(planned.settled, { every, staleness, wasBefore: switchedBy(intent) !== undefined })',
    replacement: 'await planned.settled()',
    killedBy: { file: LEASES, title: 'one look' },
  },
  {
    promise: 'what was so before is not taken for what a lost answer did',
    file: write,
    text: 'wasBefore: switchedBy(intent) !== undefined',
    replacement: 'wasBefore: false',
    killedBy: { file: 'test/rollback/stale.test.ts', title: 'a stop whose answer was lost' },
  },
  {
    promise: 'a failure of the server leaves the outcome of a write unknown',
    file: failures,
    text: "const code = effect === 'write' ? 'OutcomeUnknown' : 'ServerFailed';",
    replacement: "const code = 'ServerFailed' as string as 'ServerFailed' | 'RequestRefused';",
    killedBy: SEND,
  },
  {
    promise: 'a connection that breaks leaves the outcome of a write unknown',
    file: failures,
    text: "if (effect === 'write') return this.about('OutcomeUnknown', place, `the connection broke (${code})`, { cause });",
    replacement: '',
    killedBy: SEND,
  },
  {
    promise: 'a success that was answered to nobody leaves the outcome of a write unknown',
    file: failures,
    text: "const code = status < 300 ? 'OutcomeUnknown' : 'CredentialsExpired';",
    replacement: "const code = 'CredentialsExpired';",
    killedBy: SEND,
  },
  {
    promise: 'an HTML page is no answer to a write',
    file: 'src/backbone/send.ts',
    text: "if (isHtml(answer)) throw unknown('with an HTML page');",
    replacement: '',
    killedBy: SEND,
  },
  ...[
    ['another epoch', ".where('epoch', '=', epoch)"],
    ['another run', ".where('run_id', '=', runId)"],
    ['a claim that is closed', ".where('closed', 'is', null)"],
  ].map(
    ([what, text = '']): Mutant => ({
      promise: `nothing is entered for ${what}`,
      of: 'P2',
      file: fence,
      text,
      replacement: '',
      killedBy: CLAIMS,
    }),
  ),
  {
    promise: 'one original has one migration at a time',
    file: 'src/store/claims.ts',
    text: 'if (!taken) throw await claimHeld(tx, request.original, firstHold(request));',
    replacement:
      "if (!taken) return claimFrom((await tx.selectFrom('claim').selectAll().executeTakeFirstOrThrow()) as never);",
    killedBy: CLAIMS,
  },
  {
    promise: 'the recorded identity of the original is never exchanged',
    file: 'src/store/claims.ts',
    text: 'if (claim.identity !== null) {',
    replacement: "if (claim.identity === '') {",
    killedBy: CLAIMS,
  },
  {
    promise: 'no activity acts for a run that does not hold the claim',
    file: 'src/activities/context.ts',
    text: 'if (!claim || claim.runId !== runId || claim.closed) {',
    replacement: 'if (!claim) {',
    killedBy: { file: 'test/gate/confirmation.test.ts' },
  },
  {
    promise: 'nobody takes over while a request may be under way',
    file: takeOver,
    text: 'if (sending) {',
    replacement: 'if (sending && now === 0) {',
    killedBy: TAKE_OVER,
  },
  {
    promise: 'a claim that is held is not given to another run',
    file: takeOver,
    text: ".where('run_id', '=', AWAITED_RUN)",
    replacement: '',
    killedBy: CLAIMS,
  },
  {
    promise: 'the same start takes over by itself only what its own cluster says is closed',
    file: 'src/activities/takeover.ts',
    text: "return status.name === 'RUNNING' ? undefined : status.name;",
    replacement: 'return status.name;',
    killedBy: { file: 'test/messages/decisions.test.ts', title: 'a second run on the same original' },
  },
  {
    promise: 'a run that was reset acts no more',
    file: 'src/activities/takeover.ts',
    text: 'if (reset && held?.workflowId === request.workflowId)',
    replacement: 'if (false as boolean)',
    killedBy: { file: 'test/takeover/whose.test.ts', title: 'a run that was reset' },
  },
].map((mutant) => ({ of: 'P2', ...mutant }) as Mutant);
