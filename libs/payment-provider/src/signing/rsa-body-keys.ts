import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { CredentialSetting } from '../provider-settings.js';

/** Shorter ones are no protection, and some are too short for a signature. */
const MODULUS_BITS_MIN = 1024;

const FORMS = {
  private: 'an RSA private key: PKCS#8, as Base64 of its DER or as PEM',
  public: 'an RSA public key: X.509 SPKI, as Base64 of its DER or as PEM',
} as const;

/** A setting that holds an RSA key; the property becomes a `KeyObject`, which prints nothing of the key. */
export function RsaKeySetting(type: 'private' | 'public'): PropertyDecorator {
  return applyDecorators(
    CredentialSetting(),
    Transform(({ value }) => (typeof value === 'string' ? readRsaKey(type, value) : (value as unknown))),
    ValidateBy({
      name: 'rsaKey',
      validator: {
        validate: (value: unknown) => isKeyOf(type, value),
        defaultMessage: () => `$property must be ${FORMS[type]}, of ${MODULUS_BITS_MIN} bits at least`,
      },
    }),
  );
}

/** @returns undefined for anything but such a key */
export function readRsaKey(type: 'private' | 'public', text: string): KeyObject | undefined {
  // In an environment variable the line ends of a PEM are often written as \n.
  const body = text
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(/-----(?:BEGIN|END) (?:PRIVATE|PUBLIC) KEY-----|\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined;
  const der = Buffer.from(body, 'base64');
  try {
    const key =
      type === 'private'
        ? createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
        : createPublicKey({ key: der, format: 'der', type: 'spki' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= MODULUS_BITS_MIN ? key : undefined;
  } catch {
    return undefined;
  }
}

function isKeyOf(type: 'private' | 'public', value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === type;
}
