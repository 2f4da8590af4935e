import { describe, expect, it } from '@jest/globals';
import { HelloPaySwitches } from './switches.js';
import { payinOnWire, webhookBody, type PayinFacts } from './wire.js';

const CURRENT = new HelloPaySwitches();
const SEED = changed({ profile: 'seed-2025-12' });

function changed(switches: Partial<HelloPaySwitches>): HelloPaySwitches {
  return Object.assign(new HelloPaySwitches(), switches);
}

const time = (text: string): number => Date.parse(text);

/** Seed 003's answer, word for word. Its examples are one per field: a pending payin with a result and a chargeback. */
const SEED_ANSWER = {
  id: '123e4567-e89b-12d3-a456-426614174000',
  amount: 100000,
  currency: 'COP',
  status: 'PENDING',
  rail: 'BRE_B',
  reference: 'INV-2024-001',
  createdAt: '2024-01-01T00:00:00.000Z',
  updatedAt: '2024-01-01T00:00:00.000Z',
  organizationId: '123e4567-e89b-12d3-a456-426614174000',
  inlineCustomer: 'John Doe',
  errorCode: null,
  resultAt: '2024-01-01T00:00:00.000Z',
  chargebackAt: '2024-01-01T00:00:00.000Z',
  sourceData: { keyString: 'breb-key-string' },
  callbackUrl: 'https://example.com/callback',
};

const ORGANIZATION = 'db6a6f4f-444a-4221-ac32-695998236e50';

const SEED_PAYIN: PayinFacts = {
  id: '123e4567-e89b-12d3-a456-426614174000',
  reference: 'INV-2024-001',
  rail: 'BRE_B',
  status: 'PENDING',
  requestedInCents: 100_000n,
  confirmedInCents: null,
  customer: { name: 'John Doe', email: 'j@doe.com', phone: '+573131111111', idType: 'CO_CC', idNumber: '1' },
  errorCode: null,
  createdAt: time('2024-01-01T00:00:00.000Z'),
  updatedAt: time('2024-01-01T00:00:00.000Z'),
  resultAt: time('2024-01-01T00:00:00.000Z'),
  chargebackAt: time('2024-01-01T00:00:00.000Z'),
  callbackUrl: 'https://example.com/callback',
  sourceData: { keyType: 'SINGLE_USE', keyString: 'breb-key-string', checkoutUrl: 'https://x.co' },
};

/** The public Bre-B guide's answer to a `QR_CODE` request, word for word. */
const GUIDE_ANSWER = {
  id: '373b1080-62ec-4e65-a4d3-0158f339ca37',
  amount: 100,
  confirmedAmount: null,
  currency: 'COP',
  status: 'PROCESSING',
  rail: 'BRE_B',
  reference: '1dwDmHerYL5NBQZ',
  inlineCustomer: {
    name: 'John Doe',
    email: 'john.doe@doe.com',
    phone: '+573137772121',
    idType: 'CO_CC',
    idNumber: '1000000001',
  },
  errorCode: null,
  createdAt: '2026-03-23T22:28:08.724Z',
  updatedAt: '2026-03-23T22:28:08.729Z',
  resultAt: null,
  chargebackAt: null,
  organizationId: ORGANIZATION,
  sourceData: {
    keyType: 'QR_CODE',
    qrString: 'data:image/png;base64,iVBORw0KGgo…',
    keyString: '@SANDBOX5AF43BE4F5',
    checkoutUrl: 'https://pay.stg.hellopay.com.co/transaction?payinId=373b1080-…&token=…',
  },
  callbackUrl: 'https://portal.hellopay.com.co',
};

const GUIDE_PAYIN: PayinFacts = {
  id: GUIDE_ANSWER.id,
  reference: GUIDE_ANSWER.reference,
  rail: 'BRE_B',
  status: 'PROCESSING',
  requestedInCents: 10_000n,
  confirmedInCents: null,
  customer: { ...GUIDE_ANSWER.inlineCustomer, idType: 'CO_CC' },
  errorCode: null,
  createdAt: time(GUIDE_ANSWER.createdAt),
  updatedAt: time(GUIDE_ANSWER.updatedAt),
  resultAt: null,
  chargebackAt: null,
  callbackUrl: GUIDE_ANSWER.callbackUrl,
  sourceData: GUIDE_ANSWER.sourceData,
};

