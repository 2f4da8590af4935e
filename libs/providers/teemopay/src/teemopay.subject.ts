import { expect } from '@jest/globals';
import {
  type ConformanceSubject,
  type DocumentedError,
  type DocumentedRequest,
  type JsonObject,
} from '@recaudo/conformance';
import type { PayinOrder, Rail } from '@recaudo/payment-provider';
import { fixture, type FixtureName, SEED_004_NEQUI_ORDER, SEED_004_ORDER } from './fixture.js';
import { teemopay } from './teemopay.descriptor.js';

const SEED = 'seed 004 (docs.teemopay.com/en/colombia/payin/direct_create)';
const PAGE = expect.stringMatching(/^http:\/\/localhost:\d+\/teemopay\/\w+\?tradeNo=/);

function documented(
  rail: Rail,
  source: string,
  name: FixtureName,
  paymentType: number,
  instructions: object,
): DocumentedRequest {
  // The seed's order is about PSE; elsewhere the bank is not asked for.
  const order: PayinOrder = {
    ...(rail === 'NEQUI' ? SEED_004_NEQUI_ORDER : SEED_004_ORDER),
    rail,
    ...(rail === 'PSE' ? {} : { pse: undefined }),
  };
  return {
    rail,
    source,
    order,
    request: {
      method: 'POST',
      path: '/teemopay/api/pay/payment/create/v1',
      headers: { timestamp: /^\d{13}$/, nonce: /^[\w-]{32}$/, country: 'CO', app_code: 'A2601010001CO001' },
      body: {
        ...fixture(name),
        paymentType,
        // The seed's table says text where its example has a number.
        ...(rail === 'PSE' ? { bankCode: '1040' } : {}),
        // The phone of the seed's example is no mobile, and so no wallet.
        ...(rail === 'NEQUI' ? { phone: '3001234567' } : {}),
        expirationTime: expect.any(Number),
        sign: expect.stringMatching(/^[A-Za-z0-9+/]{171}=$/),
      },
    },
    opened: { externalId: expect.stringMatching(/^TS\w+$/), instructions },
  };
}

/** An error in an envelope; its HTTP status is not documented. */
function refused(code: number, msg: string, kind: DocumentedError['kind'] = 'rejected_request'): DocumentedError {
  const body = { code, data: null, msg, traceId: '30c38418a758434dba4da32fe73b5fd2.108.17833227537161157' };
  return { reply: { status: 200, body }, kind, outcome: 'not_executed', providerCode: String(code) };
}

/** A channel that refused, inside `code` 200. */
function notCreated(errorMsg: string, kind: DocumentedError['kind'], providerCode: string): DocumentedError {
  const { data, ...envelope } = fixture('create-reply-refused') as JsonObject & { data: JsonObject };
  const body = { ...envelope, data: { ...data, errorMsg } };
  return { reply: { status: 200, body }, kind, outcome: 'not_executed', providerCode };
}

function unknown(code: number, msg: string, kind: DocumentedError['kind']): DocumentedError {
  return { ...refused(code, msg, kind), outcome: 'unknown' };
}

/** `code` and the statuses come as numbers and as texts. */
function isOneOf(value: unknown, ...known: number[]): boolean {
  return known.some((number) => value === number || value === String(number));
}

function isThreeDigits(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^\d{3}$/.test(String(value));
}

function createStatusOf({ data }: JsonObject): unknown {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? data['status'] : undefined;
}

