/**
 * `npm run test:cluster`: what docker-compose.yml describes, run natively. The full Temporal server is built with Go, which takes
 * minutes the first time; PostgreSQL is real; the worker is what the Dockerfile builds. Ends with `N passed, N failed`.
 */
import { readCompose, serviceOf, tagOf } from '../deploy/compose.ts';
import { runTests } from '../support/runTests.ts';
import { closingLine } from '../support/tally.ts';
import { obtainBinaries } from './binaries.ts';

// Before the tests: no test waits for a build.
const version = tagOf(serviceOf(await readCompose(), 'temporal'));
const { directory } = await obtainBinaries(version);
console.log(`Temporal server ${version}: ${directory}`);
process.env.TEST_CLUSTER = version;
const tally = await runTests(['test/cluster', ...process.argv.slice(2)], 'all');
console.log(closingLine(tally));
process.exit(tally.failed === 0 ? 0 : 1);
