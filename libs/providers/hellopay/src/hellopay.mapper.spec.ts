import { describe, expect, it } from '@jest/globals';
import { type PayinOrder, type ProviderReport, REPORTED_STATUSES } from '@recaudo/payment-provider';
import {
  BREB_ORDER,
  errorOf,
  fixture,
  type FixtureName,
  fixtureText,
  NEQUI_ORDER,
  PSE_ORDER,
  replyOf,
  SEED_003_ORDER,
} from './fixture.js';
import { AmountUnits } from './hellopay.amounts.js';
import {
  createdAtOf,
  readCreateReply,
  readListReply,
  readPayinReply,
  readWebhook,
  STATUSES,
  toOrderReport,
  toReport,
} from './hellopay.mapper.js';

const ID = '373b1080-62ec-4e65-a4d3-0158f339ca37';
const CHECKOUT =
  'http://localhost:5151/transaction?payinId=373b1080-62ec-4e65-a4d3-0158f339ca37&token=UDJLMFNGSVpLQklpwcH8bjlGnUUDCItxUD0v8loz3w';
const KEY = { type: 'breb_key', key: '@SANDBOX5AF43BE4F5', url: CHECKOUT };

function open(changes: object, order: PayinOrder = BREB_ORDER, name: FixtureName = 'breb-single-use-reply') {
  return readCreateReply(replyOf({ ...fixture(name), ...changes }, 201), order, new AmountUnits('auto'));
}

function ask(
  changes: object,
  units = new AmountUnits('auto'),
  order = BREB_ORDER,
  externalId?: string,
): ProviderReport {
  const payin = readPayinReply(replyOf({ ...fixture('breb-single-use-reply'), ...changes }));
  return toOrderReport(payin, { ...order, ...(externalId ? { externalId } : {}) }, units);
}

const PAID = { status: 'CONFIRMED', resultAt: '2026-03-23T22:28:13.900Z' };

