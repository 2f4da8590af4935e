import { type ConformanceSubject, type DocumentedRequest, type JsonObject } from '@recaudo/conformance';
import type { PayinOrder, Rail } from '@recaudo/payment-provider';
import { expect } from '@jest/globals';
import { fixture, type FixtureName } from './fixture.js';
import { tumipay } from './tumipay.descriptor.js';

const SEED_001 = 'seed 001 (docs.tumipay.co/docs/co/payin)';
const SEED_000 = 'seed 000 (Back to Back)';
const SEED_002 = 'seed 002 (docs.tumipay.co/docs/co/breb-payin)';

const ORDER: PayinOrder = {
  providerReference: 'BREB-PAYIN-001',
  amountInCents: 5000n,
  currency: 'COP',
  rail: 'BRE_B',
  customer: {
    name: 'John Doe',
    idType: 'CC',
    idNumber: '1234567890',
    phone: '+573121234567',
    email: 'johndoe@example.com',
  },
  description: 'Bre-B PayIn test',
  expiresInMinutes: 30,
  webhookUrl: 'https://your-domain.com/webhook',
  redirectUrl: 'https://your-domain.com/payment/ok',
};

const PAGE = expect.stringMatching(/^http:\/\/localhost:\d+\/tumipay\/payments\/main\?s=\w{15}$/);
const TICKET = expect.stringMatching(/^[A-Za-z0-9]{15}$/);

function documented(
  rail: Rail,
  source: string,
  name: FixtureName,
  changes: { order?: Partial<PayinOrder>; body?: object; instructions: object },
): DocumentedRequest {
  return {
    rail,
    source,
    order: { ...ORDER, rail, ...changes.order },
    request: {
      method: 'POST',
      path: '/tumipay/production/api/v1/payin',
      headers: { authorization: `Basic ${btoa('sandbox-user:sandbox-password')}`, 'token-top': 'sandbox-token-top' },
      body: { ...fixture(name), ...changes.body },
    },
    opened: { externalId: TICKET, instructions: changes.instructions },
  };
}

/** Seed 001 shows one request and names the other methods; its e-mail is masked on the page. */
function otherMethod(rail: Rail, method: string): DocumentedRequest {
  const { customer_data: customer, reference } = fixture('seed001-create-request');
  return documented(rail, `${SEED_001}, payment_method ${method}`, 'seed001-create-request', {
    order: { providerReference: String(reference), description: 'Test PayIn', expiresInMinutes: 720 },
    body: { payment_method: method, customer_data: { ...(customer as object), email: 'johndoe@example.com' } },
    instructions: method === 'BREB' ? KEY : { type: 'redirect', url: PAGE },
  });
}

const KEY = { type: 'breb_key', key: '@tumipaybreb', url: PAGE };

/** The direct mode: the account's switch at TumiPay, and ours. */
const DIRECT = { settings: { TUMIPAY_DIRECT: 'true' }, switches: { direct: true } };

/** Seed 000 shows PSE's request, with a placeholder for the webhook's address. */
const DIRECT_PSE: DocumentedRequest = {
  ...documented('PSE', SEED_000, 'seed000-pse-request', {
    order: {
      providerReference: '3cNPNGbX1meM',
      amountInCents: 50000n,
      customer: { ...ORDER.customer, idNumber: '1045689877', email: 'approved@tumipay.co' },
      pse: { bank: '1077', personType: 'NATURAL' },
      description: 'Test PayIn',
      expiresInMinutes: 720,
      redirectUrl: 'https://your-domain.com/payment/success',
    },
    body: { ipn_url: ORDER.webhookUrl },
    instructions: { type: 'redirect', url: expect.stringMatching(/^http:\/\/localhost:\d+\/tumipay\//) },
  }),
  ...DIRECT,
};

function saysSuccess({ code, status }: JsonObject): boolean {
  return code === '01' && status === 'SUCCESS';
}

/** What its documents say, and its sandbox does. */
export const subject: ConformanceSubject = {
  descriptor: tumipay,
  examples: [
    documented('BRE_B', SEED_002, 'seed002-create-request', { instructions: KEY }),
    otherMethod('BRE_B', 'BREB'),
    otherMethod('PSE', 'PSE'),
    otherMethod('EFECTY', 'EFECTY'),
    otherMethod('CARD', 'CARD'),
    otherMethod('ANY', 'ALL_METHODS'),
    DIRECT_PSE,
    // Seed 000 shows their answers and, but for PSE, no request of the direct mode.
    {
      ...otherMethod('TRANSFIYA', 'TRANSFIYA'),
      ...DIRECT,
      opened: { instructions: { type: 'message', text: expect.stringContaining('pendiente de confirmación') } },
    },
    {
      ...otherMethod('BRE_B', 'BREB'),
      ...DIRECT,
      opened: { externalId: TICKET, instructions: { type: 'breb_key', key: '@tumipaybreb' } },
    },
  ],
  create: {
    accepts: saysSuccess,
    refuses: ({ code, status }) => code !== '01' && status !== 'SUCCESS',
  },
  query: {
    answers: saysSuccess,
    reference: '/data/reference',
    status: '/data/status',
    amounts: { '/data/amount': 'cents' },
    currency: '/data/currency',
    // Not documented: an error about the transaction, as a 404 or as a 200 with another code.
    saysNoSuchOrder: (status, { code }) => (status === 404 || status === 200) && code !== '01',
  },
  statuses: [
    { reply: { '/data/status': 'CREATED' }, means: 'PENDING' },
    { reply: { '/data/status': 'PENDING' }, means: 'PENDING' },
    { reply: { '/data/status': 'APPROVED' }, means: 'APPROVED' },
    { reply: { '/data/status': 'REJECTED' }, means: 'REJECTED' },
    { reply: { '/data/status': 'DECLINED' }, means: 'REJECTED' },
    { reply: { '/data/status': 'EXPIRED' }, means: 'EXPIRED' },
    { reply: { '/data/status': 'COMPLETED' }, means: 'APPROVED' },
    { reply: { '/data/status': 'FAILED' }, means: 'REJECTED' },
  ],
  // The documents show no error reply; these have the shape that integrators report.
  errors: [
    {
      reply: {
        status: 400,
        body: { code: '00', status: 'ERROR', message: 'El campo no es válido', error: 'SOME_RULE' },
      },
      kind: 'rejected_request',
      outcome: 'not_executed',
      providerCode: 'SOME_RULE',
    },
    {
      reply: { status: 200, body: { code: '00', status: 'ERROR', message: 'El campo no es válido' } },
      kind: 'rejected_request',
      outcome: 'not_executed',
      providerCode: '00',
    },
    {
      reply: { status: 409, body: { code: '00', status: 'ERROR', message: 'La referencia ya existe' } },
      kind: 'unavailable',
      outcome: 'unknown',
    },
    {
      reply: { status: 200, body: { code: '00', status: 'SUCCESS', message: 'La mitad de cada cosa' } },
      kind: 'contradictory_reply',
      outcome: 'unknown',
    },
  ],
  settlements: { pay: 'APPROVED', reject: 'REJECTED', decline: 'REJECTED', expire: 'EXPIRED' },
  webhook: {
    signature: { header: 'x-trx-signature' },
    covered: ['/top_ticket', '/top_reference'],
    reference: '/top_reference',
    amounts: { '/top_amount': 'cents' },
    money: [{ '/top_status': 'APPROVED' }, { '/top_status': 'COMPLETED' }],
  },
  control: (client) => client.provider('tumipay'),
};
