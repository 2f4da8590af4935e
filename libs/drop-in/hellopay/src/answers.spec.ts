import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { ServedPayin, ShownPayin } from '@recaudo/drop-in-contract';
import { createAnswer, payinOnWire, refusalAnswer, statusOf, webhookOnWire } from './answers.js';
import { hellopayContract } from './hellopay.contract.js';

const PAYIN: ShownPayin = {
  id: '0199f0f0-0000-7000-8000-000000000000',
  amountInCents: 10_000,
  amountReceivedInCents: 0,
  amountStatus: 'NONE',
  status: 'PENDING',
  rail: 'BRE_B',
  organizationId: 'db6a6f4f-444a-4221-ac32-695998236e50',
  instructions: { type: 'breb_key', key: '@SANDBOX5AF43BE4F5' },
  checkoutUrl: 'https://recaudo.example/pay/x',
  errorCode: null,
  description: null,
  callbackUrl: 'https://merchant.example/webhooks',
  redirectUrl: null,
  createdAt: '2026-03-23T22:28:08.724Z',
  updatedAt: '2026-03-23T22:28:08.729Z',
  expiresAt: '2026-03-23T22:58:08.724Z',
  resultAt: null,
  chargebackAt: null,
  receipts: [],
};

function served(payin: Partial<ShownPayin> = {}, others: Partial<ServedPayin> = {}): ServedPayin {
  const asked = { keyType: 'SINGLE_USE' };
  return { reference: 'INV-2024-001', payin: { ...PAYIN, ...payin }, customer: null, pse: null, asked, ...others };
}

const ANSWERED: Readonly<Record<ShownPayin['status'], [created: string, shown: string, event: string | null]>> = {
  CREATED: ['PENDING', 'PENDING', null],
  PENDING: ['PENDING', 'PROCESSING', 'payin.processing'],
  UNDERPAID: ['CONFIRMED', 'CONFIRMED', 'payin.confirmed'],
  APPROVED: ['CONFIRMED', 'CONFIRMED', 'payin.confirmed'],
  REVERSED: ['CONFIRMED', 'CONFIRMED', null],
  REJECTED: ['DECLINED', 'DECLINED', 'payin.declined'],
  EXPIRED: ['DECLINED', 'DECLINED', 'payin.declined'],
  FAILED: ['DECLINED', 'DECLINED', 'payin.declined'],
  CANCELED: ['CANCELED', 'CANCELED', 'payin.canceled'],
};
const EVERY = Object.entries(ANSWERED) as [ShownPayin['status'], (typeof ANSWERED)['PENDING']][];

describe('a status', () => {
  it.each(EVERY)('%s is said as %j', (status, [created, shown, event]) => {
    const payin = served({ status });
    expect(createAnswer(payin, 'pesos')).toMatchObject({ status: 201, body: { status: created } });
    expect(statusOf(payin)).toBe(shown);
    if (event) expect(webhookOnWire(payin, 'pesos')).toMatchObject({ event, data: { status: shown } });
    const isNotified = hellopayContract.notifies.includes(`payin.${status.toLowerCase()}`);
    // Of short money the payment is notified.
    expect(isNotified).toBe(event !== null && status !== 'UNDERPAID');
  });

  it.each([
    ['REJECTED', 'R01', 'R01'],
    ['REJECTED', null, 'REJECTED'],
    ['EXPIRED', null, 'EXPIRED'],
    ['FAILED', null, 'FAILED'],
    ['CANCELED', null, null],
    ['APPROVED', null, null],
  ] as const)('%s with the code %j has the errorCode %j', (status, errorCode, expected) => {
    expect(payinOnWire(served({ status, errorCode }), 'pesos')).toMatchObject({ errorCode: expected });
  });
});

describe('amounts', () => {
  it.each([
    ['nothing', 'PENDING', 0, null],
    ['less', 'UNDERPAID', 4_000, 4_000],
    ['all of it', 'APPROVED', 10_000, 10_000],
    ['more, of several payments', 'APPROVED', 25_050, 25_050],
    ['an amount that nobody can say', 'APPROVED', 0, null],
    ['money that was reversed', 'REVERSED', 10_000, 10_000],
  ] as const)('of %s', (_what, status, amountReceivedInCents, confirmed) => {
    const payin = served({ status, amountReceivedInCents });
    const pesos = confirmed === null ? null : confirmed / 100;
    expect(payinOnWire(payin, 'pesos')).toMatchObject({
      amount: 100,
      amountInCents: 10_000,
      confirmedAmount: pesos,
      confirmedAmountInCents: confirmed,
    });
    expect(payinOnWire(payin, 'cents')).toMatchObject({
      amount: 10_000,
      amountInCents: 10_000,
      confirmedAmount: confirmed,
      confirmedAmountInCents: confirmed,
    });
  });
});

