import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newSigningSecret, OWNER, SealedSecretError, SecretBox } from '../secrets/secret-box.js';
import { SigningKeys } from './signing-keys.js';

const OWNING = OWNER.organization('01900000-0000-7000-8000-00000000000a');
const box = new SecretBox({ key: randomBytes(32).toString('base64'), previous: undefined });

describe('signing keys', () => {
  it('are those of the secrets, for their owners only, and another for a secret that is replaced', () => {
    const keys = new SigningKeys(box);
    const secret = newSigningSecret();
    const sealed = box.seal(secret, OWNING);
    const key = keys.of(sealed, OWNING);
    expect(key.export().toString('base64')).toBe(secret.slice('whsec_'.length));
    expect(() => keys.of(sealed, OWNER.organization('another'))).toThrow(SealedSecretError);
    expect(keys.of(box.seal(newSigningSecret(), OWNING), OWNING).equals(key)).toBe(false);
  });

  it('are kept for as long as is stated, and 1,000 of them', async () => {
    const keys = new SigningKeys(box, 100);
    const sealed = box.seal(newSigningSecret(), OWNING);
    const first = keys.of(sealed, OWNING);
    expect(keys.of(sealed, OWNING)).toBe(first);
    await wait(150);
    const second = keys.of(sealed, OWNING);
    expect(second).not.toBe(first);
    const many = new SigningKeys(box);
    const oldest = many.of(sealed, OWNING);
    for (let others = 0; others < 1_000; others += 1) many.of(box.seal(newSigningSecret(), OWNING), OWNING);
    expect(many.of(sealed, OWNING)).not.toBe(oldest);
  });
});
