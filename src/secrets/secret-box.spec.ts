import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newSigningSecret, SealedSecretError, SecretBox } from './secret-box.js';

const newKey = () => randomBytes(32).toString('base64');
const [key, other] = [newKey(), newKey()];
const box = new SecretBox({ key });

describe('a sealed secret', () => {
  it('is opened by the key and the owner that it was sealed with, and shows nothing of itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, owner) => {
        const sealed = box.seal(secret, owner);
        expect(box.open(sealed, owner)).toBe(secret);
        if (secret.length > 3) expect(Buffer.from(sealed.split('.')[2]!, 'base64url').toString()).not.toContain(secret);
      }),
    );
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 100 }, () => box.seal('same', 'owner'))).size).toBe(100);
  });

  it('is of no use to another owner or with another key', () => {
    const sealed = box.seal('secret', 'organizations 1');
    expect(() => box.open(sealed, 'organizations 2')).toThrow(SealedSecretError);
    expect(() => new SecretBox({ key: other }).open(sealed, 'organizations 1')).toThrow(SealedSecretError);
  });

  it('is refused when any character of it was changed or left out, without a word about it', () => {
    const sealed = box.seal('secret', 'owner');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      // The last character holds bits that Base64 does not use.
      if (index < sealed.length - 1) expect(() => box.open(changed, 'owner')).toThrow(SealedSecretError);
      expect(() => box.open(sealed.slice(0, index), 'owner')).toThrow(SealedSecretError);
    }
  });

  it('is still opened while its key is the previous one, and sealed anew with the present one', () => {
    const old = box.seal('secret', 'owner');
    const rotated = new SecretBox({ key: other, previous: key });
    expect(rotated.open(old, 'owner')).toBe('secret');
    const anew = rotated.seal('secret', 'owner');
    expect(anew.startsWith(rotated.prefix)).toBe(true);
    expect(old.startsWith(rotated.prefix)).toBe(false);
    expect(new SecretBox({ key: other }).open(anew, 'owner')).toBe('secret');
  });
});

describe('a new signing secret', () => {
  it('has 32 random bytes, as Standard Webhooks wants 24 to 64', () => {
    const secrets = Array.from({ length: 20 }, newSigningSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
  });
});
