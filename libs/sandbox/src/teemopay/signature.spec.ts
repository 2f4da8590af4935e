import { describe, expect, it } from '@jest/globals';
import { parse } from 'lossless-json';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';
import { TEEMOPAY_SANDBOX_KEYS } from './keys.js';
import { isSignatureOf, signingString, signText } from './signature.js';

// Computed apart from this code by two other libraries, over the public recipe; the bodies are texts so that a
// number's literal is part of the vector.
const VECTORS = [
  {
    name: 'V1 create PSE (fields of the seed example)',
    key: 'merchant',
    nonce: '0123456789abcdef0123456789abcdef',
    body: '{"realName":"TeemoPay","amount":"10000","phone":"1234567890","callbackUrl":"https://www.callbackexample.com","merchantOrderNo":"2C2741241kCApltr2IATMy0c992278","email":"TeemoPay@example.com","idType":"CC","idCardNumber":"1234567890","bankCode":1040,"paymentType":201}',
    text: 'amount=10000&bankCode=1040&callbackUrl=https://www.callbackexample.com&email=TeemoPay@example.com&idCardNumber=1234567890&idType=CC&merchantOrderNo=2C2741241kCApltr2IATMy0c992278&paymentType=201&phone=1234567890&realName=TeemoPay&nonce=0123456789abcdef0123456789abcdef',
    sign: 'erRUOnqhly8PRRKbL0JBKipkWq+/+RhKV3uJU2ht/q5VAUNOfRjIwEi5lDt5SLg5d4HVG4kaEVY2xfLG+Af+KZH1M4R2zscVmOiXQ/k6hlfl53CQJB394sO+To/BetPF3WjlGSZu4SIge499Q5J0zsLpUUZcCzTCrnLQuQaIjUs=',
  },
  {
    name: 'V2 create, null/empty/blank dropped, non-ASCII name, Long',
    key: 'merchant',
    nonce: 'fedcba9876543210fedcba9876543210',
    body: '{"merchantOrderNo":"AB-0001","paymentType":212,"amount":"25000","expirationTime":1735660800000,"realName":"José Ñúñez Peña","email":"jose@example.com","phone":"3001234567","idType":null,"idCardNumber":"","bankCode":"   "}',
    text: 'amount=25000&email=jose@example.com&expirationTime=1735660800000&merchantOrderNo=AB-0001&paymentType=212&phone=3001234567&realName=José Ñúñez Peña&nonce=fedcba9876543210fedcba9876543210',
    sign: 'GAuMkRexA42vjQrHScWSpblNY0xRM7aiTkMgfRCkgH2dp8QhX87YAl512K2B9oUsc6qFuDmg+2hfOCsB1VDYHo8WCIM+GTzx7SZyLQX7cPCEUnDDV9Tx6F5pWfTABGLkFYXIfRHmx0uxWmjDXRVxyQhrdSlAW7Vx4Zi5w1q2Uu8=',
  },
  {
    name: 'V3 query',
    key: 'merchant',
    nonce: '00000000000000000000000000000003',
    body: '{"merchantOrderNo":"AB-0001"}',
    text: 'merchantOrderNo=AB-0001&nonce=00000000000000000000000000000003',
    sign: 'q+ER101oSGSrTBn+LHMNqLboevzhE7vU028KyTnko9gzRRd/pgUcy/V66wvVL9C4vx15H/QNgy2eZD89L3mAfRwX/DacLkm7nnIuXgYrwQ5Mrr++CMPsmDWFFfRQ/TQ/22jlkVVSJXcMv0qaDz2N8ZphRBxBsNcgA4Ummam6r64=',
  },
  {
    name: 'V4 balance (no business field)',
    key: 'merchant',
    nonce: '00000000000000000000000000000004',
    body: '{}',
    text: 'nonce=00000000000000000000000000000004',
    sign: 'qkxWAa14H3f4VpAjXsNHTTtqi6QRbhYvDg/WWgdLgcK4YKQWTajCOat4YJBzo8V5cuJUUQDsaa+HZKJB73yH9Xxmz/rwWq91X797ZmyAZYDHnIBuejjcYMEaJQ3nZPJZiasX+JDsqY5c2Yc9wS0z+lyCSVioamcFIHhnM9yfrus=',
  },
  {
    name: 'V5 payin callback (signed by platform)',
    key: 'platform',
    nonce: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    body: '{"merchantOrderNo":"AB-0001","tradeNo":"TS2501010001CO0000000000000000","paymentOrderNo":"TSO4h8r26014h54553440l5vxs41u8","status":2,"paymentAmount":"24000.00","serviceAmount":"10.00","paymentInfo":"https://www.paymentLinkExample.com","paymentType":212,"completeTime":"2025-01-01 00:00:00","errorMessage":null}',
    text: 'completeTime=2025-01-01 00:00:00&merchantOrderNo=AB-0001&paymentAmount=24000.00&paymentInfo=https://www.paymentLinkExample.com&paymentOrderNo=TSO4h8r26014h54553440l5vxs41u8&paymentType=212&serviceAmount=10.00&status=2&tradeNo=TS2501010001CO0000000000000000&nonce=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    sign: 'ux2gSAjAOMUtN1ti6/0bxbD1IloOBdXseYGHzbW0zpcmHqh3LAXDjVZBbgK2GGVFPOmar8CM96oR9b0oUWKnGl04bjh4OOC6K2O13R46jK5K+auAZrd8YITwf0AykRbv0AOm7O8uL5tl236wlwNjoSgNJg2ByQUzeGmIJ+1aoGo=',
  },
] as const;

