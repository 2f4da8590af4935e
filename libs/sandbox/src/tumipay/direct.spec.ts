import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { Listener, until } from '../kit/fixture.js';
import { call, create, CUSTOMER, query } from './fixture.js';

/** Seed 000's request. */
const PSE = {
  reference: '3cNPNGbX1meM',
  amount: 50000,
  payment_method: 'PSE',
  customer_data: {
    person_type: 'NATURAL',
    bank: '1077',
    legal_doc: '1045689877',
    legal_doc_type: 'CC',
    phone_code: '57',
    phone_number: '3121234567',
    email: 'approved@tumipay.co',
    full_name: 'John Doe',
  },
};

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, tumipay: { direct: true } });
  control = new SandboxClient(sandbox.url).tumipay;
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
});

/** The answer as text, with its changing parts as in seed 000. */
function asInSeed(text: string, ticket: string): string {
  return text
    .replace(`${sandbox.url}/tumipay/PSENF/`, 'https://registro.desarrollo.pse.com.co/PSENF/')
    .replaceAll(ticket, 'abc123');
}

describe('create in direct mode', () => {
  it('answers PSE as seed 000, word for word', async () => {
    const { status, text } = await create(sandbox, PSE);
    const { id, details } = await control.order(PSE.reference);
    expect(status).toBe(200);
    expect(asInSeed(text, id)).toBe(
      JSON.stringify({
        code: '01',
        status: 'SUCCESS',
        message: 'Pago generado correctamente',
        data: {
          ticket: 'abc123',
          payment_url: 'https://registro.desarrollo.pse.com.co/PSENF/index.html?enc=abc123',
          type: 'pse_payment',
        },
      }),
    );
    expect(details).toMatchObject({ direct: 'PSE', bank: '1077' });
  });

  it('answers Transfiya as seed 000, word for word: without a ticket', async () => {
    const { status, text } = await create(sandbox, { payment_method: 'TRANSFIYA' });
    expect(status).toBe(200);
    expect(text).toBe(
      JSON.stringify({
        code: '01',
        status: 'SUCCESS',
        message: 'Pago generado correctamente',
        data: {
          confirmation: 'La transacción ha sido creada y está pendiente de confirmación por parte del usuario',
          type: 'transfiya_confirmation',
        },
      }),
    );
  });

  it.each(['static', 'absent'] as const)(
    'answers Bre-B as seed 000, word for word, with a key: %s',
    async (accountNumber) => {
      await control.setSwitches({ accountNumber });
      const { status, text } = await create(sandbox, { payment_method: 'BREB', reference: 'R' });
      expect(status).toBe(200);
      expect(asInSeed(text, (await control.order('R')).id)).toBe(
        JSON.stringify({
          code: '01',
          status: 'SUCCESS',
          message: 'Pago generado exitosamente',
          data: { ticket: 'abc123', key_value: '@tumipaybreb', type: 'payment_reference' },
        }),
      );
    },
  );

  it('gives each Bre-B ticket its own key when asked to', async () => {
    await control.setSwitches({ accountNumber: 'per_ticket' });
    const { body } = await create(sandbox, { payment_method: 'BREB' });
    expect(body.data['key_value']).toBe(`@tumi${String(body.data['ticket'])}`);
  });

  it.each(['EFECTY', 'CARD', 'CASH', 'ALL_METHODS'])('answers %s hosted as before', async (payment_method) => {
    const { body } = await create(sandbox, { payment_method });
    expect(body.message).toBe('Operacion exitosa');
    expect(body.data).toMatchObject({ payment_url: expect.stringContaining('/tumipay/payments/main?s=') });
    expect(body.data).not.toHaveProperty('type');
  });

  it.each([
    ['bank', undefined, 'CUSTOMER_DATA_BANK_REQUIRED'],
    ['bank', '9999', 'CUSTOMER_DATA_BANK_INVALID'],
    ['bank', 1077, 'CUSTOMER_DATA_BANK_INVALID'],
    ['person_type', undefined, 'CUSTOMER_DATA_PERSON_TYPE_REQUIRED'],
    ['person_type', 'INDIVIDUAL', 'CUSTOMER_DATA_PERSON_TYPE_INVALID'],
  ])('refuses PSE with %s %p', async (field, value, error) => {
    const answer = await create(sandbox, { ...PSE, customer_data: { ...PSE.customer_data, [field]: value } });
    expect(answer).toMatchObject({ status: 400, body: { code: '00', status: 'ERROR', error } });
    expect(await control.orders()).toEqual([]);
  });

  it('asks for bank and kind of person for PSE only', async () => {
    const answers = ['TRANSFIYA', 'BREB', 'CARD'].map((payment_method) =>
      create(sandbox, { payment_method, reference: payment_method, customer_data: CUSTOMER }),
    );
    for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  });

  it('is answered hosted while the switch is off, bank or not', async () => {
    await control.setSwitches({ direct: false });
    const answers = [await create(sandbox, PSE), await create(sandbox, { payment_method: 'PSE', reference: 'B' })];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.data).toMatchObject({ payment_url: expect.stringContaining('/tumipay/payments/main?s=') });
      expect(body.data).not.toHaveProperty('type');
    }
  });

  it('answers the same ticket the same, whatever the switch says by then', async () => {
    await control.setSwitches({ duplicateReference: 'same_ticket' });
    const first = await create(sandbox, PSE);
    await control.setSwitches({ direct: false });
    expect(await create(sandbox, PSE)).toEqual(first);
  });
});

