// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of source files, some with templates in them.
/** P3: old and new never run at the same time because of us. P4: a rollback says what it is, and loses nothing on the way. */
import type { Mutant } from './types.ts';

const HAS_RUN = 'test/rollback/hasRun.test.ts';
const GUARDS = 'test/rollback/guards.test.ts';
const PERSON = 'test/gate/person.test.ts';
const WITHDRAWN = 'test/takeover/withdrawn.test.ts';

const start = 'src/activities/steps/startSynchronization.ts';
const undoStart = 'src/activities/undo/undoStart.ts';
const undoCreate = 'src/activities/undo/undoCreate.ts';
const undoStop = 'src/activities/undo/undoStop.ts';
const undoDelete = 'src/activities/undo/undoDelete.ts';
const rollback = 'src/workflows/rollback.ts';
const UNTOLD = 'if (delta && !left) {';

const STARTING: Omit<Mutant, 'of'>[] = [
  {
    promise: 'the new one is not started beside an original that runs',
    file: start,
    text: 'if (original.there && !original.there.stopped) {',
    replacement: 'if (original.there && !original.there.value) {',
    killedBy: { file: GUARDS, title: 'asks for the original to be stopped' },
  },
  {
    promise: 'the original is read as stopped right before the new one is started',
    file: 'src/activities/originalGone.ts',
    text: 'return original.there ? original.there.stopped : original.asks === undefined;',
    replacement: 'return original.there !== undefined || original.asks === undefined;',
    killedBy: { file: 'test/crash/sentAgain.test.ts' },
  },
  {
    promise: 'the pairs are read right before the new one is started',
    file: start,
    text: 'if (!(held instanceof PairsHeld) || !(await mayStart(context)))',
    replacement: 'if (!(await mayStart(context)))',
    // No request to start one can be written without the pairs that it was read to hold.
    along: [
      { file: start, text: 'startRequest(held,', replacement: 'startRequest({ key } as PairsHeld,' },
      { file: start, text: '{ pairs: held.count }', replacement: '{}' },
    ],
    killedBy: { file: 'test/gate/paired.test.ts', title: 'a pair that is gone when the start is about to be sent' },
  },
  {
    promise: 'a new one that does not hold its pairs is not started',
    file: start,
    text: 'if (!(held instanceof PairsHeld)) {\n      // Reading',
    replacement: 'if (!held) {\n      // Reading',
    killedBy: { file: 'test/gate/paired.test.ts', title: 'a person is not asked to start it' },
  },
  {
    promise: 'what the start would create and nobody foresaw is asked about',
    file: start,
    text: 'if (surprises.length > 0 && answerTo(',
    replacement: 'if (surprises.length > 100 && answerTo(',
    killedBy: { file: GUARDS, title: 'would create an issue' },
  },
  {
    promise: 'two synchronizations that could be ours stop the run',
    file: 'src/activities/steps/createSynchronization.ts',
    text: 'if (found && there.length > 1) {',
    replacement: 'if (found && there.length > 100) {',
    killedBy: { file: GUARDS, title: 'two of them' },
  },
  {
    promise: 'an original that somebody starts again is reported',
    file: 'src/activities/watching.ts',
    text: 'if (looks % TELL_AGAIN_LOOKS === 0) found.push({ row, what: now });',
    replacement: '',
    killedBy: { file: 'test/watch/watch.test.ts', title: 'an original that somebody starts again' },
  },
  {
    promise: 'on the way back the original starts last',
    file: 'src/contract/order.ts',
    text: "export const UNDO_ORDER = [\n  'startSynchronization',\n  'createSynchronization',\n  'stopOriginal',\n]",
    replacement:
      "export const UNDO_ORDER = [\n  'startSynchronization',\n  'stopOriginal',\n  'createSynchronization',\n]",
    killedBy: { file: GUARDS, title: 'before the original starts' },
  },
  {
    promise: 'the original is not started beside a new one that runs',
    file: undoStop,
    text: 'if (running) return newOneRuns(running.key);',
    replacement: '',
    killedBy: { file: GUARDS, title: 'not started beside' },
  },
];

