import { describe, expect, it } from '@jest/globals';
import { readRsaKey, RsaBodySigner, RsaBodyVerifier } from '@recaudo/payment-provider';
import { fixtureText } from './fixture.js';

interface Vectors {
  merchant: { priv: string; pub: string };
  platform: { priv: string; pub: string };
  vectors: { id: string; key: 'merchant' | 'platform'; nonce: string; body: Record<string, unknown>; sign: string }[];
}
const { vectors, ...keys } = JSON.parse(fixtureText('vectors')) as Vectors;

function keyOf(type: 'private' | 'public', text: string) {
  const key = readRsaKey(type, text);
  if (!key) throw new Error('a vector’s key cannot be read');
  return key;
}

describe.each(vectors)('vector $id', ({ key, nonce, body, sign }) => {
  const privateKey = keyOf('private', keys[key].priv);
  const verifier = new RsaBodyVerifier({ publicKey: keyOf('public', keys[key].pub) });
  const accepts = (changes: object, headers: Record<string, string> = { nonce }) =>
    verifier.verify({ rawBody: Buffer.from(JSON.stringify({ ...body, sign, ...changes })), headers });

  it('is what we sign', () => {
    const signer = new RsaBodySigner({ privateKey, headers: (stamp) => ({ nonce: stamp.nonce }), nonce: () => nonce });
    const signed = signer.sign({ method: 'POST', path: '/', body });
    expect(signed.headers).toEqual({ nonce });
    expect(JSON.parse(signed.body ?? '')).toEqual({ ...body, sign });
  });

  it('is what we accept, and nothing else is', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ unknown: 'x' })).toBe(false);
    expect(accepts({ merchantOrderNo: 'AB-0002' })).toBe(false);
    expect(accepts({}, { nonce: nonce.replace(/.$/, 'z') })).toBe(false);
    expect(accepts({}, {})).toBe(false);
    const other = keys[key === 'merchant' ? 'platform' : 'merchant'];
    const rawBody = Buffer.from(JSON.stringify({ ...body, sign }));
    expect(new RsaBodyVerifier({ publicKey: keyOf('public', other.pub) }).verify({ rawBody, headers: { nonce } })).toBe(
      false,
    );
  });
});

it('there are five vectors, of both sides', () => {
  expect(vectors).toHaveLength(5);
  expect(new Set(vectors.map(({ key }) => key))).toEqual(new Set(['merchant', 'platform']));
});

it('a callback with fields that no page knows is accepted when they are signed too', () => {
  const signer = new RsaBodySigner({
    privateKey: keyOf('private', keys.platform.priv),
    headers: ({ nonce }) => ({ nonce }),
  });
  const callback = { ...vectors[4]!.body, channel: { name: 'BREB', fees: [1, 2.5] }, retries: 3 };
  const { headers, body = '' } = signer.sign({ method: 'POST', path: '/', body: callback });
  const verifier = new RsaBodyVerifier({ publicKey: keyOf('public', keys.platform.pub) });
  expect(verifier.verify({ rawBody: Buffer.from(body), headers })).toBe(true);
  expect(verifier.verify({ rawBody: Buffer.from(body.replace('"retries":3', '"retries":4')), headers })).toBe(false);
  // A callback that is sent again may carry its first time.
  expect(verifier.verify({ rawBody: Buffer.from(body), headers: { ...headers, timestamp: '1' } })).toBe(true);
});
