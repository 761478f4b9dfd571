/** P1: what verify reads and the confirmation reads again, each finding where it is made. */
import type { Mutant } from './types.ts';

const FIRST_VERIFY = { file: 'test/migration/firstVerify.test.ts', title: 'before the first verify' };
const OLD_HOME = 'test/migration/verifyOldHome.test.ts';
const PAIRS = 'test/migration/verifyPairs.test.ts';
const STATE = 'test/migration/verifyState.test.ts';
const SYNC_USERS = 'test/migration/syncUsers.test.ts';

const oldHome = 'src/activities/verify/oldHome.ts';
const observePairs = 'src/activities/verify/observePairs.ts';
const observe = 'src/activities/verify/observe.ts';
const steps = 'src/activities/steps/deleteOriginal.ts';

const OLD_A: Omit<Mutant, 'of'>[] = [
  {
    promise: 'what people did on the old home is asked about until somebody has said what becomes of it',
    file: oldHome,
    text: 'const open = said === undefined ? keys : [];',
    replacement: 'const open = said === undefined ? keys.slice(keys.length) : [];',
    killedBy: { file: OLD_HOME, title: 'names what people did on old A before verify' },
  },
  {
    promise: 'an edit on the old home after the stop is found',
    file: oldHome,
    text: 'of items.filter((item) => item.field !== FILES))',
    replacement: 'of items.slice(items.length))',
    killedBy: FIRST_VERIFY,
  },
  {
    promise: 'a comment on the old home after the stop is found',
    file: oldHome,
    text: 'all.filter((comment) => isNew(comment) && comment.author !== syncUser)',
    replacement: 'all.slice(all.length)',
    killedBy: FIRST_VERIFY,
  },
  {
    promise: 'an issue that is made on the old home after the stop is found',
    file: oldHome,
    text: 'return isTheirs ?',
    replacement: "return isTheirs && key === '' ?",
    killedBy: FIRST_VERIFY,
  },
  {
    promise: 'a comment that is edited on the old home after the stop is found',
    file: oldHome,
    text: '...lost.map(',
    replacement: '...lost.slice(lost.length).map(',
    killedBy: { file: OLD_HOME, title: 'names comments that were edited or deleted' },
  },
  {
    promise: 'a comment that is deleted on the old home after the stop is found',
    file: oldHome,
    text: '...gone.map(',
    replacement: '...gone.slice(gone.length).map(',
    killedBy: { file: OLD_HOME, title: 'names comments that were edited or deleted' },
  },
];

const THE_REST: Omit<Mutant, 'of'>[] = [
  {
    promise: 'a restart of the original that nobody saw is asked about',
    file: 'src/activities/verify/traces.ts',
    text: "moved: unlessAccepted(context, 'restarted', moved, traces)",
    replacement: 'moved: moved.slice(moved.length)',
    killedBy: { file: 'test/migration/verifyTraces.test.ts', title: 'a restart between approval and confirmation' },
  },
  {
    promise: 'sequence ids beyond 2^53 are compared as they are',
    file: 'src/pairs/traces.ts',
    text: "READ[trace](table, row, side)).join(',')",
    replacement: "READ[trace](table, row, side).map(Number)).join(',')",
    killedBy: { file: 'test/migration/longSequences.test.ts', title: 'the last digit of an id' },
  },
  {
    promise: 'no delete is sent when the original has carried something since the decision',
    file: steps,
    text: 'if (traces !== made.decision.traces)',
    replacement: "if (traces === '')",
    killedBy: { file: 'test/gate/successor.test.ts', title: 'carried a change and was stopped again' },
  },
  {
    promise: 'nothing is confirmed while another one stands beside the new one',
    file: steps,
    text: '(await newOneChanged(context)) ?? (await anotherOne(context));',
    replacement: 'await newOneChanged(context);',
    killedBy: { file: 'test/gate/confirmed.test.ts', title: 'while another one stands beside' },
  },
  {
    promise: 'no delete is sent when another one was made beside the new one by then',
    file: 'src/activities/verify/standing.ts',
    text: 'if (await anotherOne(context)) return false;',
    replacement: '',
    killedBy: { file: 'test/gate/successor.test.ts', title: 'another one was made beside' },
  },
  {
    promise: 'a field that people changed is compared on both sides',
    file: observePairs,
    text: 'if (same === false) found.fieldMismatches.push(name);',
    replacement: '',
    killedBy: {
      file: PAIRS,
      title: 'never deletes, though approved, when what people wrote since the resync did not arrive',
    },
  },
  {
    promise: 'an older value in place of a newer one is found, though both sides hold the same',
    file: observePairs,
    text: 'if (changed.overwritten.includes(id))',
    replacement: 'if (changed.overwritten.length > 1000)',
    killedBy: { file: 'test/migration/missedChanges.test.ts', title: 'never approves an older value' },
  },
  {
    promise: 'what was resynced and did not arrive is found',
    file: observe,
    text: '[...sent].filter((key) => !there.has(key))',
    replacement: '[...sent].filter((key) => there.size < 0 && !there.has(key))',
    killedBy: { file: STATE, title: 'never deletes, though approved, when what was resynced to B did not arrive' },
  },
  {
    promise: 'only what moved on the receiving side has arrived',
    file: observe,
    text: 'if (!moved(row, receiver)) continue;',
    replacement: '',
    killedBy: { file: STATE, title: 'never deletes, though approved, when what was resynced to A did not arrive' },
  },
  {
    promise: 'other sync users, which change what reaches whom, are asked about before the stop',
    file: 'src/activities/preflight/syncUsers.ts',
    text: 'questions: questionOf(travelChanges(sides, found, before, after)),',
    replacement: 'questions: questionOf(travelChanges(sides, found, before, before)),',
    killedBy: { file: SYNC_USERS, title: 'asks before anything is stopped' },
  },
  {
    promise: 'other sync users of what a person created are asked about before it is taken',
    file: 'src/activities/steps/createSynchronization.ts',
    text: 'if (question) {',
    replacement: "if (question && key === '') {",
    killedBy: { file: SYNC_USERS, title: 'asks once a person has created it' },
  },
];

export const PROVING: readonly Mutant[] = [...OLD_A, ...THE_REST].map((mutant) => ({ ...mutant, of: 'P1' }));
