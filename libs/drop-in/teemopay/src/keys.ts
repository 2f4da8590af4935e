import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Secrets } from '@recaudo/drop-in-contract';
import { readRsaKey, RsaBodyVerifier } from '@recaudo/payment-provider';

/** Twice what the provider's own keys have; every library that takes those takes these. */
const MODULUS_BITS = 2_048;

/** Base64 of DER without any header: PKCS#8 and SPKI, as the provider exchanges keys. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  return { privateKey: base64Of(privateKey), publicKey: base64Of(publicKey) };
}

export function base64Of(key: KeyObject): string {
  const der =
    key.type === 'private' ? key.export({ format: 'der', type: 'pkcs8' }) : key.export({ format: 'der', type: 'spki' });
  return der.toString('base64');
}

interface Keys {
  /** Of the merchant's requests. */
  verifier: RsaBodyVerifier;
  /** Of our callbacks. */
  platformPrivateKey: KeyObject;
}

/** Reading a key costs more than using it, and the same secrets come with call after call. */
const known = new WeakMap<Secrets, Keys>();

export function keysOf(secrets: Secrets): Keys {
  const before = known.get(secrets);
  if (before) return before;
  const keys = {
    verifier: new RsaBodyVerifier({ publicKey: readRsaKey('public', secrets['merchantPublicKey']!)! }),
    platformPrivateKey: readRsaKey('private', secrets['platformPrivateKey']!)!,
  };
  known.set(secrets, keys);
  return keys;
}
