import { describe, expect, it } from '@jest/globals';
import { type ProviderReport, REPORTED_STATUSES } from '@recaudo/payment-provider';
import { errorOf, EXAMPLE_REFERENCE, fixture, fixtureText, replyOf } from './fixture.js';
import { readTime, writeTime } from './teemopay.fields.js';
import { readListReply, readQueryReply, readWebhook, STATUSES } from './teemopay.mapper.js';

const QUERY = fixture('query-reply');
const CALLBACK = fixture('callback');
const LIST = fixture('list-reply');
const [STATEMENT] = QUERY.data['statementList'] as Record<string, unknown>[];
const [RECORD] = LIST.data['records'] as Record<string, unknown>[];
const MIDNIGHT_IN_BOGOTA = new Date('2025-01-01T05:00:00.000Z');

function ask(changes: object): ProviderReport {
  const fetched = readQueryReply(replyOf({ ...QUERY, data: { ...QUERY.data, ...changes } }), EXAMPLE_REFERENCE);
  if (!fetched.found) throw new Error('not found');
  return fetched.report;
}

const webhookWith = (changes: object) => readWebhook(Buffer.from(JSON.stringify({ ...CALLBACK, ...changes })));
const list = (changes: object) =>
  readListReply(replyOf({ ...LIST, data: { ...LIST.data, records: [{ ...RECORD, ...changes }] } }));
const statement = (id: string, amount: string, status: unknown = 2) => ({
  ...STATEMENT,
  paymentSingleOrderNo: id,
  paymentStatementAmount: amount,
  paymentStatementStatus: status,
});

