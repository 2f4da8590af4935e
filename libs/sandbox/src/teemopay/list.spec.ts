import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { shapeOf } from '../kit/fixture.js';
import { ERROR_MESSAGES } from './errors.js';
import { call, create, PATHS, TRACE_ID, type ApiAnswer } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).teemopay;
});
afterEach(() => sandbox.close());

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** As the list wants its times: UTC-5 with milliseconds. */
function time(msFromNow: number): string {
  return new Date(Date.now() - 5 * 60 * MINUTE_MS + msFromNow).toISOString().slice(0, 23).replace('T', ' ');
}

function list(changes: object = {}): Promise<ApiAnswer> {
  const all = { pageIndex: '', pageSize: 500, type: 'PAYIN', beginTime: time(-MINUTE_MS), endTime: time(MINUTE_MS) };
  return call(sandbox, PATHS.list, { ...all, ...changes });
}

interface Page {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly pageIndex: string | null;
}

async function page(changes: object = {}): Promise<Page> {
  const { data }: { data: Page } = JSON.parse((await list(changes)).text);
  return data;
}

async function numbers(changes: object = {}): Promise<unknown[]> {
  return (await page(changes)).records.map(({ merchantOrderNo }) => merchantOrderNo);
}

async function orders(...references: string[]): Promise<void> {
  for (const merchantOrderNo of references) await create(sandbox, { merchantOrderNo });
}

describe('the list', () => {
  it('shows a paid order as the public page does', async () => {
    await create(sandbox, { amount: '500', merchantOrderNo: 'A' });
    const order = await control.pay('A', { amountInCents: 40_000, webhook: 'none' });
    const { body } = await list();
    expect(shapeOf(body)).toBe(
      'code data{records{0{type merchantOrderNo tradeNo amount transactionAmount serviceAmount status settleStatus failReason ' +
        'createTime completeTime settleTime paymentList{0{paymentSingleOrderNo paymentStatementAmount settleStatus settleTime ' +
        'completeTime}}}} pageIndex} msg traceId',
    );
    const completeTime = time(Date.parse(order.payments[0]?.paidAt ?? '') - Date.now()).slice(0, 19);
    expect(body).toMatchObject({ code: 200, msg: 'success', traceId: expect.stringMatching(TRACE_ID) });
    expect(body.data['records']).toEqual([
      {
        type: 'PAYIN',
        merchantOrderNo: 'A',
        tradeNo: order.id,
        amount: '500.00',
        transactionAmount: '400.00',
        serviceAmount: '9.00',
        status: 2,
        settleStatus: 0,
        failReason: null,
        createTime: time(Date.parse(order.createdAt) - Date.now()).slice(0, 19),
        completeTime,
        settleTime: null,
        paymentList: [
          {
            paymentSingleOrderNo: order.payments[0]?.paymentId,
            paymentStatementAmount: '400.00',
            settleStatus: 0,
            settleTime: null,
            completeTime,
          },
        ],
      },
    ]);
  });

  it('shows unpaid, failed and reversed orders', async () => {
    await orders('open', 'failed', 'back');
    await control.reject('failed', { webhook: 'none' });
    await control.pay('back', { webhook: 'none' });
    await control.reverse('back', { webhook: 'none' });
    expect((await page()).records).toMatchObject([
      { status: 1, transactionAmount: '0.00', settleStatus: null, completeTime: null, paymentList: [] },
      { status: 3, transactionAmount: '0.00', failReason: 'Unstable network, kindly retry later.' },
      { status: 4, transactionAmount: '10000.00' },
    ]);
  });

  it('is narrowed by status, as a number or a text, by type and by time', async () => {
    await orders('A', 'B', 'C');
    await control.pay('B', { webhook: 'none' });
    expect(await numbers({ status: 2 })).toEqual(['B']);
    expect(await numbers({ status: '1' })).toEqual(['A', 'C']);
    expect(await numbers({ status: 5 })).toEqual([]);
    expect(await numbers({ type: 'PAYOUT' })).toEqual([]);
    expect(await numbers({ beginTime: time(-2 * MINUTE_MS), endTime: time(-MINUTE_MS) })).toEqual([]);
    expect(await numbers({ beginTime: time(0), endTime: time(MINUTE_MS) })).toEqual([]);
  });

  it.each(['empty_page', 'null', 'same'] as const)('is read page by page; its end is shown as %s', async (listEnd) => {
    await control.setSwitches({ listEnd });
    await orders('A', 'B', 'C');
    const first = await page({ pageSize: 2 });
    expect(first.records.map(({ merchantOrderNo }) => merchantOrderNo)).toEqual(['A', 'B']);
    const second = await page({ pageSize: 2, pageIndex: first.pageIndex });
    expect(second.records.map(({ merchantOrderNo }) => merchantOrderNo)).toEqual(['C']);
    if (listEnd === 'null') expect(second.pageIndex).toBeNull();
    if (listEnd === 'same') expect(second.pageIndex).toBe(first.pageIndex);
    if (listEnd === 'empty_page') expect(await numbers({ pageSize: 2, pageIndex: second.pageIndex })).toEqual([]);
  });

  it.each([
    ['600', { type: 'ALL' }],
    ['600', { type: undefined }],
    ['601', { beginTime: time(-91 * DAY_MS), endTime: time(-90 * DAY_MS) }],
    ['602', { beginTime: time(-32 * DAY_MS) }],
    ['603', { beginTime: time(DAY_MS), endTime: time(2 * DAY_MS) }],
    ['604', { endTime: time(-2 * MINUTE_MS) }],
    ['605', { status: 6 }],
    ['605', { status: 'SUCCESS' }],
    ['606', { pageIndex: 'no-cursor' }],
  ] as const)('is refused with %s for %p', async (code, changes) => {
    expect((await list(changes)).body).toMatchObject({ code: Number(code), msg: ERROR_MESSAGES[code], data: null });
  });

  it.each([
    ['beginTime', [undefined, '2026-03-01', '2026-13-01 00:00:00.000', 7]],
    ['endTime', [undefined, '2026-03-01 00:00:00']],
    ['pageSize', [0, 1001, 1.5, '500']],
  ])('refuses a %s that cannot be read', async (field, values) => {
    for (const value of values) {
      const { body } = await list({ [field]: value });
      expect([value, body.code, body.msg]).toEqual([value, 414, `${field} is invalid`]);
    }
  });

  it('takes 31 days, and whatever may be left out', async () => {
    await orders('A');
    expect(await numbers({ beginTime: time(-31 * DAY_MS + 2 * MINUTE_MS) })).toEqual(['A']);
    expect(await numbers({ pageIndex: undefined, pageSize: undefined })).toEqual(['A']);
  });
});