function fieldsOf(text: string): JsonObject {
  const value = parse(text);
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
}

describe.each(VECTORS)('$name', ({ key, nonce, body, text, sign }) => {
  const { privateKey, publicKey } = TEEMOPAY_SANDBOX_KEYS[key];
  const other = TEEMOPAY_SANDBOX_KEYS[key === 'merchant' ? 'platform' : 'merchant'];

  it('is signed over the known text', () => {
    expect(signingString(fieldsOf(body), nonce)).toBe(text);
  });

  it('has the known signature', () => {
    expect(signText(text, privateKey)).toBe(sign);
    expect(isSignatureOf(text, sign, publicKey)).toBe(true);
  });

  it('has no other signature', () => {
    expect(isSignatureOf(`${text}0`, sign, publicKey)).toBe(false);
    expect(isSignatureOf(text, sign, other.publicKey)).toBe(false);
    for (const wrong of ['', 'not-a-signature', sign.slice(4)])
      expect(isSignatureOf(text, wrong, publicKey)).toBe(false);
  });
});

describe('the text that is signed', () => {
  it.each([
    ['upper case before lower case', '{"b":"2","B":"1","a":"3"}', 'B=1&a=3&b=2&nonce=N'],
    ['the nonce last, whatever its name sorts to', '{"zeta":"1","alpha":"2"}', 'alpha=2&zeta=1&nonce=N'],
    [
      'number literals as they came',
      '{"a":1.50,"b":12345678901234567890,"c":1e3}',
      'a=1.50&b=12345678901234567890&c=1e3&nonce=N',
    ],
    [
      'unknown, nested and boolean fields too',
      '{"x":{"b":1,"a":[true,null]},"y":false}',
      'x={"b":1,"a":[true,null]}&y=false&nonce=N',
    ],
    [
      'no blank field, but one of no-break spaces',
      '{"a":null,"b":"","c":" \\t\u3000","d":"\u00a0"}',
      'd=\u00a0&nonce=N',
    ],
    ['text untouched: not trimmed, not escaped', '{"a":" é&= "}', 'a= é&= &nonce=N'],
    ['no sign', '{"sign":"S"}', 'nonce=N'],
  ])('has %s', (_what, body, text) => {
    expect(signingString(fieldsOf(body), 'N')).toBe(text);
  });
});
