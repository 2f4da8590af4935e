import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseObject } from '../parse-object.js';
import { Sha256OfFieldsVerifier } from './sha256-of-fields.js';

const TOKEN = 'TEST_TOKEN_TOP';
const HEADER = 'x-trx-signature';
const BODY = {
  top_status: 'APPROVED',
  top_ticket: '49e3c70f-49d2-11ef-a534-02530a7dec0f',
  top_reference: 'ef3bc5cc-1a08-41c8-9e3b-449b95ac5eb6',
  top_amount: 20000,
};
/** hex(SHA-256) of `{"token":"TEST_TOKEN_TOP","ticket":"49e3…","reference":"ef3b…"}`. */
const SIGNATURE = 'b689e20a6501f643bce911fe7ce528b1fc82b3089a9d534f46f2fd371350a7c7';

const verifier = new Sha256OfFieldsVerifier({
  header: HEADER,
  signedObject: ({ top_ticket: ticket, top_reference: reference }) =>
    typeof ticket === 'string' && typeof reference === 'string' ? { token: TOKEN, ticket, reference } : undefined,
});

function accepts(body: unknown, signature: string | string[] | undefined): boolean {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return verifier.verify({ rawBody, headers: signature === undefined ? {} : { [HEADER]: signature } });
}

describe('the signature of a webhook', () => {
  const slashed = { top_ticket: 'dAF1RNdSFn936Yi', top_reference: 'ORD/2025-ñ' };

  it.each([
    ['the documented body', BODY, SIGNATURE],
    ['a reference with a slash and ñ', slashed, '3eca02b3fd50c11eb76bd10395190d283c1daa716e0a2986a7d86fb2d505ac11'],
  ])('is the published vector for %s', (_what, body, signature) => expect(accepts(body, signature)).toBe(true));

  it.each([
    ['with spaces in the JSON', BODY, '9eecb6a8b413aae58982fdd3b097711b80ce830276c483b86dbc83c625077cb4'],
    ['with escaped slashes', slashed, '3786a5a926caaac62c9f32e27e48f593a6fe599d06be396d9f7d399c61c764a7'],
    ['of the whole body', BODY, createHash('sha256').update(JSON.stringify(BODY)).digest('hex')],
    ['without the token', BODY, sha256({ ticket: BODY.top_ticket, reference: BODY.top_reference })],
    ['with another token', BODY, sha256({ token: 'OTHER', ticket: BODY.top_ticket, reference: BODY.top_reference })],
    ['in another key order', BODY, sha256({ ticket: BODY.top_ticket, reference: BODY.top_reference, token: TOKEN })],
    [
      'with ticket and reference swapped',
      BODY,
      sha256({ token: TOKEN, ticket: BODY.top_reference, reference: BODY.top_ticket }),
    ],
  ])('is not accepted %s', (_what, body, signature) => expect(accepts(body, signature)).toBe(false));

  it('is accepted however the body itself is spaced and escaped, and in capitals', () => {
    expect(accepts(JSON.stringify(BODY, null, 4), SIGNATURE)).toBe(true);
    expect(accepts(JSON.stringify(BODY).replaceAll('-', '\\u002d'), SIGNATURE)).toBe(true);
    expect(accepts(BODY, SIGNATURE.toUpperCase())).toBe(true);
  });

  it('fails on any other byte in a signed field', () => {
    const raw = Buffer.from(JSON.stringify(BODY));
    for (const field of [BODY.top_ticket, BODY.top_reference]) {
      const start = raw.indexOf(field);
      for (let at = start; at < start + field.length; at += 1) {
        for (const bit of [0x01, 0x20, 0x80]) {
          const tampered = Buffer.from(raw);
          tampered[at]! ^= bit;
          expect(accepts(tampered, SIGNATURE)).toBe(false);
        }
      }
    }
  });

  it('fails on any other digit', () => {
    for (let at = 0; at < SIGNATURE.length; at += 1) {
      const digit = SIGNATURE[at] === '0' ? '1' : '0';
      expect(accepts(BODY, SIGNATURE.slice(0, at) + digit + SIGNATURE.slice(at + 1))).toBe(false);
    }
  });

  it('does not cover status and amount, which is why such webhooks are hints only', () => {
    expect(accepts({ ...BODY, top_status: 'REJECTED', top_amount: 1 }, SIGNATURE)).toBe(true);
  });

  it.each(['top_ticket', 'top_reference'] as const)('fails without %s, or with one that is no text', (field) => {
    for (const value of [undefined, null, 0, [BODY[field]], { toString: BODY[field] }, true]) {
      expect(accepts({ ...BODY, [field]: value }, SIGNATURE)).toBe(false);
    }
  });
});

describe('a signature header', () => {
  it('is wrong in every length from 0 to 200 but its own', () => {
    for (let length = 0; length <= 200; length += 1) {
      expect(accepts(BODY, SIGNATURE.repeat(4).slice(0, length))).toBe(length === 64);
      expect(accepts(BODY, 'a'.repeat(length))).toBe(false);
    }
  });

  it.each([
    ['missing', undefined],
    ['a list, as Node gives for a repeated one', [SIGNATURE]],
    ['a list of two', [SIGNATURE, SIGNATURE]],
    ['an empty list', []],
    ['twice in one', `${SIGNATURE}, ${SIGNATURE}`],
    ['with a space before', ` ${SIGNATURE}`],
    ['with a line feed after', `${SIGNATURE}\n`],
    ['with a prefix', `sha256=${SIGNATURE}`],
    ['no hex', 'z'.repeat(64)],
    ['with a letter outside ASCII', `${SIGNATURE.slice(0, 63)}ñ`],
    ['64 full-width digits', '０'.repeat(64)],
    ['base64', Buffer.from(SIGNATURE, 'hex').toString('base64')],
  ])('is not accepted when it is %s', (_what, signature) => expect(accepts(BODY, signature)).toBe(false));

  it('is not taken from a header of another name', () => {
    const rawBody = Buffer.from(JSON.stringify(BODY));
    expect(verifier.verify({ rawBody, headers: { signature: SIGNATURE, 'X-Trx-Signature': SIGNATURE } })).toBe(false);
  });
});

describe('a body that cannot be verified', () => {
  it.each([
    '',
    ' ',
    '{',
    'null',
    'true',
    '42',
    '"text"',
    '[]',
    `[${JSON.stringify(BODY)}]`,
    'top_ticket=1',
    `\ufeff${JSON.stringify(BODY)}`,
    '{}',
  ])('is refused, not thrown over: %p', (text) => expect(accepts(text, SIGNATURE)).toBe(false));

  it('is refused when it is no UTF-8 or nested without end', () => {
    expect(accepts(Buffer.from([0xff, 0xfe, 0x00]), SIGNATURE)).toBe(false);
    expect(accepts('['.repeat(200_000), SIGNATURE)).toBe(false);
    expect(accepts('{"a":'.repeat(100_000), SIGNATURE)).toBe(false);
  });

  it('takes no field from a prototype', () => {
    const { top_ticket, top_reference } = BODY;
    expect(accepts(`{"__proto__":${JSON.stringify({ top_ticket, top_reference })}}`, SIGNATURE)).toBe(false);
    expect(parseObject(Buffer.from('{"__proto__":{"a":1}}'))?.['a']).toBeUndefined();
  });
});

function sha256(signed: object): string {
  return createHash('sha256').update(JSON.stringify(signed)).digest('hex');
}
