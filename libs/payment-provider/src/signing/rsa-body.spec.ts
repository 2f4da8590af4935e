import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RsaBodySigner } from './rsa-body-signer.js';
import { readSignedFields, textToSign } from './rsa-body-text.js';
import { RsaBodyVerifier } from './rsa-body-verifier.js';

const OURS = generateKeyPairSync('rsa', { modulusLength: 1024 });
const OTHERS = generateKeyPairSync('rsa', { modulusLength: 1024 });
const NONCE = '0123456789abcdef0123456789abcdef';

const signer = new RsaBodySigner({
  privateKey: OURS.privateKey,
  headers: ({ timestamp, nonce }) => ({ timestamp, nonce, country: 'CO' }),
  now: () => 1_735_707_600_000,
  nonce: () => NONCE,
});
const verifier = new RsaBodyVerifier({ publicKey: OURS.publicKey });

const textOf = (json: string, nonce = NONCE) => {
  const fields = readSignedFields(json);
  return fields && textToSign(fields, nonce);
};
const signatureOf = (text: string, { privateKey } = OURS) =>
  sign('RSA-SHA1', Buffer.from(text), privateKey).toString('base64');
const accepts = (rawBody: string | Buffer, nonce: string | string[] | undefined = NONCE, publicKey = OURS.publicKey) =>
  new RsaBodyVerifier({ publicKey }).verify({ rawBody: Buffer.from(rawBody), headers: nonce ? { nonce } : {} });
/** A body with the right signature for what it says, by the text given or else by our own reading. */
const signed = (json: string, text = textOf(json) ?? '') =>
  `${json.trimEnd().slice(0, -1)}${json === '{}' ? '' : ','}"sign":${JSON.stringify(signatureOf(text))}}`;

