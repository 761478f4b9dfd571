/** An entry put together by the database has the text that we would have made. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { makeEntry, NO_TEXTS, piecesOfEntry } from '../../src/store/envelope.ts';

const SLY = ['at', 'n', 'prev', '"at":"', '","n":'];
const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...SLY, '\0', '\ud800'));
const name = fc.oneof(fc.stringMatching(/^[\w ,:{}"]{1,12}$/), fc.constantFrom(...SLY));
const draft: fc.Arbitrary<EntryDraft> = fc.record(
  {
    kind: fc.constantFrom('step', 'intent', 'outcome', 'state'),
    grade: fc.constantFrom('system', 'claimed', 'principal', 'signed'),
    subject: fc.dictionary(name, fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.array(word))),
    digests: fc.dictionary(name, word),
  },
  { requiredKeys: ['kind', 'subject'] },
);

it('the pieces around number, time and the entry before are its canonical text', () => {
  const time = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  fc.assert(
    fc.property(draft, fc.nat(), time, fc.stringMatching(/^[0-9a-f]{64}$/), (one, n, at, prev) => {
      const migration = 'm-0123456789ab';
      const { entry } = makeEntry({ migration, n, prev, at }, one, NO_TEXTS).row;
      const [first, second, third, fourth] = piecesOfEntry(migration, one);
      expect(first + at + second + n + third + prev + fourth).toBe(entry);
    }),
  );
});
