/** P1: both synchronizations stand as they were shown when the delete is confirmed, and right before it. */
import type { Mutant } from './types.ts';

const STANDING = 'src/activities/verify/standing.ts';
const SUCCESSOR = 'test/gate/successor.test.ts';
const steps = 'src/activities/steps/deleteOriginal.ts';

const ENDS = 'test/gate/ends.test.ts';

const MUTANTS: Omit<Mutant, 'of'>[] = [
  {
    promise: 'nobody is asked to delete the original any more when what was approved does not hold',
    file: steps,
    text: 'const reason = await whyNoLonger(context);',
    replacement: 'const reason: string | undefined = undefined;',
    killedBy: { file: ENDS, title: 'nobody is asked' },
  },
  {
    promise: 'Completed is not said while nothing runs',
    file: steps,
    text: '(await successorRuns(context, during)) ? {} : { nothingRuns: true as const };',
    replacement: '(await successorRuns(context, during)) ? {} : {};',
    killedBy: { file: ENDS, title: 'Completed is' },
  },
  {
    promise: 'KeptBoth is not said while the original runs',
    file: steps,
    text: 'return runs && rests;',
    replacement: 'return runs;',
    killedBy: { file: ENDS, title: 'KeptBoth is not said while' },
  },
  {
    promise: 'KeptBoth is not said of an original that is gone',
    file: steps,
    text: 'if (!(await originalNow(context))) return false;',
    replacement: '',
    killedBy: { file: ENDS, title: 'KeptBoth is not said of' },
  },
  {
    promise: 'no delete is sent unless the new one still runs as it was proved, read right before',
    file: steps,
    text: '(await successorStands(context)) && ',
    replacement: '',
    killedBy: { file: SUCCESSOR, title: 'the new one was stopped' },
  },
  {
    promise: 'nothing is confirmed when one of two nodes has the new one stopped',
    file: steps,
    text: 'looksOver(context.config.timing.staleness)',
    replacement: 'looksOver(0)',
    along: [{ file: STANDING, text: 'QUIET_INTERVALS * ', replacement: '0 * ' }],
    killedBy: { file: 'test/gate/stale.test.ts', title: 'nothing is deleted when one node' },
  },
  {
    promise: 'no delete is sent when one of two nodes has the new one stopped by then',
    file: STANDING,
    text: 'QUIET_INTERVALS * ',
    replacement: '0 * ',
    killedBy: { file: SUCCESSOR, title: 'one of two nodes has not heard of it' },
  },
  {
    promise: 'nothing is confirmed when the new one ignores what comes in for other pairs than was shown',
    file: 'src/activities/verify/acting.ts',
    text: 'created: created.ignored',
    replacement: "created: ''",
    killedBy: { file: 'test/gate/acting.test.ts', title: 'the new one ignores what comes in for a pair' },
  },
  {
    promise: 'no delete is sent when one of both acts as another user by then',
    file: 'src/activities/verify/acting.ts',
    text: 'digestOf(decision.acting.users[which]) === digestOf(usersOf(now))',
    replacement: 'now !== undefined',
    killedBy: { file: SUCCESSOR, title: 'acts as another user' },
  },
  {
    promise: 'no delete is sent when the new one is configured otherwise by then',
    file: STANDING,
    text: 'wanted).open.length === 0',
    replacement: 'wanted).open.length >= 0',
    killedBy: { file: SUCCESSOR, title: 'the configuration of the new one was changed' },
  },
  {
    promise: 'no delete is sent when the original is configured otherwise by then',
    file: STANDING,
    text: ' && sameConfiguration(now.value, exported).differences.length === 0',
    replacement: '',
    killedBy: { file: SUCCESSOR, title: 'the configuration of the original was changed' },
  },
];

export const STANDING_SHOWN: readonly Mutant[] = MUTANTS.map((mutant) => ({ ...mutant, of: 'P1' }));
