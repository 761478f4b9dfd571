/**
 * What `npm test` runs: everything but the long ones, which `npm run test:long` runs. Arguments go to vitest, and a filter finds any
 * test: `npm test -- server`, `npm test -- -t 'kill -9'`.
 *
 * Its last line is `N passed, N failed`, with `, N skipped` when some were, and it ends with 0 only if something ran
 * and nothing failed.
 */
console.log('Tests: looking for the Temporal server they run against');

// Loaded only now, so that the first line is there at once.
const { runTests } = await import('./support/runTests.ts');
const { closingLine } = await import('./support/tally.ts');

const args = process.argv.slice(2).filter((arg) => arg !== '--long');
const long = args.length < process.argv.length - 2;
const tally = await runTests(args, long ? 'long' : args.length > 0 ? 'all' : 'short');
console.log(closingLine(tally));
process.exit(tally.failed === 0 ? 0 : 1);