describe('sourceData', () => {
  const { checkoutUrl } = PAYIN;
  const qr = 'data:image/png;base64,iVBORw0KGgo=';
  it.each([
    ['a key', served(), { keyType: 'SINGLE_USE', keyString: '@SANDBOX5AF43BE4F5', checkoutUrl }],
    [
      'a key and its picture',
      served({ instructions: { type: 'breb_key', key: '@x', qr } }, { asked: { keyType: 'QR_CODE' } }),
      { keyType: 'QR_CODE', qrString: qr, keyString: '@x', checkoutUrl },
    ],
    [
      'a key without a picture',
      served({}, { asked: { keyType: 'QR_CODE' } }),
      { keyType: 'QR_CODE', qrString: null, keyString: '@SANDBOX5AF43BE4F5', checkoutUrl },
    ],
    [
      'a key that is not known yet',
      served({ instructions: null, status: 'CREATED' }),
      { keyType: 'SINGLE_USE', keyString: null, checkoutUrl },
    ],
    [
      'a bank’s page',
      served(
        { rail: 'PSE', instructions: { type: 'redirect', url: 'https://bank.example' } },
        { pse: { bank: '1007', personType: 'JURIDICA' }, asked: {} },
      ),
      { pseUrl: 'https://bank.example', bank: 'CO_BANCOLOMBIA', personType: 'BUSINESS' },
    ],
    [
      'a bank’s page that is not known yet',
      served({ rail: 'PSE', instructions: null }, { pse: { bank: '1077', personType: 'NATURAL' }, asked: {} }),
      { pseUrl: null, bank: 'CO_BANKA', personType: 'INDIVIDUAL' },
    ],
    [
      'a payer who is forgotten',
      served({ rail: 'PSE', instructions: null, status: 'APPROVED' }, { asked: {} }),
      { pseUrl: null, bank: null, personType: null },
    ],
    [
      'a telephone',
      served({ rail: 'NEQUI', instructions: { type: 'push' } }, { customer: { phone: '+573001234567' }, asked: {} }),
      { phone: '+573001234567' },
    ],
  ])('has %s', (_what, payin, sourceData) => {
    expect(payinOnWire(payin, 'pesos')).toHaveProperty('sourceData', sourceData);
    expect((webhookOnWire(payin, 'pesos') as { data: object }).data).toHaveProperty('sourceData', sourceData);
  });
});

describe('a refusal', () => {
  it.each([
    [
      { code: 'VALIDATION_FAILED', status: 400, errors: [{ field: 'amountInCents', message: 'must be less' }] },
      { statusCode: 400, message: ['amountInCents must be less'], error: 'Bad Request' },
    ],
    [
      {
        code: 'PROVIDER_RULE',
        status: 422,
        errors: [
          { field: 'inlineCustomer.idNumber', message: 'idNumber must have digits' },
          { field: 'redirectUrl', message: 'must be an address' },
        ],
      },
      {
        statusCode: 400,
        message: ['inlineCustomer.idNumber must have digits', 'callbackUrl must be an address'],
        error: 'Bad Request',
      },
    ],
    [
      { code: 'RAIL_NOT_AVAILABLE', status: 422, errors: [] },
      { statusCode: 400, message: ['rail is not available'], error: 'Bad Request' },
    ],
    [
      {
        code: 'REFERENCE_CONFLICT',
        status: 409,
        errors: [
          { field: 'served.asked.keyType', message: 'differs' },
          { field: 'breb.keyType', message: 'differs' },
        ],
      },
      {
        statusCode: 409,
        message: 'reference already exists with other values; breb.keyType differs',
        error: 'Conflict',
      },
    ],
    [
      { code: 'OVERLOADED', status: 503, errors: [] },
      { statusCode: 503, message: 'the detail', error: 'Service Unavailable' },
    ],
  ])('%j', (refused, body) => {
    expect(refusalAnswer({ detail: 'the detail', ...refused })).toEqual({ status: body.statusCode, body });
  });
});

it('the page about it has every status', () => {
  const page = readFileSync(new URL('../MAPPING.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && /ED`|PENDING`/.test(line));
  for (const [status, [, shown, event]] of EVERY) {
    const row = rows.find((line) => line.split('|')[1]!.includes(`\`${status}\``));
    expect(row).toContain(`\`${shown}\``);
    expect(row).toContain(event ?? 'none');
  }
});