describe('the reply to a create call', () => {
  it('is read from seed 003’s example, whose chargebackAt is no chargeback of a payin that is pending', () => {
    const reply = replyOf(fixtureText('seed003-create-reply'), 201);
    expect(readCreateReply(reply, SEED_003_ORDER, new AmountUnits('auto'))).toEqual({
      externalId: '123e4567-e89b-12d3-a456-426614174000',
      instructions: { type: 'breb_key', key: 'breb-key-string' },
    });
  });

  it.each<[FixtureName, PayinOrder, object | undefined]>([
    ['breb-single-use-reply', BREB_ORDER, KEY],
    ['breb-qr-reply', BREB_ORDER, { ...KEY, qr: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAnsAAAJ7AQMAAACh+...' }],
    ['pse-reply', PSE_ORDER, undefined],
    ['nequi-reply', NEQUI_ORDER, { type: 'push' }],
  ])('gives the instructions of the documented example: %s', (name, order, instructions) => {
    expect(open({}, order, name).instructions).toEqual(instructions);
  });

  it('has the page of the bank where HelloPay knows it at once', () => {
    const opened = open({ sourceData: { pseUrl: 'https://bank.example/pse?x=1' } }, PSE_ORDER, 'pse-reply');
    expect(opened.instructions).toEqual({ type: 'redirect', url: 'https://bank.example/pse?x=1' });
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '/pse',
    '',
    42,
    ['https://x.co'],
    `https://x.co/${'a'.repeat(2048)}`,
  ])('never sends a payer to %p', (url) => {
    expect(open({ sourceData: { pseUrl: url } }, PSE_ORDER, 'pse-reply')).not.toHaveProperty('instructions');
    const { instructions } = open({ sourceData: { keyString: '@KEY', checkoutUrl: url } });
    expect(instructions).toEqual({ type: 'breb_key', key: '@KEY' });
  });

  it.each([
    'data:text/html;base64,PHNjcmlwdD4=',
    'data:image/svg+xml;base64,PHN2Zz4=',
    'https://x.co/qr.png',
    'data:image/png;base64,a"b',
    `data:image/png;base64,${'A'.repeat(100_000)}`,
    null,
    1,
  ])('shows no picture that is none: %p', (qrString) => {
    expect(open({ sourceData: { keyString: '@KEY', qrString } }).instructions).toEqual({
      type: 'breb_key',
      key: '@KEY',
    });
  });

  it.each([undefined, null, [], 'breb-key-string', {}, { keyString: null }, { keyString: ' ' }, { keyString: 'a\nb' }])(
    'waits for a later read where the key is not in it: %p',
    (sourceData) => expect(open({ sourceData })).toEqual({ externalId: ID }),
  );

  it.each(['CONFIRMED', 'DECLINED', 'CANCELED'])(
    'gives nobody anything to pay on a payin that is %s already',
    (status) => {
      expect(open({ status })).toEqual({ externalId: ID });
    },
  );

  it.each([
    ['another reference', { reference: 'OTHER' }],
    ['our reference in other capitals', { reference: '1DWDMHERYL5NBQZ' }],
    ['no reference', { reference: null }],
    ['another rail', { rail: 'PSE' }],
    ['another currency', { currency: 'USD' }],
    ['another amount', { amount: 101 }],
    ['an amount a hundred times as large', { amountInCents: 1_000_000, amount: 10_000 }],
    ['two amounts', { amountInCents: 10_000, amount: 99 }],
  ])('is no order of ours with %s', (_what, changes) => {
    expect(errorOf(() => open(changes))).toMatchObject({ kind: 'contradictory_reply', outcome: 'unknown' });
  });

  it('needs neither rail nor amount nor currency in it', () => {
    const bare = { rail: undefined, amount: undefined, currency: undefined };
    expect(open(bare).instructions).toEqual(KEY);
  });
});

describe('a payin that was asked about', () => {
  it('is reported with its id, status, amount, currency, time and instructions', () => {
    expect(ask(PAID, new AmountUnits('pesos'))).toEqual({
      status: 'APPROVED',
      rawStatus: 'CONFIRMED',
      externalId: ID,
      amountInCents: 10_000n,
      amountMayBeEchoed: true,
      currency: 'COP',
      paidAt: new Date('2026-03-23T22:28:13.900Z'),
    });
    expect(ask({}).instructions).toEqual(KEY);
  });

  it('says that an amount may be the requested one, unless a field says what arrived', () => {
    const mayBeEchoed = (changes: object) => ask({ ...PAID, ...changes }, new AmountUnits('pesos')).amountMayBeEchoed;
    expect(mayBeEchoed({})).toBe(true);
    expect(mayBeEchoed({ confirmedAmount: null, confirmedAmountInCents: null })).toBe(true);
    expect(mayBeEchoed({ confirmedAmount: 100 })).toBeUndefined();
    expect(mayBeEchoed({ confirmedAmountInCents: 10_000 })).toBeUndefined();
  });

  it('brings the page of the bank that was not there at first', () => {
    const later = { ...fixture('pse-reply'), sourceData: { pseUrl: 'https://bank.example/pse' } };
    const { instructions } = toOrderReport(readPayinReply(replyOf(later)), PSE_ORDER, new AmountUnits('auto'));
    expect(instructions).toEqual({ type: 'redirect', url: 'https://bank.example/pse' });
  });

  it('sends nobody to pay another amount', () => {
    expect(ask({ amount: 101 })).not.toHaveProperty('instructions');
    expect(ask({ amountInCents: 1_000_000, amount: 10_000 })).not.toHaveProperty('instructions');
  });

  it('says nothing about our order when its id is another', () => {
    expect(errorOf(() => ask(PAID, undefined, undefined, `${ID}0`)).kind).toBe('contradictory_reply');
    expect(ask(PAID, undefined, undefined, ID).status).toBe('APPROVED');
  });

  it('says nothing when its two amounts cannot both be true', () => {
    for (const changes of [
      { amountInCents: 10_000, amount: 99 },
      { confirmedAmountInCents: 10_000, confirmedAmount: 1 },
    ])
      expect(errorOf(() => ask({ ...PAID, ...changes })).kind).toBe('contradictory_reply');
  });
});

describe('the amount of a paid payin', () => {
  it.each([
    [
      'the confirmed one in cents',
      { confirmedAmountInCents: 9_000, confirmedAmount: 90, amountInCents: 10_000 },
      9_000n,
    ],
    ['the confirmed one, in the unit that the requested one shows', { confirmedAmount: 90, amount: 100 }, 9_000n],
    ['the requested one in cents', { amountInCents: 10_000, amount: 100 }, 10_000n],
  ])('is %s', (_what, changes, cents) => expect(ask({ ...PAID, ...changes }).amountInCents).toBe(cents));

  it.each([
    ['pesos', 100, 10_000n],
    ['cents', 10_000, 10_000n],
  ])('is read in %s once an unpaid payin of that rail has shown them', (_unit, amount, cents) => {
    const units = new AmountUnits('auto');
    ask({ amount }, units);
    expect(ask({ ...PAID, amount }, units).amountInCents).toBe(cents);
  });

  it('is read in the unit that the create reply showed', () => {
    const units = new AmountUnits('auto');
    readCreateReply(replyOf(fixtureText('breb-single-use-reply')), BREB_ORDER, units);
    expect(ask(PAID, units).amountInCents).toBe(10_000n);
  });

  it('is off by a hundred while nothing shows the unit, so that it stops there', () => {
    expect(ask(PAID).amountInCents).toBe(100n);
  });

  it('teaches no unit: the payer may have paid another amount', () => {
    const units = new AmountUnits('auto');
    ask({ ...PAID, amount: 10_000 }, units);
    ask({ ...PAID, amount: 100 }, units);
    expect(units.of('BRE_B')).toBeUndefined();
  });

  it('is not known while nothing shows the unit and it is not what was requested', () => {
    for (const amount of [50, 5000, 101, 1_000_000])
      expect(ask({ ...PAID, amount })).not.toHaveProperty('amountInCents');
    expect(ask({ ...PAID, amount: 50 }, new AmountUnits('pesos')).amountInCents).toBe(5000n);
    expect(ask({ ...PAID, amount: 50 }, new AmountUnits('cents')).amountInCents).toBe(50n);
  });

  it.each([
    { confirmedAmountInCents: -1 },
    { confirmedAmountInCents: 'x' },
    { confirmedAmount: {} },
    { amount: 1.005 },
  ])('is not made up where it cannot be read: %p', (changes) =>
    expect(ask({ ...PAID, ...changes })).not.toHaveProperty('amountInCents'),
  );
});

describe('a status', () => {
  it.each([
    ['PENDING', 'PENDING'],
    ['PROCESSING', 'PENDING'],
    ['CONFIRMED', 'APPROVED'],
    ['DECLINED', 'REJECTED'],
    ['CANCELED', 'CANCELED'],
  ])('%s means %s', (rawStatus, status) => expect(ask({ status: rawStatus })).toMatchObject({ status, rawStatus }));

  it('is one of five: no other text has a meaning', () => {
    expect(Object.keys(STATUSES)).toHaveLength(5);
    for (const status of Object.values(STATUSES)) expect(REPORTED_STATUSES).toContain(status);
  });

  it('gives a reason only where the payment failed', () => {
    expect(ask({ status: 'DECLINED', errorCode: 'INSUFFICIENT_FUNDS' }).reasonCode).toBe('INSUFFICIENT_FUNDS');
    expect(ask({ status: 'DECLINED', errorCode: 'El pagador 1000000001' }).reasonCode).toBe('DECLINED');
    expect(ask({ status: 'CANCELED' }).reasonCode).toBe('CANCELED');
    for (const status of ['PENDING', 'CONFIRMED', 'OTHER'])
      expect(ask({ status, errorCode: 'X' })).not.toHaveProperty('reasonCode');
  });
});

describe('a chargeback', () => {
  const chargebackAt = '2026-05-01T10:00:00.000Z';

  it('turns a confirmed payin into a reversed one, with its time and its amount', () => {
    expect(ask({ ...PAID, amountInCents: 10_000, chargebackAt })).toMatchObject({
      status: 'REVERSED',
      rawStatus: 'CONFIRMED',
      reversedAt: new Date(chargebackAt),
      amountInCents: 10_000n,
    });
  });

  it.each(['DECLINED', 'CANCELED', 'CHARGEBACK', 'REVERSED'])(
    'counts on a payin that is %s now, and does not say that its amount arrived',
    (status) => {
      const report = ask({ ...PAID, status, amountInCents: 10_000, chargebackAt });
      expect(report).toMatchObject({ status: 'REVERSED', rawStatus: status, reversedAt: new Date(chargebackAt) });
      for (const absent of ['amountInCents', 'paidAt', 'instructions']) expect(report).not.toHaveProperty(absent);
    },
  );

  it.each(['PENDING', 'PROCESSING'])('is none on a payin that is %s', (status) => {
    const report = ask({ status, chargebackAt });
    expect(report.status).toBe('PENDING');
    expect(report).not.toHaveProperty('reversedAt');
  });

  it('is none at the moment at which the payin was made, as in seed 003’s example, or before', () => {
    const seed = fixture('seed003-create-reply');
    for (const at of [seed['chargebackAt'], '2023-12-31T23:59:59.999Z']) {
      for (const [status, means] of [
        ['CONFIRMED', 'APPROVED'],
        ['DECLINED', 'REJECTED'],
      ]) {
        const payin = readPayinReply(replyOf({ ...seed, status, chargebackAt: at }));
        expect(toOrderReport(payin, SEED_003_ORDER, new AmountUnits('auto')).status).toBe(means);
      }
    }
  });

  it('counts where nothing says when the payin was made', () => {
    expect(ask({ ...PAID, chargebackAt, createdAt: undefined }).status).toBe('REVERSED');
  });

  it.each([true, 1, '', 'yesterday', '2026-05-01', {}, '2026-13-01T10:00:00Z'])(
    'that is %p makes the payin neither paid nor reversed: a person must decide',
    (unreadable) => {
      const report = ask({ ...PAID, chargebackAt: unreadable });
      expect(report).toMatchObject({ status: 'UNRECOGNISED', rawStatus: 'CONFIRMED, chargebackAt unreadable' });
      expect(ask({ status: 'DECLINED', chargebackAt: unreadable }).status).toBe('UNRECOGNISED');
    },
  );
});

describe('a page of the list', () => {
  const LIST = fixture('list-reply');
  const page = (changes: object) => readListReply(replyOf({ ...LIST, ...changes }));
  const [PAYIN] = LIST['data'] as [Record<string, unknown>];

  it('is read from the documented fields’ examples', () => {
    const { payins, nextCursor } = readListReply(replyOf(fixtureText('list-reply')));
    expect(nextCursor).toBe(
      'eyJjcmVhdGVkQXQiOiIyMDI2LTAzLTEzVDEyOjAwOjAwLjAwMFoiLCJpZCI6IjEyM2U0NTY3LWU4OWItMTJkMy1hNDU2LTQyNjYxNDE3NDAwMCJ9',
    );
    expect(payins.map((payin) => toReport(payin, 'cents'))).toEqual([
      {
        status: 'PENDING',
        rawStatus: 'PENDING',
        externalId: PAYIN['id'],
        amountInCents: 10_000_000n,
        currency: 'COP',
      },
    ]);
    expect(payins.map(createdAtOf)).toEqual([new Date('2024-01-01T00:00:00.000Z')]);
  });

  it('ends the list where there is no next one', () => {
    const { payins, nextCursor } = page({ data: [], pageInfo: { hasNext: false, hasPrevious: true } });
    expect([payins, nextCursor]).toEqual([[], undefined]);
  });

  it('has payins of payment links, which have no reference', () => {
    expect(page({ data: [{ ...PAYIN, reference: null }] }).payins).toMatchObject([{ reference: null }]);
  });

  it.each([
    ['no pageInfo', { pageInfo: undefined }],
    ['no hasNext', { pageInfo: { nextCursor: 'x' } }],
    ['a hasNext that is a text', { pageInfo: { hasNext: 'false' } }],
    ['no cursor to the next page', { pageInfo: { hasNext: true, nextCursor: null } }],
    ['an empty cursor', { pageInfo: { hasNext: true, nextCursor: '' } }],
    ['an endless cursor', { pageInfo: { hasNext: true, nextCursor: 'x'.repeat(2049) } }],
    ['data that are no list', { data: { 0: PAYIN } }],
    ['a payin that is none', { data: [PAYIN, null] }],
    ['a payin without an id', { data: [{ ...PAYIN, id: undefined }] }],
    ['a payin without a status', { data: [{ ...PAYIN, status: undefined }] }],
    ['a payin whose reference is a number', { data: [{ ...PAYIN, reference: 42 }] }],
  ])('is not read with %s: what is looked for could be in it', (_what, changes) => {
    expect(errorOf(() => page(changes))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
  });

  it('is reported without an amount where its two amounts cannot both be true', () => {
    const [payin] = page({ data: [{ ...PAYIN, amount: 7 }] }).payins;
    expect(toReport(payin!, 'cents')).not.toHaveProperty('amountInCents');
  });
});

describe('a webhook', () => {
  const WEBHOOK = fixture('webhook');
  const webhookWith = (changes: object, data: object = {}) => {
    const body = { ...WEBHOOK, data: { ...(WEBHOOK['data'] as object), ...data }, ...changes };
    return readWebhook(Buffer.from(JSON.stringify(body)));
  };

  it('is read from the documented type, without the amount, whose unit nothing in it shows', () => {
    expect(readWebhook(Buffer.from(fixtureText('webhook')))).toEqual({
      eventKey: `payin.confirmed|${ID}|1dwDmHerYL5NBQZ|CONFIRMED`,
      providerReference: '1dwDmHerYL5NBQZ',
      report: { status: 'APPROVED', rawStatus: 'CONFIRMED', externalId: ID, currency: 'COP' },
    });
  });

  it.each([
    ['payin.processing', 'PROCESSING', 'PENDING'],
    ['payin.confirmed', 'CONFIRMED', 'APPROVED'],
    ['payin.canceled', 'CANCELED', 'CANCELED'],
    ['payin.declined', 'DECLINED', 'REJECTED'],
    ['payin.chargeback', 'CHARGED_BACK', 'UNRECOGNISED'],
  ])('%s with %s is read as %s', (event, status, ours) => {
    expect(webhookWith({ event }, { status }).report.status).toBe(ours);
  });

  it('goes by its event, because the documents once had another resource in it', () => {
    expect(webhookWith({ resource: 'payout' })).toEqual(webhookWith({}));
  });

  it('has the same key when it is the same event, and another when event, id, reference or status differ', () => {
    const keys = [
      webhookWith({}),
      webhookWith({ event: 'payin.declined' }),
      webhookWith({}, { id: 'x' }),
      webhookWith({}, { reference: 'r' }),
      webhookWith({}, { status: 'DECLINED' }),
    ].map(({ eventKey }) => eventKey);
    expect(new Set(keys).size).toBe(5);
    expect(webhookWith({}, { updatedAt: '2027-01-01T00:00:00.000Z', amount: 1 }).eventKey).toBe(keys[0]);
  });

  it.each([
    ['a payment link', JSON.parse(fixtureText('webhook-paymentlink'))],
    ['a payout', { ...WEBHOOK, event: 'payout.confirmed' }],
    ['no event', { ...WEBHOOK, event: undefined }],
    ['an event that is a list', { ...WEBHOOK, event: ['payin.confirmed'] }],
    ['no data', { ...WEBHOOK, data: null }],
    ['no reference', { ...WEBHOOK, data: { ...(WEBHOOK['data'] as object), reference: null } }],
    [
      'a reference with a control character',
      { ...WEBHOOK, data: { ...(WEBHOOK['data'] as object), reference: 'a\u0000' } },
    ],
    ['no status', { ...WEBHOOK, data: { ...(WEBHOOK['data'] as object), status: undefined } }],
    ['no id', { ...WEBHOOK, data: { ...(WEBHOOK['data'] as object), id: undefined } }],
    ['a list', [WEBHOOK]],
  ])('is not read with %s', (_what, body) => {
    expect(errorOf(() => readWebhook(Buffer.from(JSON.stringify(body)))).kind).toBe('unreadable_reply');
  });

  it.each(['', 'null', '"payin.confirmed"', '{', 'event=payin.confirmed', '\ufeff{}', '{}'])(
    'is not read from %p',
    (text) => {
      expect(errorOf(() => readWebhook(Buffer.from(text))).kind).toBe('unreadable_reply');
    },
  );
});