const BACK: Omit<Mutant, 'of'>[] = [
  {
    promise: 'a rollback of one that may have run is R2',
    file: 'src/contract/rollback.ts',
    text: "['running', 'waiting', 'done'].includes(stateOf('createSynchronization'))",
    replacement: "['done'].includes(stateOf('createSynchronization'))",
    killedBy: { file: 'test/contract/rollback.test.ts' },
  },
  {
    promise: 'there is no way back from an original that is deleted',
    file: 'src/contract/rollback.ts',
    text: "if (stateOf('deleteOriginal') === 'done') return 'R3';",
    replacement: '',
    killedBy: { file: 'test/contract/rollback.test.ts' },
  },
  {
    promise: 'the new one is not stopped when the original is gone',
    file: undoStart,
    text: 'if (unfit) return unfit;',
    replacement: '',
    killedBy: { file: PERSON, title: 'neither stopped nor deleted' },
  },
  {
    promise: 'the original is read right before the new one is stopped',
    file: undoStart,
    text: '(await originalNow(context)) !== undefined && (await createdNow(context, key)) !== undefined',
    replacement: '(await createdNow(context, key)) !== undefined',
    killedBy: { file: PERSON, title: 'of the new one is not sent again' },
  },
  {
    promise: 'what people did under the new one is asked about',
    file: undoStart,
    text: 'if (isEmpty(delta) && known === undefined)',
    replacement: 'if (known === undefined)',
    killedBy: { file: HAS_RUN, title: 'keeps the new one when a person chooses so' },
  },
  {
    promise: 'a new one that runs before it is started is said at once',
    file: 'src/activities/newOne.ts',
    text: "if (stopped === false) return tooEarly(created, 'runs');",
    replacement: '',
    killedBy: { file: 'test/rollback/startedTooEarly.test.ts', title: 'is said as soon as it is seen' },
  },
  {
    promise: 'an issue that was made a second time is no pair to hand over',
    file: 'src/activities/undo/delta.ts',
    text: '!copyNames.has(pairName(pair)) &&',
    replacement: '',
    killedBy: {
      file: 'test/rollback/startedTooEarly.test.ts',
      title: 'the original is not started beside second copies',
    },
  },
  {
    promise: 'what ran since it was looked for is looked for again before the delete',
    file: 'src/activities/undo/ran.ts',
    text: 'return carried.traces !== atRest;',
    replacement: 'return carried.traces === undefined;',
    killedBy: { file: 'test/rollback/runsAgain.test.ts', title: 'while a person is asked to delete it' },
  },
  {
    promise: 'what ran since it was looked for is not deleted, read right before',
    file: undoCreate,
    text: ' || (await ranAgain(context))) return false;',
    replacement: ') return false;',
    killedBy: { file: 'test/rollback/runsAgain.test.ts', title: 'between the look at it and a delete of ours' },
  },
  {
    promise: 'a choice counts for what the new one held when it was asked',
    file: undoStart,
    text: 'known?.traces === traces',
    replacement: 'known !== undefined',
    killedBy: { file: 'test/rollback/runsAgain.test.ts', title: 'a choice by what was found before' },
  },
  {
    promise: 'nothing of it is taken back before a person has chosen',
    file: undoStart,
    text: 'if (answerTo(context, question) === undefined) {',
    replacement: 'if (digest === undefined) {',
    killedBy: { file: HAS_RUN, title: 'keeps the new one when a person chooses so' },
  },
  {
    promise: 'the new one is not deleted when the original is gone',
    file: undoCreate,
    text: 'if (unfit) return unfit;',
    replacement: '',
    killedBy: { file: GUARDS, title: 'is not deleted when the original is gone' },
  },
  {
    promise: 'the original is read right before the new one is deleted',
    file: undoCreate,
    text: '(await originalUnfit(context, [key])) !== undefined || ',
    replacement: '',
    killedBy: { file: PERSON, title: 'of the new one is not sent again' },
  },
  {
    promise: 'nothing of the new one is deleted while the original runs and was not told of what it carried',
    file: undoCreate,
    text: 'if (runsAlready) return runsAlready;',
    replacement: '',
    along: [
      {
        file: undoCreate,
        text: 'return (await originalRunsAgain(context)) === undefined;',
        replacement: 'return true;',
      },
    ],
    killedBy: { file: 'test/rollback/startedByHand.test.ts', title: 'nothing of the new one is deleted' },
  },
  {
    promise: 'a new one that runs is not deleted',
    file: undoCreate,
    text: 'if (running) {',
    replacement: 'if (running && there.length > 100) {',
    killedBy: { file: GUARDS, title: 'a new one that runs is not deleted' },
  },
  {
    promise: 'what does not carry our mark is not deleted',
    file: undoCreate,
    text: '.filter((one) => isMarked(context, one) && !isStranger(context, one))',
    replacement: '',
    killedBy: { file: GUARDS, title: 'does not carry our mark' },
  },
  {
    promise: 'what stands under the key of ours and was created at another time is not called ours',
    file: 'src/activities/ours.ts',
    text: 'return identityDifferences(created, { ...created, ...ownIdentity(value) }).length > 0;',
    replacement: 'return false;',
    killedBy: { file: 'test/rollback/unfit.test.ts', title: 'a foreign synchronization' },
  },
  {
    promise: 'nothing of the new one is taken away for an original that cannot be started',
    file: 'src/activities/undo/originalUnfit.ts',
    text: 'if (conflicts.length > 0)',
    replacement: 'if (conflicts.length > 1000)',
    killedBy: { file: 'test/rollback/unfit.test.ts', title: 'a field is gone' },
  },
  {
    promise: 'a new one that a person keeps, since the original could not run, is not taken away',
    file: 'src/activities/undo/originalUnfit.ts',
    text: 'if (context.answers[UNFIT_QUESTION] !== undefined)',
    replacement: 'if (context.answers[UNFIT_QUESTION] === null)',
    killedBy: { file: 'test/rollback/unfit.test.ts', title: 'a new one that was never started' },
  },
  {
    promise: 'a creation that is under way is waited for',
    file: undoCreate,
    text: "await outwaitSenders(context, 'createSynchronization');",
    replacement: '',
    killedBy: { file: GUARDS, title: 'a write of createSynchronization' },
  },
  {
    promise: 'a start that is under way is waited for before it is taken back',
    file: undoStart,
    text: "await outwaitSenders(context, 'startSynchronization');",
    replacement: '',
    killedBy: { file: GUARDS, title: 'a write of startSynchronization' },
  },
  {
    promise: 'a stop that is under way is waited for before it is taken back',
    file: undoStop,
    text: "await outwaitSenders(context, 'stopOriginal');",
    replacement: '',
    killedBy: { file: GUARDS, title: 'a write of stopOriginal' },
  },
  {
    promise: 'an original that was stopped before the migration stays so',
    file: undoStop,
    text: 'if (!plan.originalRan) {',
    replacement: 'if (!plan.originalRan && there.length > 100) {',
    killedBy: { file: GUARDS, title: 'stays stopped' },
  },
  {
    promise: 'that the original runs again is believed of every node, where no start of ours says so',
    file: undoStop,
    text: '|| readsRunning(context, where)',
    replacement: '|| where !== undefined',
    killedBy: { file: 'test/rollback/stale.test.ts', title: 'every second answer' },
  },
  {
    promise: 'the original is told what the new one carried, before it starts',
    file: undoStop,
    text: 'if (delta && left.length + copies.length > 0 && !accepted) {',
    replacement: UNTOLD,
    along: [
      { file: undoStop, text: 'if (delta && left.length > 0 && isOurs &&', replacement: 'if (delta && !left &&' },
    ],
    killedBy: { file: HAS_RUN, title: 'hands what was done over to the original' },
  },
  {
    promise: 'an original that refuses what the new one carried starts without it only when a person says so',
    file: undoStop,
    text: 'if (delta && left.length + copies.length > 0 && !accepted) {',
    replacement: UNTOLD,
    killedBy: { file: 'test/rollback/refusedHandOver.test.ts', title: 'since it has the pair already' },
  },
  {
    promise: 'the old A gets what was done under the new one',
    file: undoStop,
    text: 'if (lacks && resynced === undefined) {',
    replacement: 'if (lacks && resynced !== undefined) {',
    killedBy: { file: HAS_RUN, title: 'to the old home of a project' },
  },
  {
    promise: 'nothing is taken back while a person may still delete the original',
    file: rollback,
    text: 'if (run.deleteAsked) {\n    const out',
    replacement: 'if (run.final) {\n    const out',
    killedBy: { file: PERSON, title: 'rollback keeps the new one where a person says so' },
  },
  {
    promise: 'a delete that happened before it was taken back is the end',
    file: rollback,
    text: "if (settled.state === 'gone') {",
    replacement: "if (settled.state === 'gone' && run.final) {",
    killedBy: { file: WITHDRAWN, title: 'a delete that is done while the next run asks' },
  },
  {
    promise: 'the answer that nobody deletes it counts for the asking that it answers',
    file: undoDelete,
    text: 'shows: asked,',
    replacement: 'shows: 0,',
    killedBy: { file: PERSON, title: 'an answer counts for the time' },
  },
  {
    promise: 'both are not kept while a person may still delete the original',
    file: 'src/workflows/messages.ts',
    text: "if (verb === 'reject' && run.deleteAsked && (message as Reject).then === 'keepBoth') return STILL_ASKED;",
    replacement: '',
    killedBy: { file: WITHDRAWN, title: 'keepBoth is only reached' },
  },
];

export const RUNNING: readonly Mutant[] = [
  ...STARTING.map((mutant): Mutant => ({ ...mutant, of: 'P3' })),
  ...BACK.map((mutant): Mutant => ({ ...mutant, of: 'P4' })),
];