/** What its documents say, and its sandbox does. */
export const subject: ConformanceSubject = {
  descriptor: teemopay,
  examples: [
    documented('PSE', SEED, 'seed004-create-request-pse', 201, { type: 'redirect', url: PAGE }),
    documented('NEQUI', SEED, 'seed004-create-request-nequi', 202, { type: 'redirect', url: PAGE }),
    documented('ANY', `${SEED}, paymentType 204`, 'seed004-create-request-nequi', 204, { type: 'redirect', url: PAGE }),
    documented('EFECTY', `${SEED}, paymentType 205`, 'seed004-create-request-nequi', 205, {
      type: 'redirect',
      url: PAGE,
    }),
    {
      ...documented('EFECTY', `${SEED}, paymentType 205 with a code to pay with`, 'seed004-create-request-nequi', 205, {
        type: 'voucher',
        code: expect.stringMatching(/^\S+$/),
      }),
      switches: { cashInfo: 'code' },
    },
    documented('BRE_B', `${SEED}, paymentType 212`, 'seed004-create-request-nequi', 212, {
      type: 'breb_key',
      key: expect.stringMatching(/^@/),
      url: PAGE,
    }),
    {
      ...documented(
        'BRE_B',
        `${SEED}, paymentType 212 with the key in paymentInfo`,
        'seed004-create-request-nequi',
        212,
        {
          type: 'breb_key',
          key: expect.stringMatching(/^@/),
        },
      ),
      switches: { brebKeyIn: 'paymentInfo' },
    },
  ],
  create: {
    accepts: (body) => isOneOf(body['code'], 200) && isOneOf(createStatusOf(body), 0, 1, 2),
    // Every documented code but "try again later", the duplicate, "not exist", the time-out and the server's own error.
    refuses: (body) =>
      isOneOf(body['code'], 200)
        ? isOneOf(createStatusOf(body), 3)
        : isThreeDigits(body['code']) && !isOneOf(body['code'], 412, 426, 434, 448, 500),
    refusesWithAnyClientError: true,
    reference: '/data/merchantOrderNo',
  },
  query: {
    answers: ({ code }) => isOneOf(code, 200),
    reference: '/data/merchantOrderNo',
    status: '/data/status',
    // `transactionAmount` is what was requested.
    amounts: { '/data/amount': 'pesos', '/data/statementList/*/paymentStatementAmount': 'pesos' },
    paidAgainOn: 'ANY',
    payment: { '/data/statementList/*/paymentStatementStatus': 2 },
    saysNoSuchOrder: (_status, { code, msg }) =>
      isOneOf(code, 434) || (isOneOf(code, 400) && msg === 'Order not found'),
  },
  statuses: [
    { reply: { '/data/status': 1 }, means: 'PENDING' },
    { reply: { '/data/status': 2 }, means: 'APPROVED' },
    { reply: { '/data/status': 3 }, means: 'REJECTED' },
    { reply: { '/data/status': 4 }, means: 'REVERSED' },
    { reply: { '/data/status': '2' }, means: 'APPROVED' },
  ],
  errors: [
    refused(416, 'Application not found', 'authentication'),
    refused(417, 'Merchant account not found', 'authentication'),
    refused(423, 'This payment method is not supported'),
    refused(424, 'This payment method is not configured'),
    refused(427, 'The callback notification address for collection must not be empty.'),
    refused(445, 'Amount must be an integer'),
    refused(460, 'The current payment method is unavailable.'),
    refused(462, 'This request failed due to blacklist blocking'),
    refused(466, 'Payment method fee rate not configured.'),
    unknown(412, 'Please try again later', 'unavailable'),
    unknown(426, 'merchant order duplicate', 'rejected_request'),
    unknown(500, 'Business Error', 'unavailable'),
    unknown(999, 'A code that nobody has written down', 'unavailable'),
    notCreated(
      'Transaction amount exceeds limit, kindly retry within allowed range.',
      'rejected_request',
      'AMOUNT_LIMIT',
    ),
    notCreated('Parameter validation error, kindly verify and retry.', 'rejected_request', 'PARAMETER_ERROR'),
    notCreated(
      'Abnormal user account , kindly contact user to verify account and retry.',
      'rejected_request',
      'ABNORMAL_ACCOUNT',
    ),
    notCreated('Channel request error, technicians will fix ASAP.', 'unavailable', 'CHANNEL_ERROR'),
    notCreated('Unstable network, kindly retry later.', 'unavailable', 'NETWORK_UNSTABLE'),
  ],
  settlements: { pay: 'APPROVED', reject: 'REJECTED', expire: 'REJECTED', reverse: 'REVERSED' },
  webhook: {
    signature: { field: 'sign' },
    covered: [],
    reference: '/merchantOrderNo',
    amounts: { '/paymentAmount': 'pesos' },
    money: [{ '/status': 2 }, { '/status': 4 }],
  },
  control: (client) => client.provider('teemopay'),
};
