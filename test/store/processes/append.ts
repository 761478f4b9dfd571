/** Takes a claim, appends entries without end, and says each one's number and hash the moment append has returned. */
import { writeSync } from 'node:fs';
import { entryHash } from '../../../src/store/envelope.ts';
import { openStore } from '../../../src/store/open.ts';

const [place = '', request = ''] = process.argv.slice(2);
const store = await openStore(JSON.parse(place));
const claim = await store.claims.open(JSON.parse(request));
writeSync(1, `${claim.migration}\n`);
for (let i = 0; ; i++) {
  const entry = await store.ledger.append(claim, { kind: 'step', subject: { i } });
  writeSync(1, `${entry.n} ${entryHash(entry)}\n`);
}
