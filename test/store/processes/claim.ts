/** Opens the store, waits for the starting shot, tries to claim every original given, and says what came of each. */
import { once } from 'node:events';
import { MigratorError } from '../../../src/contract/errors.ts';
import { openStore } from '../../../src/store/open.ts';

const [place = '', requests = ''] = process.argv.slice(2);
const store = await openStore(JSON.parse(place));
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const answers: string[] = [];
for (const request of JSON.parse(requests)) {
  try {
    answers.push((await store.claims.open(request)).migration);
  } catch (error) {
    answers.push(error instanceof MigratorError ? error.code : String(error));
  }
}
process.stdout.write(`${JSON.stringify(answers)}\n`);
await store.close();
process.exit(0);