describe('the reply to a query', () => {
  it('is read from the documented example: the order with its one payment', () => {
    expect(readQueryReply(replyOf(fixtureText('query-reply')), EXAMPLE_REFERENCE)).toEqual({
      found: true,
      report: {
        status: 'APPROVED',
        rawStatus: '2',
        externalId: 'TS2501010001CO0000000000000000',
        payments: [
          {
            paymentId: 'TSOPaymentOrderNoExample1',
            amountInCents: 100_000n,
            feeInCents: 1500n,
            paidAt: MIDNIGHT_IN_BOGOTA,
          },
        ],
      },
    });
  });

  it('is read from the older example too, which has no envelope and only texts', () => {
    expect(readQueryReply(replyOf(fixtureText('query-reply-without-envelope')), EXAMPLE_REFERENCE)).toEqual({
      found: true,
      report: {
        status: 'APPROVED',
        rawStatus: '2',
        externalId: 'TF201806251011',
        payments: [{ paymentId: 'TSOPaymentOrderNoExample1', amountInCents: 10_000n }],
      },
    });
  });

  it('is about an order that waits where nothing has arrived', () => {
    const waiting = { status: 1, amount: '0.00', statementList: [], paymentInfo: null };
    expect(ask(waiting)).toEqual({ status: 'PENDING', rawStatus: '1', externalId: QUERY.data['tradeNo'] });
  });

  it('reports how to pay an order that waits: the reply to its create call may have been lost', () => {
    const waiting = { status: 1, statementList: [] };
    const page = { type: 'redirect', url: 'https://www.paymentLinkExample.com' };
    expect(ask(waiting).instructions).toEqual(page);
    expect(ask({ ...waiting, paymentType: 202, paymentInfo: null }).instructions).toEqual({ type: 'push' });
    expect(ask({ ...waiting, paymentType: 212, paymentInfo: '@key1' }).instructions).toEqual({
      type: 'breb_key',
      key: '@key1',
    });
    for (const over of [{ status: 2 }, { status: 3 }, { status: 1, paymentType: 999 }])
      expect(ask({ ...waiting, ...over })).not.toHaveProperty('instructions');
  });

  it.each([2.5, '2&amount=1', 'x'.repeat(65)])('does not read the status %p', (status) =>
    expect(errorOf(() => ask({ status })).kind).toBe('unreadable_reply'),
  );

  describe('without its payments', () => {
    it.each([[undefined], [null], [[]]])(
      'reports the sum that arrived, not what was requested: %p',
      (statementList) => {
        const report = ask({ statementList, transactionAmount: '900.00' });
        expect(report).toMatchObject({ status: 'APPROVED', amountInCents: 100_000n, feeInCents: 1500n });
        expect(report).not.toHaveProperty('payments');
      },
    );

    it('reports no sum of an order that is not paid', () => {
      for (const status of [1, 3]) expect(ask({ status, statementList: [] })).not.toHaveProperty('amountInCents');
    });

    it('reports what a refunded order had', () => {
      expect(ask({ status: 4, statementList: null })).toMatchObject({ status: 'REVERSED', amountInCents: 100_000n });
    });
  });

  describe('with several payments', () => {
    it('reports each of those that succeeded, whatever the order says', () => {
      const statementList = [
        statement('TSO1', '500.00'),
        statement('TSO2', '250.50', '2'),
        statement('TSO3', '9.00', 3),
        statement('TSO4', '9.00', 1),
      ];
      for (const status of [1, 2, 3, 9]) {
        const { payments = [] } = ask({ status, statementList });
        expect(payments.map(({ paymentId, amountInCents }) => [paymentId, amountInCents])).toEqual([
          ['TSO1', 50_000n],
          ['TSO2', 25_050n],
        ]);
      }
    });

    it('of a refunded order are all reported that had arrived', () => {
      const report = ask({ status: 4, statementList: [statement('TSO1', '500.00', 4), statement('TSO2', '250.00')] });
      expect(report).toMatchObject({ status: 'REVERSED', rawStatus: '4' });
      expect(report.payments?.map(({ paymentId }) => paymentId)).toEqual(['TSO1', 'TSO2']);
    });

    it('of which one was refunded is for a person to decide, and that one is not booked', () => {
      const report = ask({ status: 2, statementList: [statement('TSO1', '500.00'), statement('TSO2', '500.00', 4)] });
      expect(report).toMatchObject({ status: 'UNRECOGNISED', rawStatus: '2, a payment 4' });
      expect(report.payments?.map(({ paymentId }) => paymentId)).toEqual(['TSO1']);
    });

    it.each([
      ['no number', { paymentSingleOrderNo: undefined }],
      ['a number with a separator', { paymentSingleOrderNo: 'TSO1&status=2' }],
      ['no amount', { paymentStatementAmount: undefined }],
      ['an amount of nothing', { paymentStatementAmount: '0.00' }],
      ['an amount below nothing', { paymentStatementAmount: '-1.00' }],
    ])('is not read when one has %s: the others would be a wrong sum', (_what, changes) => {
      const statementList = [statement('TSO1', '500.00'), { ...STATEMENT, ...changes }];
      expect(errorOf(() => ask({ statementList })).kind).toBe('unreadable_reply');
    });

    it.each(['x', {}, 42, [null], ['TSO1'], [[]]])('is not read when the list is %p', (statementList) => {
      expect(errorOf(() => ask({ statementList })).kind).toBe('unreadable_reply');
    });
  });

  it('gives a reason where the payment failed: a code, not their sentence', () => {
    const failed = { status: 3, statementList: [] };
    expect(ask({ ...failed, errorMessage: 'Unstable network, kindly retry later.' }).reasonCode).toBe(
      'NETWORK_UNSTABLE',
    );
    expect(ask({ ...failed, errorMessage: 'john@example.com' }).reasonCode).toBe('CHANNEL_REFUSED');
    const callback = { ...CALLBACK, status: 3, errorMessage: 'DEEP' };
    const body = JSON.stringify(callback).replace('"DEEP"', '['.repeat(50_000) + ']'.repeat(50_000));
    expect(readWebhook(Buffer.from(body)).report.reasonCode).toBe('CHANNEL_REFUSED');
    for (const status of [1, 2, 4, 9]) expect(ask({ status })).not.toHaveProperty('reasonCode');
  });
});

describe.each(['a query', 'a callback', 'a list'])('a status in %s', (source) => {
  const reportOf = (status: unknown): ProviderReport =>
    source === 'a query'
      ? ask({ status })
      : source === 'a callback'
        ? webhookWith({ status }).report
        : list({ status }).orders[0]!.report;

  it.each([
    [1, 'PENDING'],
    [2, 'APPROVED'],
    [3, 'REJECTED'],
    [4, 'REVERSED'],
  ])('%p means %s, as a number and as a text', (theirs, ours) => {
    expect(reportOf(theirs)).toMatchObject({ status: ours, rawStatus: String(theirs) });
    expect(reportOf(String(theirs))).toMatchObject({ status: ours, rawStatus: String(theirs) });
  });

  it.each([0, 5, 22, -2, '02', '2 ', 'SUCCESS', 'éxito', 'constructor', '__proto__'])(
    '%p is kept as it is and means nothing',
    (status) => expect(reportOf(status)).toMatchObject({ status: 'UNRECOGNISED', rawStatus: String(status) }),
  );

  it('is one of four', () => {
    expect(Object.keys(STATUSES)).toEqual(['1', '2', '3', '4']);
    for (const status of Object.values(STATUSES)) expect(REPORTED_STATUSES).toContain(status);
  });
});