describe('the profile of seed 003', () => {
  it('writes its example byte for byte', () => {
    const answer = { ...payinOnWire(SEED_PAYIN, SEED), organizationId: SEED_ANSWER.organizationId };
    expect(JSON.stringify(answer)).toBe(JSON.stringify(SEED_ANSWER));
  });

  it('leaves the customer out when none was sent, as the schema allows', () => {
    expect(payinOnWire({ ...SEED_PAYIN, customer: null }, SEED)).not.toHaveProperty('inlineCustomer');
  });
});

describe('the current profile', () => {
  it("writes the Bre-B guide's example, and the four fields that the newest schema adds", () => {
    const answer: object = payinOnWire(GUIDE_PAYIN, CURRENT);
    const added = { amountInCents: 10_000, confirmedAmountInCents: null, settlementStatus: null, paymentLinkId: null };
    expect(answer).toEqual({ ...GUIDE_ANSWER, ...added });
    const known = Object.entries(answer).filter(([key]) => key in GUIDE_ANSWER);
    expect(JSON.stringify(Object.fromEntries(known))).toBe(JSON.stringify(GUIDE_ANSWER));
  });

  it('shows what arrived beside what was asked, and that it is to be settled', () => {
    const paid = { ...GUIDE_PAYIN, status: 'CONFIRMED', confirmedInCents: 7_705n } as const;
    expect(payinOnWire(paid, CURRENT)).toMatchObject({
      amount: 100,
      amountInCents: 10_000,
      confirmedAmount: 77.05,
      confirmedAmountInCents: 7_705,
      settlementStatus: 'PENDING_SETTLEMENT',
    });
  });
});

describe('the amount', () => {
  it.each([
    ['current', 'documented', 100],
    ['seed-2025-12', 'documented', 10_000],
    ['current', 'cents', 10_000],
    ['seed-2025-12', 'pesos', 100],
  ] as const)('of the %s profile in %s is %i', (profile, amountUnit, amount) => {
    const switches = changed({ profile, amountUnit });
    expect(payinOnWire(GUIDE_PAYIN, switches)).toMatchObject({ amount });
    expect(JSON.parse(webhookBody(GUIDE_PAYIN, switches))).toMatchObject({ data: { amount } });
  });

  it('becomes what arrived when asked to, in answers and webhooks', () => {
    const paid = { ...GUIDE_PAYIN, status: 'CONFIRMED', confirmedInCents: 7_701n } as const;
    const switches = changed({ profile: 'seed-2025-12', amountShows: 'settled' });
    expect(payinOnWire(paid, switches)).toMatchObject({ amount: 7_701 });
    expect(JSON.parse(webhookBody(paid, switches))).toMatchObject({ data: { amount: 7_701 } });
    expect(payinOnWire(paid, SEED)).toMatchObject({ amount: 10_000 });
  });
});

describe('a webhook', () => {
  it("is the public webhooks page's example byte for byte", () => {
    const payin: PayinFacts = {
      ...GUIDE_PAYIN,
      status: 'CONFIRMED',
      confirmedInCents: 10_000n,
      updatedAt: time('2026-03-23T22:28:13.900Z'),
      resultAt: time('2026-03-23T22:28:13.900Z'),
      sourceData: { keyType: 'SINGLE_USE', keyString: '@SANDBOX5AF43BE4F5', checkoutUrl: 'https://x.co' },
    };
    const body: { data: { sourceData: object } } = JSON.parse(webhookBody(payin, CURRENT));
    const { sourceData } = body.data;
    expect(sourceData).toEqual(payin.sourceData);
    body.data.sourceData = { keyType: 'SINGLE_USE', keyString: '@SANDBOX5AF43BE4F5' };
    expect(JSON.stringify(body)).toBe(
      '{"event":"payin.confirmed","resource":"payin",' +
        '"data":{"id":"373b1080-62ec-4e65-a4d3-0158f339ca37","reference":"1dwDmHerYL5NBQZ",' +
        '"amount":100,"currency":"COP","status":"CONFIRMED","rail":"BRE_B",' +
        '"sourceData":{"keyType":"SINGLE_USE","keyString":"@SANDBOX5AF43BE4F5"},' +
        '"errorCode":null,"createdAt":"2026-03-23T22:28:08.724Z","updatedAt":"2026-03-23T22:28:13.900Z",' +
        '"resultAt":"2026-03-23T22:28:13.900Z","organizationId":"db6a6f4f-444a-4221-ac32-695998236e50"}}',
    );
  });
});