describe('the text that is signed', () => {
  it.each([
    ['fields in ASCII order, the nonce last', '{"z":"1","a":"2","Z":"3","nonceX":"4"}', 'Z=3&a=2&nonceX=4&z=1'],
    ['UTF-16 code units, not code points', '{"\ufb00":"1","\u{1f600}":"2"}', '\u{1f600}=2&\ufb00=1'],
    ['null, empty and blank fields left out', '{"a":null,"b":"","c":" \\t\\n\\u001f\\u2003","d":"x"}', 'd=x'],
    ['blank as Java has it: a no-break space is something', '{"a":"\u00a0","b":"\ufeff"}', 'a=\u00a0&b=\ufeff'],
    ['texts raw, neither trimmed nor encoded', '{"a":" ñ&=\\"/ ","b":"\\u00d1\\/"}', 'a= ñ&="/ &b=Ñ/'],
    ['integers', '{"a":0,"b":-7,"c":1735660800000}', 'a=0&b=-7&c=1735660800000'],
    [
      'the digits of a number as they were sent',
      '{"a":1000.00,"b":12345678901234567890,"c":1e3,"d":0.10,"e":-0}',
      'a=1000.00&b=12345678901234567890&c=1e3&d=0.10&e=-0',
    ],
    ['true and false', '{"a":true,"b":false}', 'a=true&b=false'],
    [
      'what is nested as compact JSON, its own order, digits and escapes kept',
      '{"a": { "z" : 1.0 , "b" : [ 1 , null , "x y\\u00f1" ] } , "b": [ ], "c": {}}',
      'a={"z":1.0,"b":[1,null,"x y\\u00f1"]}&b=[]&c={}',
    ],
    ['the signature itself left out', '{"sign":"x","signs":"y"}', 'signs=y'],
    [
      'names that objects have by birth',
      '{"__proto__":"1","constructor":"2","10":"3","9":"4"}',
      '10=3&9=4&__proto__=1&constructor=2',
    ],
  ])('has %s', (_what, json, fields) => expect(textOf(json)).toBe(`${fields}&nonce=${NONCE}`));

  it('is the nonce alone where there is no field', () => expect(textOf('{}')).toBe(`nonce=${NONCE}`));

  it.each([
    ['a name twice', '{"amount":"1","amount":"2"}'],
    ['a name twice, spelled in two ways', '{"amount":"1","\\u0061mount":"2"}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['half a surrogate pair in a name', '{"\\udc00":"a"}'],
    ['a comment', '{"a":1/* */}'],
    ['a comma too many', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['a list', '[1]'],
    ['a text', '"a=1"'],
    ['null', 'null'],
    ['nothing', ''],
    ['more than one value', '{}{}'],
    ['a byte order mark', '\ufeff{}'],
    ['nesting without end', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('is none for %s', (_what, json) => expect(textOf(json)).toBeUndefined());
});

describe('a signed request', () => {
  it('carries nonce and time in its headers and the signature in its body', () => {
    const { headers, body = '' } = signer.sign({ method: 'POST', path: '/', body: { b: 'ñ', a: 1, c: null, d: ' ' } });
    expect(headers).toEqual({ timestamp: '1735707600000', nonce: NONCE, country: 'CO' });
    const sent = JSON.parse(body) as { sign: string };
    expect(sent).toEqual({ b: 'ñ', a: 1, c: null, d: ' ', sign: expect.any(String) });
    const text = Buffer.from(`a=1&b=ñ&nonce=${NONCE}`);
    expect(verify('RSA-SHA1', text, OURS.publicKey, Buffer.from(sent.sign, 'base64'))).toBe(true);
  });

  it('is accepted by the other side, whatever it says', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.double(),
      fc.object(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), value, { maxKeys: 8 }), (body) => {
        fc.pre(readSignedFields(JSON.stringify(body)) !== undefined);
        const { headers, body: text = '' } = signer.sign({ method: 'POST', path: '/', body });
        return accepts(text, headers['nonce']);
      }),
      { numRuns: 500 },
    );
  });

  it('has a signature where there is nothing else to say', () => {
    expect(accepts(signer.sign({ method: 'POST', path: '/' }).body ?? '')).toBe(true);
  });

  it('has a nonce of 32 characters that no other has, and the time of now', () => {
    const real = new RsaBodySigner({ privateKey: OURS.privateKey, headers: (stamp) => ({ ...stamp }) });
    const before = Date.now();
    const all = Array.from({ length: 100 }, () => real.sign({ method: 'POST', path: '/' }).headers);
    expect(new Set(all.map(({ nonce }) => nonce)).size).toBe(100);
    for (const { nonce, timestamp } of all) {
      expect(nonce).toMatch(/^[0-9a-f]{32}$/);
      expect(timestamp).toMatch(/^\d{13}$/);
      expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
      expect(Number(timestamp)).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is not made of half a surrogate pair, which the other side would read as another text', () => {
    expect(() => signer.sign({ method: 'POST', path: '/', body: { a: '\ud800' } })).toThrow('no Unicode');
  });

  it('shows no key when the signer itself is printed', () => {
    const key = OURS.privateKey.export({ format: 'jwk' });
    const printed = inspect(signer, { depth: 10, showHidden: true }) + JSON.stringify(signer);
    for (const part of [key.d, key.p, key.q, key.n]) expect(printed).not.toContain(part);
  });
});

describe('a signed body', () => {
  const BODY = '{"reference":"AB-0001","status":2,"amount":"24000.00","note":null,"extra":{"a":[1.0]},"unknown":"?"}';

  it('is accepted, unknown and nested fields included, however it is spaced and escaped', () => {
    expect(accepts(signed(BODY))).toBe(true);
    expect(accepts(JSON.stringify(JSON.parse(signed(BODY.replace('1.0', '1'))), null, 4))).toBe(true);
    expect(accepts(signed(BODY).replaceAll('-', String.raw`\u002d`))).toBe(true);
  });

  it('is accepted with the signature that the other side made of its text', () => {
    const text = `amount=24000.00&extra={"a":[1.0]}&reference=AB-0001&status=2&unknown=?&nonce=${NONCE}`;
    expect(accepts(signed(BODY, text))).toBe(true);
  });

  it('is refused when any field was changed, added, removed or renamed', () => {
    const body = JSON.parse(signed(BODY)) as Record<string, unknown>;
    expect(accepts(JSON.stringify(body))).toBe(false); // 1.0 became 1
    const plain = JSON.parse(signed(BODY.replace('1.0', '1'))) as Record<string, unknown>;
    expect(accepts(JSON.stringify(plain))).toBe(true);
    for (const name of Object.keys(plain).filter((key) => plain[key] !== null)) {
      const { [name]: value, ...others } = plain;
      expect(accepts(JSON.stringify(others))).toBe(false);
      expect(accepts(JSON.stringify({ ...others, [`${name}x`]: value }))).toBe(false);
      expect(accepts(JSON.stringify({ ...others, [name]: `${String(value)}0` }))).toBe(false);
    }
    expect(accepts(JSON.stringify({ ...plain, more: '1' }))).toBe(false);
    expect(accepts(JSON.stringify({ ...plain, note: 'x' }))).toBe(false);
  });

  it('says the same or is refused when any byte of it was changed', () => {
    const raw = Buffer.from(signed(BODY));
    const said = textOf(raw.toString());
    let refused = 0;
    for (let at = 0; at < raw.length; at += 1) {
      for (const bit of [0x01, 0x02, 0x20, 0x80]) {
        const tampered = Buffer.from(raw);
        tampered[at]! ^= bit;
        if (!accepts(tampered)) refused += 1;
        // Only the name of a field that says nothing is open to change.
        else expect(textOf(tampered.toString())).toBe(said);
      }
    }
    expect(refused).toBeGreaterThan(raw.length * 4 - 50);
  });

  it('is refused with a name given twice, whichever value was signed', () => {
    const twice = signed(BODY).replace('"status":2', '"status":3,"status":2');
    expect(accepts(twice)).toBe(false);
    expect(accepts(signed(BODY).replace('"status":2', '"status":2,"status":3'))).toBe(false);
    expect(accepts(signed(BODY).replace('{', '{"sign":"x",'))).toBe(false);
  });

  it('is refused with another key’s signature, or another nonce', () => {
    expect(accepts(signed(BODY), NONCE, OTHERS.publicKey)).toBe(false);
    expect(accepts(signed(BODY), `${NONCE.slice(0, -1)}0`)).toBe(false);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['a list, as Node gives for a repeated one', [NONCE]],
    ['with a blank', ` ${NONCE}`],
    ['without end', 'a'.repeat(129)],
  ])('is refused with a nonce that is %s', (_what, nonce) => {
    const body = signed(BODY, textOf(BODY, String(nonce)));
    expect(verifier.verify({ rawBody: Buffer.from(body), headers: nonce === undefined ? {} : { nonce } })).toBe(false);
  });

  it('is refused when the nonce’s header carries a field', () => {
    const text = `a=1&nonce=x&status=2&nonce=${NONCE}`;
    expect(accepts(`{"a":"1","sign":"${signatureOf(text)}"}`, `x&status=2&nonce=${NONCE}`)).toBe(false);
    // The same text with an ordinary nonce is a body of three fields.
    expect(accepts(`{"a":"1","nonce":"x","status":"2","sign":"${signatureOf(text)}"}`)).toBe(true);
  });

  const SIGNATURE = signatureOf(`a=1&nonce=${NONCE}`);
  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 1],
    ['a list', [SIGNATURE]],
    ['in hexadecimal', Buffer.from(SIGNATURE, 'base64').toString('hex')],
    ['in the URL alphabet', Buffer.from(SIGNATURE, 'base64').toString('base64url')],
    ['without its padding', SIGNATURE.replaceAll('=', '')],
    ['with a line feed', `${SIGNATURE}\n`],
    ['over two lines', `${SIGNATURE.slice(0, 76)}\n${SIGNATURE.slice(76)}`],
    ['twice', SIGNATURE + SIGNATURE],
    ['cut off', SIGNATURE.slice(0, -4)],
    ['without end', 'A'.repeat(100_000)],
    ['of zeros', Buffer.alloc(128).toString('base64')],
    ['a sentence', 'TEEMO_SIGN'],
    // The last digit of 128 bytes has two bits to spare.
    ['spelled in another way', SIGNATURE.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`)],
  ])('is refused with a signature that is %s', (_what, signature) => {
    expect(accepts(JSON.stringify({ a: '1', sign: SIGNATURE }))).toBe(true);
    expect(accepts(JSON.stringify({ a: '1', sign: signature }))).toBe(false);
  });

  it.each(['', ' ', '{', 'null', '[]', '"sign"', '{}', 'sign=1', `\ufeff${signed(BODY)}`, '{"a":'.repeat(100_000)])(
    'is refused, not thrown over, when it is %p',
    (body) => expect(accepts(body)).toBe(false),
  );

  it('is refused when it is no UTF-8: what replaces the byte was not sent', () => {
    const body = signed('{"a":"\ufffd"}');
    expect(accepts(body)).toBe(true);
    const [before = '', after = ''] = body.split('\ufffd');
    expect(accepts(Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]))).toBe(false);
  });
});
