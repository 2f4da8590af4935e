import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../secret.js';
import { HmacOfBodyVerifier } from './hmac-of-body.js';

// The example of https://en.wikipedia.org/wiki/HMAC#Examples.
const BODY = 'The quick brown fox jumps over the lazy dog';
const HEX = 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8';
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');

const secret = new Secret('key');
const verifier = new HmacOfBodyVerifier({ header: 'X-Signature', secret, encoding: 'hex' });
const accepts = (signature: string | string[] | undefined, body = BODY) =>
  verifier.verify({ rawBody: Buffer.from(body), headers: { 'x-signature': signature } });

describe('a webhook with the HMAC of its body', () => {
  it('is accepted with the published example, in each way of writing it', () => {
    expect(accepts(HEX)).toBe(true);
    const rawBody = Buffer.from(BODY);
    const inBase64 = new HmacOfBodyVerifier({ header: 'x-signature', secret, encoding: 'base64' });
    expect(inBase64.verify({ rawBody, headers: { 'x-signature': BASE64 } })).toBe(true);
    const withPrefix = new HmacOfBodyVerifier({ header: 'x-signature', secret, encoding: 'hex', prefix: 'sha256=' });
    expect(withPrefix.verify({ rawBody, headers: { 'x-signature': `sha256=${HEX}` } })).toBe(true);
    expect(withPrefix.verify({ rawBody, headers: { 'x-signature': HEX } })).toBe(false);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one cut off', HEX.slice(0, -1)],
    ['one that is longer', `${HEX}0`],
    ['one in other letters', HEX.toUpperCase()],
    ['one in another encoding', BASE64],
    ['two', [HEX, HEX]],
    ['two, as Node joins them', `${HEX}, ${HEX}`],
  ])('is not accepted with %s', (_what, signature) => expect(accepts(signature)).toBe(false));

  it('is not accepted under another header', () => {
    expect(verifier.verify({ rawBody: Buffer.from(BODY), headers: { signature: HEX } })).toBe(false);
  });

  it('is not accepted with any one byte of the body changed, missing or added', () => {
    for (let at = 0; at < BODY.length; at += 1) {
      const [before, after] = [BODY.slice(0, at), BODY.slice(at + 1)];
      for (const body of [`${before}~${after}`, before + after, `${before}~${BODY.slice(at)}`])
        expect(accepts(HEX, body)).toBe(false);
    }
  });

  it('is judged by its bytes, whatever they are', () => {
    expect(verifier.verify({ rawBody: Buffer.from([0xff, 0xfe]), headers: { 'x-signature': HEX } })).toBe(false);
    expect(verifier.verify({ rawBody: Buffer.alloc(0), headers: { 'x-signature': HEX } })).toBe(false);
  });

  it('shows no secret when the verifier itself is printed', () => {
    const printed = new HmacOfBodyVerifier({ header: 'x', secret: new Secret('canary'), encoding: 'hex' });
    expect(inspect(printed, { depth: 10, showHidden: true }) + JSON.stringify(printed)).not.toContain('canary');
  });
});
