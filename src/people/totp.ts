import { hash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const ISSUER = 'Recaudo';
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Clocks are apart, and people slow: the code before and the one after are accepted, too. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
const RECOVERY_CODE_BYTES = 10;
const RECOVERY_CODE = /^[A-Z2-7]{16}$/;

/** What every authenticator app assumes. */
const FORM = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS } as const;

/** 160 random bits, in base 32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an authenticator app reads, mostly as a QR code. */
export function otpauthUrl(secret: string, email: string): string {
  return new TOTP({ ...FORM, secret, issuer: ISSUER, label: email }).toString();
}

/** @returns the time step of which it is the code; undefined where it is none of about now */
export function stepOfCode(secret: string, code: string, at: Date): number | undefined {
  const timestamp = at.getTime();
  const delta = TOTP.validate({ ...FORM, token: code, secret: Secret.fromBase32(secret), timestamp, window: WINDOW });
  return delta === null ? undefined : TOTP.counter({ period: PERIOD_SECONDS, timestamp }) + delta;
}

/** For whoever has lost the authenticator: each lets in once. 80 random bits each. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_CODE_BYTES)).buffer }).base32;
    return text.match(/.{4}/g)!.join('-').toLowerCase();
  });
}

/** @returns undefined for what cannot be a recovery code */
export function hashRecoveryCode(code: string): string | undefined {
  const plain = code.replaceAll(/[\s-]/g, '').toUpperCase();
  return RECOVERY_CODE.test(plain) ? hash('sha256', plain) : undefined;
}