describe('an amount', () => {
  const amountOf = (paymentAmount: unknown) => webhookWith({ paymentAmount }).report.payments?.[0]?.amountInCents;

  it.each([
    ['1000.00', 100_000n],
    ['1000', 100_000n],
    ['1000.5', 100_050n],
    ['0.01', 1n],
    ['18.02', 1802n],
    ['9007199254740993.99', 900_719_925_474_099_399n],
    [1000, 100_000n],
  ])('%p pesos is %p cents', (written, cents) => expect(amountOf(written)).toBe(cents));

  it.each([
    '',
    ' 1',
    '1 ',
    '1,000.00',
    '1.000,00',
    '1.',
    '.5',
    '1.001',
    '-1.00',
    '+1',
    '1e3',
    '0x10',
    'NaN',
    '12345678901234567',
    '1&status=2',
    '١',
    null,
    undefined,
    true,
    [1],
    10.5,
    2 ** 53,
    -1,
    '0.00',
    0,
  ])('%p is none, and the callback is not read', (written) =>
    expect(errorOf(() => amountOf(written)).kind).toBe('unreadable_reply'),
  );
});

describe('a time', () => {
  it('is Colombia’s, five hours behind UTC all year', () => {
    expect(readTime('2025-01-01 00:00:00')).toEqual(MIDNIGHT_IN_BOGOTA);
    expect(readTime('2025-07-01 23:30:00.250')).toEqual(new Date('2025-07-02T04:30:00.250Z'));
    expect(writeTime(new Date('2025-01-01T05:00:00.000Z'))).toBe('2025-01-01 00:00:00.000');
    expect(writeTime(new Date('2025-07-01T04:59:59.999Z'))).toBe('2025-06-30 23:59:59.999');
  });

  it.each([
    '',
    '2025-01-01',
    '2025-02-30 00:00:00',
    '2025-13-01 00:00:00',
    '2025-01-01 24:00:00',
    // No database takes these.
    '0000-06-01 00:00:00',
    '9999-12-31 23:00:00',
    '2025-01-01T00:00:00',
    1735707600000,
    null,
    '2025-01-01 00:00:00Z',
  ])('is none in %p, and money counts all the same', (completeTime) => {
    expect(readTime(completeTime)).toBeUndefined();
    expect(webhookWith({ completeTime }).report.payments).toEqual([
      { paymentId: 'TSOPaymentOrderNoExample', amountInCents: 100_000n, feeInCents: 1000n },
    ]);
  });
});

