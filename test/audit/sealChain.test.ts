/** Seals against each other, and the key that signs them. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { parseSeal, type Seal } from '../../src/audit/seal.ts';
import { checkSeals } from '../../src/audit/sealChain.ts';
import { newKeyPair, sign, signingKey, verifyingKey } from '../../src/audit/sealKeys.ts';
import { canonicalJson, digestOf } from '../../src/store/canonical.ts';

const { privatePem, publicPem } = newKeyPair();
const key = signingKey(privatePem);
const keys = [verifyingKey(publicPem)];

describe('a chain of seals', () => {
  const migrations = (n: number, closed: string | null = null) => ({
    'm-1': { n, hash: `${n}`.repeat(64).slice(0, 64), closed },
  });
  const signed = ({ n, previous, at, migrations }: Omit<Seal, 'v' | 'key' | 'signature'>, by = key): Seal => {
    const text = { v: 1 as const, n, previous, at, migrations, key: by.fingerprint };
    return { ...text, signature: sign(by, canonicalJson(text)) };
  };
  const at = (day: number) => `2026-11-0${day}T00:00:00.000Z`;
  const first = signed({ n: 1, previous: null, at: at(1), migrations: migrations(3) });
  const second = signed({ n: 2, previous: digestOf(first), at: at(2), migrations: migrations(5) });
  const third = signed({ n: 3, previous: digestOf(second), at: at(3), migrations: migrations(5) });
  const outline = (...seals: Seal[]) => checkSeals(seals, keys).findings.map(({ seal, why }) => [seal, why]);

  it('is whole in any order, with one of them twice, and with the newest alone', () => {
    expect(outline(first, second, third)).toEqual([]);
    expect(outline(third, first, second, second)).toEqual([]);
    expect(outline(third)).toEqual([]);
    expect(checkSeals([third, first, second], keys).seals.map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  it('can be verified with the public key and nothing of ours', () => {
    const { signature = '', ...rest } = second;
    const text = Buffer.from(canonicalJson(rest));
    expect(verify(null, text, createPublicKey(publicPem), Buffer.from(signature, 'base64'))).toBe(true);
  });

  const { signature: _, ...unsigned } = second;
  const stranger = signingKey(newKeyPair().privatePem);
  it.each<[string, Seal[], [number, Finding['why']][]]>([
    ['one is not signed', [first, unsigned, third], [[2, 'unsigned']]],
    ['one was changed after it was signed', [first, { ...second, migrations: migrations(4) }, third], [[2, 'edited']]],
    [
      'one has the number of another, so its signature does not fit',
      [first, { ...first, n: 2 }, third],
      [[2, 'edited']],
    ],
    ['one is signed with another key', [first, signed({ ...second }, stranger), third], [[2, 'unsigned']]],
    [
      'one says that its key is the known one, and is signed with another',
      [first, { ...second, signature: sign(stranger, 'x') }, third],
      [[2, 'edited']],
    ],
    ['one in the middle is missing', [first, third], [[2, 'missing']]],
    ['the first is missing', [second, third], [[1, 'missing']]],
    [
      'one does not follow the one before it',
      [first, signed({ ...second, previous: 'a'.repeat(64) })],
      [[2, 'edited']],
    ],
    [
      'there are two with the same number',
      [first, signed({ ...first, at: at(2) }), second],
      [
        [1, 'inserted'],
        [2, 'edited'],
      ],
    ],
    ['one says that it is the first, and has the number 2', [signed({ ...second, previous: null })], [[2, 'edited']]],
    [
      'one has fewer entries than the one before',
      [first, signed({ ...second, migrations: migrations(2) })],
      [[2, 'contradicted']],
    ],
    ['one does not know a migration any more', [first, signed({ ...second, migrations: {} })], [[2, 'contradicted']]],
  ])('is damaged where %s', (_name, seals, expected) => {
    expect(outline(...seals)).toEqual(expected);
  });

  it('does not let a closed migration grow', () => {
    const closed = signed({ n: 1, previous: null, at: at(1), migrations: migrations(3, 'Completed') });
    const grown = signed({ n: 2, previous: digestOf(closed), at: at(2), migrations: migrations(4, 'Completed') });
    expect(outline(closed, grown)).toEqual([[2, 'contradicted']]);
  });

  it('takes nothing from a seal that is not signed', () => {
    expect(checkSeals([unsigned], keys).seals).toEqual([]);
    expect(checkSeals([second], []).seals).toEqual([]);
  });
});

describe('a seal', () => {
  it.each([
    '{}',
    '[]',
    'seal',
    '{"v":1,"at":"2026-11-20T20:00:00.000Z","heads":{"m-1":{"n":1}}}',
    `{"v":1,"n":0,"previous":null,"at":"2026-11-20T20:00:00.000Z","migrations":{},"key":"${'a'.repeat(64)}"}`,
  ])('is not %s', (text) => {
    expect(() => parseSeal(text)).toThrow();
  });
});

describe('a key for seals', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString();

  it.each(['', 'x', publicPem, rsa])('does not sign when it is none, and its error repeats nothing of it', (pem) => {
    const wrong = () => signingKey(pem);
    expect(wrong).toThrow('no private Ed25519 key');
  });

  it('verifies only as a public key: a private one is not to be handed around', () => {
    expect(() => verifyingKey(privatePem)).toThrow('no public Ed25519 key');
  });
});
