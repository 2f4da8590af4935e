import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newSigningSecret } from '../secrets/secret-box.js';
import { firstBytes, messageHeaders, withPersonalData } from './message.js';
import { signingKey } from './signing-keys.js';

/** By hand, from the text of the specification and without its library. */
function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

describe('the headers of a message', () => {
  it('sign what the specification’s own example signs, with its result', () => {
    const headers = messageHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      [signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
      new Date(1_614_265_330_000),
    );
    expect(headers).toMatchObject({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('carry a signature by each secret, over any body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(4_000_000_000), (body, seconds) => {
        const secrets = [newSigningSecret(), newSigningSecret()];
        const headers = messageHeaders('msg_1', body, secrets.map(signingKey), new Date(seconds * 1000 + 999));
        expect(headers['webhook-timestamp']).toBe(String(seconds));
        expect(headers['webhook-signature']).toBe(
          secrets.map((secret) => signature(secret, 'msg_1', String(seconds), body)).join(' '),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('a body with personal data', () => {
  it('differs only by the personal data, and is the same each time', () => {
    const body = '{"type":"payin.approved","timestamp":"t","data":{"id":"1","inlineCustomer":null,"sequence":3}}';
    const customer = { name: 'Ñandú', email: 'a@example.com' };
    const full = withPersonalData(body, customer);
    expect(full).toBe(body.replace('"inlineCustomer":null', `"inlineCustomer":${JSON.stringify(customer)}`));
    expect(withPersonalData(body, customer)).toBe(full);
  });
});

describe('the beginning of an answer', () => {
  it('is at most 256 bytes of printable text, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const shown = firstBytes(text);
        if (shown === null) return;
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(256);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', null],
    ['\u0000\r\n ', null],
    ['not\r\nfound\u001b[2J', 'not found [2J'],
    ['€'.repeat(100), '€'.repeat(85)],
    [`${'x'.repeat(255)}é`, 'x'.repeat(255)],
    ['no \ud83d lone half', 'no   lone half'],
  ])('of %p is %p', (text, shown) => expect(firstBytes(text)).toBe(shown));
});
