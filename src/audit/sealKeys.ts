/** The key that signs seals, Ed25519. The private one is in one file and nowhere else; the public one verifies. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify,
} from 'node:crypto';
import { sha256 } from '../store/canonical.ts';

export interface VerifyingKey {
  key: KeyObject;
  /** PEM. */
  pem: string;
  /** SHA-256 of the key as SPKI DER, by which a seal names it. */
  fingerprint: string;
}

export interface SigningKey extends Pick<VerifyingKey, 'fingerprint'> {
  key: KeyObject;
}

/** PEM of a new pair. */
export function newKeyPair(): { privatePem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privatePem: privateKey, publicPem: publicKey };
}

/** Throws a sentence, which never repeats what the file has. */
export function signingKey(pem: string): SigningKey {
  const key = ed25519(() => createPrivateKey(pem), 'it is no private Ed25519 key');
  return { key, fingerprint: fingerprintOf(createPublicKey(key)) };
}

/** From PEM of the public key, and of it alone: who verifies has no need of the other. */
export function verifyingKey(pem: string): VerifyingKey {
  const wrong = 'it is no public Ed25519 key';
  // Node would make the public key of a private one.
  if (!pem.includes('BEGIN PUBLIC KEY')) throw new TypeError(wrong);
  const key = ed25519(() => createPublicKey(pem), wrong);
  return { key, pem: key.export({ type: 'spki', format: 'pem' }).toString(), fingerprint: fingerprintOf(key) };
}

export const publicKeyOf = ({ key }: SigningKey): VerifyingKey =>
  verifyingKey(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());

export const sign = ({ key }: SigningKey, text: string): string =>
  signBytes(null, Buffer.from(text), key).toString('base64');

export const isSignedBy = ({ key }: VerifyingKey, text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));

const fingerprintOf = (key: KeyObject): string => sha256(key.export({ type: 'spki', format: 'der' }));

function ed25519(make: () => KeyObject, wrong: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = make();
  } catch {
    // The cause may quote what was read.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new TypeError(wrong);
  return key;
}
