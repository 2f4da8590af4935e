import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { readRsaKey, RsaKeySetting } from './rsa-body-keys.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const small = generateKeyPairSync('rsa', { modulusLength: 512 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const der = { format: 'der' } as const;
const PRIVATE = privateKey.export({ ...der, type: 'pkcs8' }).toString('base64');
const PUBLIC = publicKey.export({ ...der, type: 'spki' }).toString('base64');
const PRIVATE_PEM = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const PUBLIC_PEM = publicKey.export({ format: 'pem', type: 'spki' }).toString();

class Settings {
  @RsaKeySetting('private')
  ACME_PRIVATE_KEY!: KeyObject;

  @RsaKeySetting('public')
  ACME_PUBLIC_KEY!: KeyObject;
}

describe('an RSA key', () => {
  it.each([
    ['Base64 of its DER', PRIVATE, PUBLIC],
    ['Base64 over several lines', PRIVATE.replace(/(.{64})/g, '$1\n'), ` ${PUBLIC.replace(/(.{64})/g, '$1\r\n')} `],
    ['PEM', PRIVATE_PEM, PUBLIC_PEM],
    ['PEM in one line', PRIVATE_PEM.replaceAll('\n', ''), PUBLIC_PEM.replaceAll('\n', ' ')],
    ['PEM with its line ends written out', PRIVATE_PEM.replaceAll('\n', '\\n'), PUBLIC_PEM.replaceAll('\n', '\\n')],
  ])('is read from %s', (_form, ours, theirs) => {
    expect(readRsaKey('private', ours)?.equals(privateKey)).toBe(true);
    expect(readRsaKey('public', theirs)?.equals(publicKey)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no Base64', 'canary4711!'],
    ['Base64 of something else', 'Y2FuYXJ5NDcxMQ=='],
    ['cut off', PRIVATE.slice(0, -8)],
    ['a public key', PUBLIC],
    ['a public key in PEM', PUBLIC_PEM],
    ['too short', small.privateKey.export({ ...der, type: 'pkcs8' }).toString('base64')],
    ['of another kind', elliptic.privateKey.export({ ...der, type: 'pkcs8' }).toString('base64')],
  ])('is not private when it is %s', (_what, text) => expect(readRsaKey('private', text)).toBeUndefined());

  it.each([
    ['a private key', PRIVATE],
    ['a private key in PEM', PRIVATE_PEM],
    ['of another kind', elliptic.publicKey.export({ ...der, type: 'spki' }).toString('base64')],
    ['too short', small.publicKey.export({ ...der, type: 'spki' }).toString('base64')],
  ])('is not public when it is %s', (_what, text) => expect(readRsaKey('public', text)).toBeUndefined());
});

describe('a setting that holds an RSA key', () => {
  const read = (plain: object) => {
    const settings = plainToInstance(Settings, plain);
    return { settings, errors: validateSync(settings) };
  };

  it('becomes the key', () => {
    const { settings, errors } = read({ ACME_PRIVATE_KEY: PRIVATE, ACME_PUBLIC_KEY: PUBLIC_PEM });
    expect(errors).toEqual([]);
    expect(settings.ACME_PRIVATE_KEY.equals(privateKey)).toBe(true);
    expect(settings.ACME_PUBLIC_KEY.equals(publicKey)).toBe(true);
  });

  it('is a problem that names the variable and shows nothing of the key when it cannot be read', () => {
    for (const plain of [{ ACME_PRIVATE_KEY: PUBLIC, ACME_PUBLIC_KEY: PRIVATE }, { ACME_PUBLIC_KEY: 'canary' }, {}]) {
      const { errors } = read(plain);
      const messages = errors.flatMap(({ constraints = {} }) => Object.values(constraints));
      expect(messages).toEqual([
        expect.stringMatching(/^ACME_PRIVATE_KEY must be an RSA private key: PKCS#8/),
        expect.stringMatching(/^ACME_PUBLIC_KEY must be an RSA public key: X.509 SPKI/),
      ]);
      const everything = JSON.stringify(errors);
      for (const secret of [PRIVATE, PUBLIC, 'canary']) expect(everything).not.toContain(secret);
    }
  });
});
