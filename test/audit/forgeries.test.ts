/** One forgery is one finding, whatever follows from it; what follows is told below it. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { verifyStore } from '../../src/audit/verify.ts';
import { canonicalJson, sha256 } from '../../src/store/canonical.ts';
import type { TestPlace } from '../store/places.ts';
import { ENGINES, newPlace, opened } from '../store/samples.ts';
import { entryOf, forge, forgeText, leavePast, quoted, rewrite, setHead } from './pasts.ts';

/** What is told of the one migration that somebody tampered with. */
async function told(place: TestPlace, id: string, ...statements: string[]): Promise<Omit<Finding, 'migration'>[]> {
  for (const statement of statements) await place.tamper(statement);
  const findings: Finding[] = [];
  const { verdict } = await verifyStore(await opened(place.store), { onFinding: (finding) => findings.push(finding) });
  expect(verdict).toBe(findings.length === 0 ? 'whole' : 'damaged');
  expect(findings.filter(({ migration }) => migration !== id)).toEqual([]);
  return findings.map(({ migration: _, ...finding }) => finding);
}

const outline = (findings: Omit<Finding, 'migration'>[]) => findings.map(({ n, why }) => [n, why]);

describe.each(ENGINES)('%s: a forgery', (engine) => {
  async function past(open = false) {
    const place = await newPlace(engine);
    await leavePast(place.store, 'INT-15');
    const { migration, artifact } = await leavePast(place.store, 'INT-16', open);
    const text = (n: number) => entryOf(place, migration, n);
    const texts = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from + 1 }, (_, i) => text(from + i)));
    return { place, id: migration, artifact, text, texts, of: `migration = '${migration}'` };
  }

  describe('in the text of an entry', () => {
    it.each<[string, (text: string) => string]>([
      ['a member twice, of which JSON takes the one that fits the chain', (text) => text.replace('{', `{"actor":"x",`)],
      ['a member twice, deep inside', (text) => text.replace('"subject":{', '"subject":{"verb":"reject",')],
      ['members in another order', (text) => text.replace(/^\{("actor":[^,]+),("at":[^,]+),/, '{$2,$1,')],
      ['a space', (text) => text.replace('":', '": ')],
      ['a space at the end', (text) => `${text} `],
      ['a number written otherwise', (text) => text.replace(/"n":(\d)/, '"n":$1.0')],
      ['a letter as an escape', (text) => text.replace('"grant"', '"gran\\u0074"')],
    ])('is seen though the hash beside it fits and the chain holds: %s', async (_, change) => {
      const { place, id, text } = await past();
      const forged = change(await text(6));
      expect(forged).not.toBe(await text(6));
      expect(JSON.parse(forged)).toEqual(JSON.parse(await text(6)));
      const [finding, ...others] = await told(place, id, forgeText(id, 6, forged));
      expect(finding).toMatchObject({ n: 6, why: 'edited', what: expect.stringContaining('canonical') });
      expect(others).toEqual([]);
    });

    it('is seen in the last entry too, where only the claim vouches for it', async () => {
      const { place, id, text } = await past();
      expect(outline(await told(place, id, forgeText(id, 8, (await text(8)).replace('{', '{"kind":"step",'))))).toEqual(
        [[8, 'edited']],
      );
    });

    it('ends nothing where the text is nested too deep, is a number, or no text at all', async () => {
      const { place, id } = await past();
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      expect(
        outline(await told(place, id, forgeText(id, 3, deep), forgeText(id, 5, '7'), forgeText(id, 7, ''))),
      ).toEqual([
        [3, 'edited'],
        [5, 'edited'],
        [7, 'edited'],
      ]);
    });
  });

  describe('of numbers', () => {
    it('is one finding where an entry was taken out and all others were renumbered to hide it', async () => {
      const { place, id, texts, of } = await past();
      const rest = await texts(5, 8);
      await place.tamper(`delete from ledger where ${of} and n = 4`);
      for (const [i, each] of rest.entries()) {
        await place.tamper(`update ledger set n = ${4 + i} where ${of} and n = ${5 + i}`);
        await place.tamper(forge(id, 4 + i, (entry) => ({ ...entry, n: 4 + i }))(each));
      }
      const findings = await told(place, id);
      expect(outline(findings)).toEqual([[4, 'removed']]);
      expect(findings[0]?.follows).toContainEqual({ n: 4, what: expect.stringContaining('entries 4 to 7') });
    });

    it('is one finding where one was put in and all others were renumbered to make room', async () => {
      const { place, id, texts, of } = await past();
      const rest = await texts(4, 8);
      for (const [i, each] of [...rest.entries()].toReversed()) {
        await place.tamper(`update ledger set n = ${5 + i} where ${of} and n = ${4 + i}`);
        await place.tamper(forge(id, 5 + i, (entry) => ({ ...entry, n: 5 + i }))(each));
      }
      const [made] = await texts(3, 3);
      const forged = canonicalJson({ ...JSON.parse(made ?? ''), n: 4, prev: sha256(made ?? '') });
      const columns = `'${id}', 4, 'step', '${JSON.parse(forged).at}', '${sha256(forged)}', ${quoted(forged)}`;
      const findings = await told(
        place,
        id,
        `insert into ledger (migration, n, kind, at, hash, entry) values (${columns})`,
      );
      expect(outline(findings)).toEqual([[4, 'inserted']]);
      expect(findings[0]?.follows).toContainEqual({ n: 5, what: expect.stringContaining('entries 5 to 9') });
    });

    it.each([
      ['in the column alone', `update ledger set n = n + 100`],
      ['in a column that is the same for all of them', `update ledger set hash = 'x'`],
      ['in another one', `update ledger set at = '2020-01-01T00:00:00.000Z'`],
    ])('is one finding where one statement changed all rows: %s', async (_, statement) => {
      const { place, id, of } = await past();
      const findings = await told(place, id, `${statement} where ${of}`);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({ why: 'edited' });
    });

    it('is one finding where a whole ledger stands under another name, with its claim', async () => {
      const { place, id, of } = await past();
      for (const table of ['ledger', 'claim', 'ledger_text', 'projection'])
        await place.tamper(`update ${table} set migration = 'm-000000000000' where ${of}`);
      const findings = await told(place, 'm-000000000000');
      expect(outline(findings)).toEqual([[1, 'inserted']]);
      expect(findings[0]?.what).toContain(id);
    });

    it('are two findings where two were made, each with its own', async () => {
      const { place, id, text, of } = await past();
      const edited = forge(id, 3, (entry) => ({ ...entry, grade: 'signed' }))(await text(3));
      expect(outline(await told(place, id, edited, `delete from ledger where ${of} and n = 6`))).toEqual([
        [3, 'edited'],
        [6, 'removed'],
      ]);
    });
  });

  describe('of the end', () => {
    it('is an entry after it, though chain and claim hold', async () => {
      const { place, id, text } = await past();
      const late = await text(5);
      await place.tamper(
        `insert into ledger (migration, n, kind, at, hash, entry) select migration, 9, 'refused', at, hash, entry from ledger where migration = '${id}' and n = 5`,
      );
      await rewrite(place, id, 9, [late]);
      const findings = await told(place, id, setHead(id));
      expect(findings).toMatchObject([{ n: 9, why: 'inserted', what: expect.stringContaining('the end') }]);
    });

    it.each<[string, string[], RegExp]>([
      ['the claim is closed, and the projection has the final state', [], /closed as Completed/],
      [
        'only the claim is closed',
        [`update projection set state = 'Deleting', picture = replace(picture, '"Completed"', '"Deleting"')`],
        /closed as Completed/,
      ],
      ['only the projection has the final state', [`update claim set closed = null`], /projection says Completed/],
    ])('was cut off, and the head set back: %s', async (_, others, what) => {
      const { place, id, of } = await past();
      for (const other of others) await place.tamper(`${other} where ${of}`);
      const findings = await told(place, id, `delete from ledger where ${of} and n >= 8`, setHead(id));
      expect(findings).toMatchObject([{ why: 'contradicted', what: expect.stringMatching(what) }]);
    });

    it('was cut off so far that the claim and what lists show know of more than the ledger', async () => {
      const { place, id, of } = await past(true);
      const findings = await told(place, id, `delete from ledger where ${of} and n >= 3`, setHead(id));
      expect(findings).toHaveLength(1);
      expect(findings[0]?.what).toContain('jira-new/INT-5');
      const follows = (findings[0]?.follows ?? []).map(({ what }) => what).join('\n');
      expect(follows).toMatch(/exportConfiguration is done/);
      expect(follows).toMatch(/decision that no entry names/);
      expect(follows).toMatch(/a name.* is left that no entry has/);
    });

    it.each([
      ['the claim is open again', `update claim set closed = null`, /claim is open/],
      ['the claim ended otherwise', `update claim set closed = 'KeptBoth'`, /KeptBoth/],
      ['the projection says another state', `update projection set state = 'Running'`, /two states/],
      [
        'the projection says so in both places',
        `update projection set state = 'KeptBoth', picture = replace(picture, '"Completed"', '"KeptBoth"')`,
        /projection says KeptBoth/,
      ],
      ['the head is further than the ledger', `update claim set last_n = 12`, /number 12/],
      ['the head knows no entry', `update claim set last_n = 0, last_hash = '${'0'.repeat(64)}'`, /no entry/],
    ])('is one finding where %s', async (_, statement, what) => {
      const { place, id, of } = await past();
      const findings = await told(place, id, `${statement} where ${of}`);
      expect(findings).toMatchObject([{ why: 'contradicted', what: expect.stringMatching(what) }]);
    });
  });

  it('that leaves nothing but a name, or what lists show, is seen by what is left', async () => {
    for (const kept of ['projection', 'ledger_text', 'claim']) {
      const { place, id, of } = await past();
      const gone = ['projection', 'ledger_text', 'ledger', 'claim'].filter((table) => table !== kept);
      const findings = await told(place, id, ...gone.map((table) => `delete from ${table} where ${of}`));
      expect(findings[0], kept).toMatchObject({ n: 1, why: 'removed' });
      expect(findings, kept).toHaveLength(1);
    }
  });
});