describe('a callback', () => {
  it('is read from the documented example: the one payment that it speaks of', () => {
    expect(readWebhook(Buffer.from(fixtureText('callback')))).toEqual({
      eventKey: 'TS2501010001CO0000000000000000|TSOPaymentOrderNoExample|2',
      providerReference: EXAMPLE_REFERENCE,
      report: {
        status: 'APPROVED',
        rawStatus: '2',
        externalId: 'TS2501010001CO0000000000000000',
        payments: [
          {
            paymentId: 'TSOPaymentOrderNoExample',
            amountInCents: 100_000n,
            feeInCents: 1000n,
            paidAt: MIDNIGHT_IN_BOGOTA,
          },
        ],
      },
    });
  });

  it('of a failure has no payment', () => {
    const failure = { status: 3, serviceAmount: '0.00', errorMessage: 'Unstable network, kindly retry later.' };
    expect(webhookWith(failure).report).toEqual({
      status: 'REJECTED',
      rawStatus: '3',
      externalId: 'TS2501010001CO0000000000000000',
      reasonCode: 'NETWORK_UNSTABLE',
    });
    expect(webhookWith({ ...failure, paymentOrderNo: null, paymentAmount: null }).report.status).toBe('REJECTED');
  });

  it('of an order that waits has no payment: the query says what has arrived', () => {
    expect(webhookWith({ status: 1 }).report).not.toHaveProperty('payments');
  });

  it('of a refund keeps the payment, so that it is booked before it is reversed', () => {
    expect(webhookWith({ status: 4 }).report).toMatchObject({
      status: 'REVERSED',
      payments: [{ amountInCents: 100_000n }],
    });
  });

  it('has the same key when it is the same event, and another when order, payment or status differ', () => {
    const keys = [{}, { tradeNo: 'T' }, { paymentOrderNo: 'P' }, { status: 3 }].map(
      (changes) => webhookWith(changes).eventKey,
    );
    expect(new Set(keys).size).toBe(4);
    expect(webhookWith({ status: '2', errorMessage: 'x', extra: 1 }).eventKey).toBe(keys[0]);
  });

  it.each([
    ['no status', { status: undefined }],
    ['no order', { merchantOrderNo: undefined }],
    ['a number as order', { merchantOrderNo: 42 }],
    ['money without its number', { paymentOrderNo: undefined }],
    ['money without its amount', { paymentAmount: null }],
  ])('is not read with %s', (_what, changes) =>
    expect(errorOf(() => webhookWith(changes)).kind).toBe('unreadable_reply'),
  );

  it.each(['', 'null', '[]', '"SUCCESS"', '42', '{', 'status=2', '\ufeff{}', '{}'])('is not read from %p', (text) => {
    expect(errorOf(() => readWebhook(Buffer.from(text))).kind).toBe('unreadable_reply');
  });

  it('is not read as something else where two signed fields are passed off as one', () => {
    // What is signed is the same: `merchantOrderNo=OrderNoExample&paymentAmount=1000.00`.
    const { paymentAmount: _amount, ...rest } = CALLBACK;
    for (const merged of [
      { ...rest, merchantOrderNo: 'OrderNoExample&paymentAmount=1000.00' },
      { ...CALLBACK, paymentOrderNo: 'TSOPaymentOrderNoExample&paymentType=204', paymentType: undefined },
      { ...CALLBACK, status: '2&tradeNo=TS2501010001CO0000000000000000', tradeNo: undefined },
    ]) {
      expect(errorOf(() => readWebhook(Buffer.from(JSON.stringify(merged)))).kind).toBe('unreadable_reply');
    }
  });
});

describe('the list of orders', () => {
  it('is read from the documented example, in which the two amounts have changed places', () => {
    expect(readListReply(replyOf(fixtureText('list-reply')))).toEqual({
      orders: [
        {
          providerReference: EXAMPLE_REFERENCE,
          createdAt: new Date('2026-04-28T10:43:24.000Z'),
          report: {
            status: 'APPROVED',
            rawStatus: '2',
            externalId: 'TS2405220001CO0000532820828350',
            payments: [
              {
                paymentId: 'TSO4h8r26014h54553440l5vxs41u8',
                amountInCents: 40_000n,
                paidAt: new Date('2026-04-28T10:43:39.000Z'),
              },
            ],
          },
        },
      ],
      next: 'HniK3YZucTudM/kfEpQCLtFVnFaBlcv1K0MG+phCUd2EfYIt',
    });
    const [order] = list({ amount: '500.00', transactionAmount: '300.00', paymentList: null }).orders;
    expect(order?.report.amountInCents).toBe(30_000n);
  });

  it('has no payments where the order has none: they carry no status of their own', () => {
    for (const status of [1, 3]) {
      const [order] = list({ status, transactionAmount: '0.00' }).orders;
      expect(order?.report).not.toHaveProperty('payments');
      expect(order?.report).not.toHaveProperty('amountInCents');
    }
  });

  it('leaves payouts out, and goes on after a page of nothing else', () => {
    expect(list({ type: 'PAYOUT' })).toEqual({ orders: [], next: LIST.data['pageIndex'] });
  });

  it.each([
    ['no records', { records: [] }],
    ['records that are null', { records: null }],
    ['no cursor', { pageIndex: undefined }],
    ['a cursor that is null', { pageIndex: null }],
    ['a blank cursor', { pageIndex: '' }],
  ])('ends at a page with %s', (_what, changes) => {
    expect(readListReply(replyOf({ ...LIST, data: { ...LIST.data, ...changes } }))).not.toHaveProperty('next');
  });

  it.each([
    ['records that are no list', { records: {} }],
    ['a record that is none', { records: ['x'] }],
    ['a record without its order', { records: [{ ...RECORD, merchantOrderNo: null }] }],
    ['a record without its status', { records: [{ ...RECORD, status: null }] }],
  ])('is not read with %s: an order would be missing', (_what, changes) => {
    expect(errorOf(() => readListReply(replyOf({ ...LIST, data: { ...LIST.data, ...changes } }))).kind).toBe(
      'unreadable_reply',
    );
  });
});
