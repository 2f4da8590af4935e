import { describe, expect, it } from '@jest/globals';
import type { Rail } from '@recaudo/payment-provider';
import { errorOf, EXAMPLE_ORDER, fixture, fixtureText, replyOf } from './fixture.js';
import { CHANNEL_MESSAGES, readCreateReply } from './teemopay.mapper.js';

const SEED = fixture('seed004-create-reply');
const BREB = fixture('create-reply-breb');
const BREB_ORDER = { ...EXAMPLE_ORDER, rail: 'BRE_B', amountInCents: 3_000_000n } as const;
const UNKNOWN = { outcome: 'unknown' };

function open(changes: object, rail: Rail = 'ANY') {
  return readCreateReply(replyOf({ ...SEED, data: { ...SEED.data, ...changes } }), { ...EXAMPLE_ORDER, rail });
}

const instructionsOf = (changes: object, rail: Rail) => open(changes, rail).instructions;

describe('the reply to a create call', () => {
  it('is a page to go to in seed 004’s example', () => {
    expect(readCreateReply(replyOf(fixtureText('seed004-create-reply')), EXAMPLE_ORDER)).toEqual({
      externalId: 'TS2501010001CO0000000000000000',
      instructions: { type: 'redirect', url: 'https://www.paymentLinkExample.com' },
    });
  });

  it('is a Bre-B key with its page in the documented example', () => {
    expect(readCreateReply(replyOf(fixtureText('create-reply-breb')), BREB_ORDER)).toEqual({
      externalId: 'TS2405220001CO0000000000010047',
      instructions: { type: 'breb_key', key: '@mockdakjfjsdf', url: 'https://mock/breb' },
    });
  });

  it.each([0, 1, '1', 2])('says with status %p that the order was taken, and never that it is paid', (status) => {
    const opened = open({ status });
    expect(Object.keys(opened).toSorted()).toEqual(['externalId', 'instructions']);
  });

  it.each([4, 5, '', null, undefined, true, [1], { status: 1 }, 1.5, 'SUCCESS'])(
    'may be an order with the status %p',
    (status) => expect(errorOf(() => open({ status }))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' }),
  );

  it.each(['OrderNoExample2', 'ordernoexample', '', null, undefined, 42, ['OrderNoExample']])(
    'is not ours with the number %p, whatever it says',
    (merchantOrderNo) => {
      for (const status of [1, 3])
        expect(errorOf(() => open({ merchantOrderNo, status }))).toMatchObject({
          kind: 'contradictory_reply',
          ...UNKNOWN,
        });
    },
  );

  it.each(['10001', '100.00', '1000000', 1])('is not what was requested with the amount %p', (amount) => {
    expect(errorOf(() => open({ amount }))).toMatchObject({ kind: 'contradictory_reply', outcome: 'unknown' });
  });

  it.each(['10000', '10000.00', '10000.0', 10_000, null, undefined])(
    'is what was requested with the amount %p',
    (amount) => {
      expect(open({ amount }).externalId).toBe('TS2501010001CO0000000000000000');
    },
  );

  it.each([null, 42, '', ' ', ['t'], {}, 'a\nb', 'a&b=c', 'ñ', 'x'.repeat(65)])(
    'has no number of theirs in %p',
    (tradeNo) => {
      expect(open({ tradeNo })).not.toHaveProperty('externalId');
    },
  );
});

describe('how to pay', () => {
  it.each(['PSE', 'NEQUI', 'ANY', 'EFECTY', 'BRE_B'] as const)('is a page for %s where a page is given', (rail) => {
    expect(instructionsOf({ paymentInfo: 'https://mock/x' }, rail)).toEqual({
      type: 'redirect',
      url: 'https://mock/x',
    });
  });

  it('is a push for Nequi where nothing is given', () => {
    for (const paymentInfo of [null, undefined, ''])
      expect(instructionsOf({ paymentInfo }, 'NEQUI')).toEqual({ type: 'push' });
  });

  it('is a code to pay with at Efecty where a code is given', () => {
    expect(instructionsOf({ paymentInfo: '110-2345678901' }, 'EFECTY')).toEqual({
      type: 'voucher',
      code: '110-2345678901',
    });
  });

  it.each(['@mockdakjfjsdf', '3001234567', 'pay@example.com', '900123456'])(
    'is the Bre-B key %p wherever it stands',
    (key) => {
      expect(instructionsOf({ paymentInfo: key }, 'BRE_B')).toEqual({ type: 'breb_key', key });
      expect(instructionsOf({ paymentInfo: null, additionalInfo: { paymentFactory: key } }, 'BRE_B')).toEqual({
        type: 'breb_key',
        key,
      });
    },
  );

  it.each([null, undefined, [], 'x', { paymentFactory: null }, { paymentFactory: 42 }, { paymentFactory: '' }])(
    'is the page where the additional information is %p',
    (additionalInfo) => {
      const reply = replyOf({ ...BREB, data: { ...BREB.data, additionalInfo } });
      expect(readCreateReply(reply, BREB_ORDER).instructions).toEqual({ type: 'redirect', url: 'https://mock/breb' });
    },
  );

  it.each([
    ['PSE', null],
    ['ANY', ''],
    ['EFECTY', null],
    ['BRE_B', null],
    ['PSE', 'javascript:alert(1)'],
    ['ANY', 'data:text/html,x'],
    ['EFECTY', 'javascript:alert(1)'],
    ['BRE_B', 'javascript:alert(1)@example.com'],
    ['NEQUI', 'javascript:alert(1)'],
    ['PSE', '/payments/main'],
    ['PSE', '110-2345678901'],
    ['PSE', 42],
    ['PSE', ['https://x.co']],
    ['PSE', `https://x.co/${'a'.repeat(2048)}`],
  ] as const)('is not read for %s from %p, though the order is there', (rail, paymentInfo) => {
    expect(errorOf(() => open({ paymentInfo }, rail))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
  });
});

describe('a channel that refuses, inside a code 200', () => {
  it('is a refusal in the documented example', () => {
    expect(errorOf(() => readCreateReply(replyOf(fixtureText('create-reply-refused')), EXAMPLE_ORDER))).toMatchObject({
      kind: 'rejected_request',
      outcome: 'not_executed',
      detail: { providerCode: 'AMOUNT_LIMIT' },
    });
  });

  it.each([
    ['Transaction amount exceeds limit, kindly retry within allowed range.', 'rejected_request', 'AMOUNT_LIMIT'],
    ['Parameter validation error, kindly verify and retry.', 'rejected_request', 'PARAMETER_ERROR'],
    [
      'Abnormal user account , kindly contact user to verify account and retry.',
      'rejected_request',
      'ABNORMAL_ACCOUNT',
    ],
    ['Channel request error, technicians will fix ASAP.', 'unavailable', 'CHANNEL_ERROR'],
    ['Unstable network, kindly retry later.', 'unavailable', 'NETWORK_UNSTABLE'],
    ['Something else about john@example.com', 'rejected_request', 'CHANNEL_REFUSED'],
    [null, 'rejected_request', 'CHANNEL_REFUSED'],
    ['constructor', 'rejected_request', 'CHANNEL_REFUSED'],
  ])('with %p is %s, %s', (errorMsg, kind, providerCode) => {
    const error = errorOf(() => open({ status: 3, amount: null, paymentInfo: null, additionalInfo: null, errorMsg }));
    expect(error).toMatchObject({ kind, outcome: 'not_executed', detail: { providerCode } });
    expect(error.message).not.toContain('john');
  });

  it('has five documented messages', () => expect(Object.keys(CHANNEL_MESSAGES)).toHaveLength(5));
});
