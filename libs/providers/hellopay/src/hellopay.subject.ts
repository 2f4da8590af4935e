import { expect } from '@jest/globals';
import {
  type ConformanceSubject,
  type DocumentedRequest,
  type JsonObject,
  textsIn,
  valuesAt,
} from '@recaudo/conformance';
import type { PayinOrder } from '@recaudo/payment-provider';
import type { HelloPay, OrderView } from '@recaudo/sandbox';
import { BREB_ORDER, fixture, type FixtureName, NEQUI_ORDER, PSE_ORDER, SEED_003_ORDER } from './fixture.js';
import { hellopay } from './hellopay.descriptor.js';

const KEY = expect.stringMatching(/^@SANDBOX[0-9A-F]{10}$/);
const PAGE = expect.stringMatching(/^http:\/\/localhost:\d+\/hellopay\/transaction\?payinId=/);
const PNG = expect.stringMatching(/^data:image\/png;base64,/);

function documented(
  name: FixtureName,
  source: string,
  order: PayinOrder,
  instructions?: object,
  always: object = {},
): DocumentedRequest {
  return {
    rail: order.rail,
    source,
    order,
    request: {
      method: 'POST',
      path: '/hellopay/payins',
      headers: { 'x-api-key': 'sandbox-hellopay-key' },
      body: { ...fixture(name), ...always },
    },
    opened: { externalId: expect.stringMatching(/^[0-9a-f-]{36}$/), ...(instructions ? { instructions } : {}) },
  };
}

/** What its documents say, and its sandbox does. */
export const subject: ConformanceSubject = {
  descriptor: hellopay,
  examples: [
    documented('breb-single-use-request', 'the Bre-B guide, single-use key', BREB_ORDER, {
      type: 'breb_key',
      key: KEY,
      url: PAGE,
    }),
    documented(
      'breb-qr-request',
      'the Bre-B guide, QR code',
      { ...BREB_ORDER, breb: { keyType: 'QR_CODE' } },
      { type: 'breb_key', key: KEY, url: PAGE, qr: PNG },
    ),
    // The newer documents want `breb`, which the seed's own example does not have.
    documented(
      'seed003-create-request',
      'seed 003',
      SEED_003_ORDER,
      { type: 'breb_key', key: KEY, url: PAGE },
      { breb: { keyType: 'SINGLE_USE' } },
    ),
    {
      ...documented(
        'seed003-create-request',
        'seed 003, answered with its fields alone',
        SEED_003_ORDER,
        {
          type: 'breb_key',
          key: KEY,
        },
        { breb: { keyType: 'SINGLE_USE' } },
      ),
      switches: { profile: 'seed-2025-12' },
    },
    // The address of the bank comes with a later read.
    documented('pse-request', 'the PSE guide', PSE_ORDER),
    // Where the payer's browser goes afterwards is always known to us.
    documented(
      'nequi-request',
      'the Nequi guide',
      NEQUI_ORDER,
      { type: 'push' },
      { callbackUrl: NEQUI_ORDER.redirectUrl },
    ),
  ],
  create: {
    accepts: ({ id, status }) => typeof id === 'string' && typeof status === 'string',
    reference: '/reference',
  },
  query: {
    answers: ({ id, data }) => typeof id === 'string' || Array.isArray(data),
    reference: '/reference',
    status: '/status',
    list: '/data/*',
    amounts: {
      '/amountInCents': 'cents',
      '/confirmedAmountInCents': 'cents',
      '/amount': 'either',
      '/confirmedAmount': 'either',
    },
    currency: '/currency',
    saysNoSuchOrder: (status, body) =>
      status === 404 ? textsIn(body).some((text) => /payin/i.test(text)) : isWholeList(body),
  },
  statuses: [
    { reply: { '/status': 'PENDING' }, means: 'PENDING' },
    { reply: { '/status': 'PROCESSING' }, means: 'PENDING' },
    { reply: { '/status': 'CONFIRMED' }, means: 'APPROVED' },
    { reply: { '/status': 'DECLINED' }, means: 'REJECTED' },
    { reply: { '/status': 'CANCELED' }, means: 'CANCELED' },
    { reply: { '/status': 'CONFIRMED', '/chargebackAt': '2099-01-01T00:00:00.000Z' }, means: 'REVERSED' },
    // Seed 003's own example: a chargeback on a payin that nobody has paid is none.
    { reply: { '/status': 'PENDING', '/chargebackAt': '2024-01-01T00:00:00.000Z' }, means: 'PENDING' },
  ],
  // The documents name 400, 401 and 404 without a body; these have the shape of the framework that they seem to use.
  errors: [
    {
      reply: { status: 400, body: { statusCode: 400, message: 'Invalid input data', error: 'Bad Request' } },
      kind: 'rejected_request',
      outcome: 'not_executed',
    },
    {
      reply: { status: 400, body: { statusCode: 400, message: ['reference already exists'], error: 'Bad Request' } },
      kind: 'rejected_request',
      outcome: 'unknown',
    },
    {
      reply: { status: 409, body: { statusCode: 409, message: 'reference already exists', error: 'Conflict' } },
      kind: 'unavailable',
      outcome: 'unknown',
    },
  ],
  settlements: {
    process: 'PENDING',
    pay: 'APPROVED',
    reject: 'REJECTED',
    cancel: 'CANCELED',
    expire: 'REJECTED',
    reverse: 'REVERSED',
  },
  webhook: {
    signature: { header: 'authorization' },
    covered: [],
    reference: '/data/reference',
    // Nothing in a webhook says the unit of its `amount`.
    amounts: {},
    money: [{ '/data/status': 'CONFIRMED' }],
  },
  refunds: {
    settings: { HELLOPAY_SANDBOX_REFUNDS: 'true' },
    switches: { PAID: { refunds: 'paid' }, PENDING: { refunds: 'pending' }, REFUSED: { refunds: 'declined' } },
    essential: ['/id', '/reference', '/amountInCents', '/currency', '/status'],
    made: (order) => ((order as OrderView<HelloPay>).details.refunds ?? []).map(({ reference }) => reference),
  },
  sandbox: (webhookUrl) => ({ hellopay: { webhookUrl } }),
  control: (client) => client.provider('hellopay'),
};

function isWholeList(body: JsonObject): boolean {
  return Array.isArray(body['data']) && valuesAt(body, '/pageInfo/hasNext')[0] === false;
}
