/** Streams bytes into the store and never ends. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../../src/store/open.ts';

const [place = ''] = process.argv.slice(2);
const store = await openStore(JSON.parse(place));
async function* endless() {
  for (let i = 0; i < 4; i++) yield randomBytes(1024 * 1024);
  await sleep(600_000);
}
await store.artifacts.put(endless(), 'application/octet-stream');
