import { describe, expect, it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { canonicalJson, sha256 } from '../../src/store/canonical.ts';
import { entryHash, saltedHash } from '../../src/store/envelope.ts';
import { verifyChain } from '../support/chain.ts';
import { ENGINES, holderOf, newPlace, opened, otherProcess, request } from './samples.ts';

describe.each(ENGINES)('%s: the ledger', (engine) => {
  it('has exactly the members of the envelope, whatever the draft leaves out', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    await store.ledger.append(holderOf(claim), {
      kind: 'step',
      subject: { step: 'stopOriginal', missing: undefined } as never,
    });
    await store.ledger.append(holderOf(claim), {
      kind: 'grant',
      actor: 'lee@example.com',
      grade: 'signed',
      why: 'looked at it',
      subject: { verb: 'approve' },
      digests: { decision: 'd'.repeat(64) },
    });
    const entries = await store.ledger.read(claim.migration);
    const members = ['actor', 'at', 'digests', 'grade', 'kind', 'migration', 'n', 'prev', 'subject', 'v', 'why'];
    for (const entry of entries) expect(Object.keys(entry).sort()).toEqual(members);
    expect(entries.map((entry) => [entry.v, entry.n, entry.kind, entry.grade])).toEqual([
      [1, 1, 'opened', 'claimed'],
      [1, 2, 'step', 'system'],
      [1, 3, 'grant', 'signed'],
    ]);
    expect(entries[1]).toMatchObject({ actor: null, why: null, digests: {}, subject: { step: 'stopOriginal' } });
    expect(entries[0]?.prev).toBe('0'.repeat(64));
    for (const entry of entries) expect(entry.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('begins with the digest of the start object that was recorded', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const [first] = await store.ledger.read(claim.migration);
    expect(first?.digests).toEqual({ start: sha256(canonicalJson(request().start)) });
    expect(first?.subject).toMatchObject({ original: 'jira-old/INT-16', workflowId: claim.workflowId, epoch: 1 });
  });

  it('answers what it stored, and the chain verifies', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const appended = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.ledger.append(holderOf(claim), { kind: 'step', subject: { i } })),
    );
    const entries = await store.ledger.read(claim.migration);
    expect(entries.slice(1)).toEqual(appended.toSorted((one, other) => one.n - other.n));
    expect(verifyChain(entries)).toEqual({ ok: true, entries: 21 });
  });

  it('has no entry that is older than the one before it, however many write at once, with names and without', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const draft = (i: number): EntryDraft =>
      i % 3 === 0 ? { kind: 'verb', actor: `a${i}`, subject: { i } } : { kind: 'step', subject: { i } };
    await Promise.all(Array.from({ length: 60 }, (_, i) => store.ledger.append(holderOf(claim), draft(i))));
    const entries = await store.ledger.read(claim.migration);
    expect(verifyChain(entries)).toEqual({ ok: true, entries: 61 });
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });

  it('hashes what stands there, whatever it is made of', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const claim = await store.claims.open(request());
    const words = ['ä→B', '"at":"', '\\', '\0', '\u2028', '😀', '\ud800', "'; --", '$1', 'a\nb'];
    for (const word of words) {
      const subject = { part: word, '"at":"': word, left: words };
      const draft = {
        kind: 'intent' as const,
        grade: 'signed' as const,
        subject,
        digests: { [word]: word, prev: 'n' },
      };
      const { migration: _, n: __, prev: ___, at: ____, ...entry } = await store.ledger.append(holderOf(claim), draft);
      expect(entry).toEqual({ v: 1, actor: null, why: null, ...draft });
    }
    const rows = await place.sql('select n, kind, at, hash, entry from ledger order by n');
    for (const { n, kind, at, hash, entry } of rows) {
      const parsed = JSON.parse(String(entry));
      expect(entry).toBe(canonicalJson(parsed));
      expect(hash).toBe(sha256(String(entry)));
      expect(parsed).toMatchObject({ n, kind, at });
    }
    expect(verifyChain(rows.map(({ entry }) => JSON.parse(String(entry))))).toEqual({ ok: true, entries: 11 });
  });

  it('never lets a name or a reason into an entry, and finds them by their hash', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const claim = await store.claims.open(request());
    const by = (actor: string, why: string) =>
      store.ledger.append(holderOf(claim), { kind: 'verb', actor, why, subject: { verb: 'pause' } });
    const first = await by('lee@example.com', 'too much load');
    const again = await by('lee@example.com', 'still');
    const other = await store.claims.open(request('INT-17'));
    const elsewhere = await store.ledger.append(holderOf(other), {
      kind: 'verb',
      actor: 'lee@example.com',
      subject: { verb: 'pause' },
    });

    expect(again.actor).toBe(first.actor);
    expect(elsewhere.actor).not.toBe(first.actor);
    const texts = await store.ledger.texts(claim.migration);
    expect([first.actor, first.why, again.why].map((hash) => hash && texts[hash])).toEqual([
      'lee@example.com',
      'too much load',
      'still',
    ]);

    const rows = JSON.stringify(await place.sql('select * from ledger'));
    for (const word of ['lee@', 'kim@', 'example.com', 'CHG-4711', 'too much load', 'still']) {
      expect(rows).not.toContain(word);
    }
    for (const { hash, salt, value } of await place.sql('select hash, salt, value from ledger_text')) {
      expect(salt).toMatch(/^[0-9a-f]{32}$/);
      expect(saltedHash(String(salt), String(value))).toBe(hash);
    }
  });

  it('keeps its chain whole when names and reasons are erased', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const claim = await store.claims.open(request());
    await place.sql('delete from ledger_text');
    const after = await store.ledger.append(holderOf(claim), { kind: 'verb', actor: 'kim@example.com', subject: {} });
    const entries = await store.ledger.read(claim.migration);
    expect(verifyChain(entries)).toEqual({ ok: true, entries: 2 });
    expect(after.actor).not.toBe(entries[0]?.actor);
  });

  it('keeps an entry whose append has returned when the process is killed the next moment', async () => {
    const place = await newPlace(engine);
    const writer = otherProcess('append.ts', JSON.stringify(place.store), JSON.stringify(request()));
    const migration = await writer.line();
    let said = '';
    for (let i = 0; i < 25; i++) said = await writer.line();
    await writer.kill();

    const store = await opened(place.store);
    const entries = await store.ledger.read(migration);
    const [n = '', hash] = said.split(' ');
    const last = entries[Number(n) - 1];
    expect(last && entryHash(last)).toBe(hash);
    expect(verifyChain(entries)).toEqual({ ok: true, entries: entries.length });
  });
});
