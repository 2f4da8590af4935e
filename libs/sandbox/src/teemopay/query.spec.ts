import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { shapeOf, until } from '../kit/fixture.js';
import { BREB_REQUEST, call, create, PATHS, PAYMENT_ORDER_NO, query, TRACE_ID } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).teemopay;
});
afterEach(() => sandbox.close());

const ID = BREB_REQUEST.merchantOrderNo;
const SILENTLY = { webhook: 'none' } as const;

async function data(): Promise<Readonly<Record<string, unknown>>> {
  return (await query(sandbox)).body.data;
}

function clockOf(iso: string | null | undefined): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/Bogota',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return format.format(new Date(iso ?? ''));
}

describe('a query', () => {
  it('answers a paid order as the public page does', async () => {
    await create(sandbox, { amount: '1000', paymentType: 204 });
    const order = await control.pay(ID, SILENTLY);
    const { body } = await query(sandbox);
    expect(shapeOf(body)).toBe(
      'code data{merchantOrderNo tradeNo paymentType transactionAmount amount status serviceAmount paymentInfo errorMessage ' +
        'statementList{0{paymentSingleOrderNo paymentStatementAmount paymentStatementStatus paymentStatementStatusName ' +
        'serviceAmount serviceRate immService paymentType completeTime}}} msg traceId',
    );
    expect(body).toEqual({
      code: 200,
      msg: 'success',
      traceId: expect.stringMatching(TRACE_ID),
      data: {
        merchantOrderNo: ID,
        tradeNo: order.id,
        paymentType: 204,
        transactionAmount: '1000.00',
        amount: '1000.00',
        status: 2,
        serviceAmount: '15.00',
        paymentInfo: order.paymentUrl,
        errorMessage: null,
        statementList: [
          {
            paymentSingleOrderNo: expect.stringMatching(PAYMENT_ORDER_NO),
            paymentStatementAmount: '1000.00',
            paymentStatementStatus: 2,
            paymentStatementStatusName: '代收成功',
            serviceAmount: '15.00',
            serviceRate: '0.0100',
            immService: '5.00',
            paymentType: 204,
            completeTime: clockOf(order.payments[0]?.paidAt),
          },
        ],
      },
    });
  });

  it('answers an unpaid order as paying, with nothing received', async () => {
    await create(sandbox);
    expect(await data()).toMatchObject({
      transactionAmount: '10000.00',
      amount: '0.00',
      status: 1,
      serviceAmount: '0.00',
      statementList: [],
    });
  });

  it('adds up several payments, each with its own number and fee', async () => {
    await control.setSwitches({ feeFixedInCents: 100, feeBasisPoints: 250 });
    await create(sandbox);
    await control.pay(ID, { amountInCents: 400_000, ...SILENTLY });
    await control.pay(ID, { amountInCents: 700_050, feeInCents: 7, paymentId: 'TSO-OWN', ...SILENTLY });
    const { statementList, ...rest } = await data();
    expect(rest).toMatchObject({
      transactionAmount: '10000.00',
      amount: '11000.50',
      status: 2,
      serviceAmount: '101.07',
    });
    expect(statementList).toMatchObject([
      { paymentStatementAmount: '4000.00', serviceAmount: '101.00', serviceRate: '0.0250', immService: '1.00' },
      { paymentSingleOrderNo: 'TSO-OWN', paymentStatementAmount: '7000.50', serviceAmount: '0.07' },
    ]);
  });

  it.each([
    ['2', 2],
    ['1', 1],
  ] as const)('of less than was asked shows status %s when the switch says so', async (underpaidStatus, status) => {
    await control.setSwitches({ underpaidStatus });
    await create(sandbox);
    await control.pay(ID, { amountInCents: 999_999, ...SILENTLY });
    expect(await data()).toMatchObject({ status, amount: '9999.99', statementList: [{ paymentStatementStatus: 2 }] });
    await control.pay(ID, { amountInCents: 1, ...SILENTLY });
    expect(await data()).toMatchObject({ status: 2, amount: '10000.00' });
  });

  it.each([
    ['variable_amount', 212, 2],
    ['variable_amount', 204, 2],
    ['variable_amount', 205, 1],
    ['all', 205, 2],
    ['none', 212, 1],
  ] as const)('with paidAgain %s: type %i that is paid twice holds %i', async (paidAgain, paymentType, held) => {
    await control.setSwitches({ paidAgain });
    await create(sandbox, { paymentType });
    await control.pay(ID, SILENTLY);
    await control.pay(ID, SILENTLY).catch(() => undefined);
    expect((await control.order(ID)).payments).toHaveLength(held);
  });

  it.each([
    ['4', 4, '代收退款'],
    ['3', 3, '代收失败'],
  ] as const)('of a reversed order shows %s and the payments as reversed', async (reversalStatus, status, name) => {
    await control.setSwitches({ reversalStatus });
    await create(sandbox);
    await control.pay(ID, SILENTLY);
    await control.reverse(ID, SILENTLY);
    expect(await data()).toMatchObject({
      status,
      statementList: [{ paymentStatementStatus: status, paymentStatementStatusName: name }],
    });
    await expect(control.pay(ID)).rejects.toThrow('already');
  });

  it('shows money on a failed order as the success that it was', async () => {
    await create(sandbox);
    await control.reject(ID, SILENTLY);
    expect(await data()).toMatchObject({ status: 3, errorMessage: 'Unstable network, kindly retry later.' });
    await control.pay(ID, SILENTLY);
    expect(await data()).toMatchObject({
      status: 2,
      errorMessage: null,
      statementList: [{ paymentStatementStatus: 2 }],
    });
  });

  it.each([
    ['3', 3],
    ['1', 1],
  ] as const)('past its time shows %s', async (expiredStatus, status) => {
    await control.setSwitches({ expiredStatus });
    await create(sandbox, { expirationTime: Date.now() - 1 });
    expect(await data()).toMatchObject({ status, amount: '0.00', statementList: [] });
  });

  it('does not fail an order for its time once money has arrived', async () => {
    await control.setSwitches({ underpaidStatus: '1' });
    await create(sandbox, { expirationTime: Date.now() - 1 });
    expect(await data()).toMatchObject({ status: 3 });
    await control.pay(ID, { amountInCents: 100, ...SILENTLY });
    expect(await data()).toMatchObject({ status: 1, amount: '1.00' });
  });

  it('can leave the payments out', async () => {
    await control.setSwitches({ queryShape: 'without_statements' });
    await create(sandbox);
    await control.pay(ID, SILENTLY);
    expect(await data()).toMatchObject({ status: 2, amount: '10000.00' });
    expect(Object.keys(await data())).not.toContain('statementList');
  });

  it('can answer as the English page does', async () => {
    await control.setSwitches({ queryShape: 'stale_english' });
    await create(sandbox, { amount: '100' });
    const order = await control.pay(ID, SILENTLY);
    expect(JSON.parse((await query(sandbox)).text)).toEqual({
      merchantOrderNo: ID,
      tradeNo: order.id,
      paymentType: 212,
      amount: '100',
      status: '2',
      statementList: [
        {
          paymentSingleOrderNo: order.payments[0]?.paymentId,
          paymentStatementAmount: '100',
          paymentStatementStatus: '2',
          paymentStatementStatusName: 'Payment Success',
          message: 'Payment Successful',
        },
      ],
      success: true,
    });
  });

  it.each([
    ['434', { code: 434, data: null, msg: 'Merchant order not exist', traceId: expect.stringMatching(TRACE_ID) }],
    ['400', { code: 400, msg: 'Order not found', success: false }],
  ] as const)('of an order that is not there says so with %s', async (notFound, body) => {
    await control.setSwitches({ notFound });
    expect(await query(sandbox)).toMatchObject({ status: 200 });
    expect((await query(sandbox)).body).toEqual(body);
  });

  it('finds nothing by tradeNo', async () => {
    await create(sandbox);
    expect((await query(sandbox, (await control.order(ID)).id)).body.code).toBe(434);
  });

  it('does not see a new order for as long as the switch says', async () => {
    await control.setSwitches({ visibleAfterMs: 60_000 });
    await create(sandbox);
    expect((await query(sandbox)).body.code).toBe(434);
    await control.setSwitches({ visibleAfterMs: 20 });
    const seen = await until(
      () => query(sandbox),
      ({ body }) => body.code === 200,
    );
    expect(seen.body.data['status']).toBe(1);
  });

  it('is refused without a number, and struck by faults', async () => {
    expect((await call(sandbox, PATHS.query, {})).body).toMatchObject({ code: 414, msg: 'merchantOrderNo is invalid' });
    await control.fault({ operation: 'query', fault: { kind: 'garbage' } });
    await expect(query(sandbox)).rejects.toThrow(SyntaxError);
  });
});