describe('an order of direct mode', () => {
  it('is found by its reference and shown by the documented query', async () => {
    await create(sandbox, { payment_method: 'TRANSFIYA', reference: 'R' });
    await control.pay('R', { webhook: 'none' });
    const { id } = await control.order('R');
    expect((await query(sandbox, 'R')).body.data).toMatchObject({ ticket: id, reference: 'R', status: 'APPROVED' });
  });

  it('reports in its webhook the ticket that the answer left out', async () => {
    const listener = await Listener.open();
    await create(sandbox, { payment_method: 'TRANSFIYA', reference: 'R', ipn_url: listener.url });
    const { id } = await control.pay('R');
    await until(
      () => listener.received.length,
      (count) => count === 1,
    );
    expect(listener.bodies()).toMatchObject([{ top_ticket: id, top_reference: 'R', top_status: 'APPROVED' }]);
  });

  it("is paid on the bank's page, at the asked amount, where PSE was asked for", async () => {
    const { body } = await create(sandbox, PSE);
    const page = String(body.data['payment_url']);
    const html = await (await fetch(page)).text();
    for (const text of ['BANKA', 'PSE', '$ 500', 'action="index.html"', 'name="enc"']) expect(html).toContain(text);
    const form = new URLSearchParams({ enc: String(body.data['ticket']), action: 'pay', amount: '1' });
    expect((await fetch(page.split('?')[0] ?? '', { method: 'POST', body: form })).status).toBe(200);
    expect(await control.order(PSE.reference)).toMatchObject({ status: 'APPROVED', settledInCents: 50_000 });
  });

  it("is paid by the address of the bank's page", async () => {
    const { text } = await create(sandbox, PSE);
    const paid = await fetch(`${sandbox.url}/control/pay`, { method: 'POST', body: text });
    expect(await paid.json()).toMatchObject({ reference: PSE.reference, status: 'APPROVED' });
  });
});

describe('the banks', () => {
  it("are seed 000's three, word for word, then more, with the one of its request", async () => {
    const { body, text } = await call(sandbox, '/v1/pse/banks');
    const banks: unknown = body.data;
    const listed = Array.isArray(banks) ? banks.map(({ code }) => String(code)) : [];
    const three = JSON.stringify({
      code: '01',
      status: 'SUCCESS',
      data: [
        { code: '1507', name: 'NEQUI', image: 'https://assets.tumipay.co/images/payment_method/nequi.webp' },
        { code: '1551', name: 'DAVIPLATA', image: 'https://assets.tumipay.co/images/payment_method/daviplata.webp' },
        {
          code: '1007',
          name: 'BANCOLOMBIA',
          image: 'https://assets.tumipay.co/images/payment_method/bancolombia.webp',
        },
      ],
    });
    expect(text.startsWith(three.slice(0, -2))).toBe(true);
    expect(listed).toContain('1077');
    expect(listed.length).toBeGreaterThan(40);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((code) => !/^1\d{3}$/.test(code))).toEqual([]);
  });

  it('can be away', async () => {
    await control.fault({ operation: 'banks', fault: { kind: 'status', status: 503 } });
    expect((await call(sandbox, '/v1/pse/banks')).status).toBe(503);
    expect((await call(sandbox, '/v1/pse/banks')).status).toBe(200);
  });

  it('are each accepted in a request', async () => {
    await control.setSwitches({ duplicateReference: 'new_ticket' });
    const banks: unknown = (await call(sandbox, '/v1/pse/banks')).body.data;
    for (const { code } of Array.isArray(banks) ? banks : []) {
      const { status } = await create(sandbox, { ...PSE, customer_data: { ...PSE.customer_data, bank: code } });
      expect([code, status]).toEqual([code, 200]);
    }
    expect((await control.orders()).length).toBeGreaterThan(40);
  });
});
