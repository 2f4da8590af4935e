import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { BREB_REQUEST, create, PSE_REQUEST } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).teemopay;
});
afterEach(() => sandbox.close());

const ID = BREB_REQUEST.merchantOrderNo;

async function linkOf(request: object): Promise<string> {
  return String((await create(sandbox, {}, request)).body.data['paymentInfo']);
}

async function press(link: string, fields: Record<string, string>): Promise<number> {
  const { origin, pathname, searchParams } = new URL(link);
  const body = new URLSearchParams({ ...Object.fromEntries(searchParams), ...fields });
  return (await fetch(`${origin}${pathname}`, { method: 'POST', body })).status;
}

describe('the page that a create links', () => {
  it.each([
    [BREB_REQUEST, /Llave Bre-B[^]*@teemo[0-9a-z]{8}/, true],
    [{ ...BREB_REQUEST, paymentType: 205 }, /Código de pago[^]*\d{10}/, false],
    [PSE_REQUEST, /Banco[^]*1040/, false],
  ])('shows how to pay, and whether another amount can be', async (request, fact, payerSetsAmount) => {
    const text = await (await fetch(await linkOf(request))).text();
    expect(text).toMatch(fact);
    expect(text).toContain('TeemoPay');
    expect(text.includes('name="amount"')).toBe(payerSetsAmount);
  });

  it('takes another amount for a Bre-B key, and money a second time', async () => {
    const link = await linkOf(BREB_REQUEST);
    expect(await press(link, { action: 'pay', amount: '4000' })).toBe(200);
    expect(await press(link, { action: 'pay', amount: '6.000,50' })).toBe(200);
    expect(await control.order(ID)).toMatchObject({ status: '2', settledInCents: 1_000_050 });
  });

  it('takes a PSE payment once, and no after a no', async () => {
    const link = await linkOf(PSE_REQUEST);
    expect(await press(link, { action: 'pay' })).toBe(200);
    expect(await press(link, { action: 'pay' })).toBe(409);
    const refused = await linkOf({ ...PSE_REQUEST, merchantOrderNo: 'R' });
    expect(await press(refused, { action: 'reject' })).toBe(200);
    expect(await press(refused, { action: 'pay' })).toBe(409);
    expect(await control.order('R')).toMatchObject({ status: '3', payments: [] });
  });

  it('is found by POST /control/pay in whatever text contains it', async () => {
    const link = await linkOf(PSE_REQUEST);
    const response = await fetch(`${sandbox.url}/control/pay`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ instructions: { url: link } }),
    });
    expect(await response.json()).toMatchObject({ reference: PSE_REQUEST.merchantOrderNo, status: '2' });
  });
});
