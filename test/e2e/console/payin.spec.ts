import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
  type Visitor,
} from '../../support/console.js';
import { PASSWORD } from '../../support/people.js';
import { providerSide } from '../../support/provider-side.js';

const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const MANY = 200_000_000;

let test: TestConsole;

async function opened(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const { api, merchant } = test.testApp;
  return api.open({ provider: 'teemopay', rail: 'BRE_B', callbackUrl: merchant.url, ...changes });
}

async function paid(payin: PresentedPayin, amountInCents = payin.amountInCents): Promise<PresentedPayin> {
  const { control, order } = await providerSide(test.testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents });
  return test.testApp.api.reaches(payin.id, amountInCents < payin.amountInCents ? 'UNDERPAID' : 'APPROVED');
}

const status = (page: Page, name: string) => page.getByRole('main').getByText(name, { exact: true }).first().waitFor();
const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click();

async function askRefund(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'Pedir una devolución' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pedir una devolución' });
  await dialog.getByLabel('Monto').fill(amount);
  await dialog.getByLabel('Llave Bre-B', { exact: false }).last().fill('@zenobia77');
}

/** How often this person has seen where money goes back to, by the audit log. */
async function readsOfDestination({ id }: Visitor): Promise<number> {
  const path = `/audit-log?action=refund.destination_read&actor=${id}`;
  return (await test.testApp.api.call<{ data: unknown[] }>('GET', path)).body.data.length;
}

async function signInAgain({ page }: Visitor): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
  await dialog.getByLabel('Contraseña').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Iniciar sesión' }).click();
  await dialog.waitFor({ state: 'detached' });
}

inBrowser('a payin in the console', () => {
  beforeAll(async () => {
    test = await startTestConsole({ PROVIDERS: 'teemopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
  });
  afterAll(() => test?.close());

  it('tells its story as it goes on, from the open order to the money, and a link shows a colleague the same', async () => {
    const payin = await opened();
    const { page, complaints } = await test.as('viewer', `/payins/${payin.id}`);
    await page.getByRole('heading', { name: `Pago ${payin.reference}` }).waitFor();
    await status(page, 'Pendiente');
    await page.getByText('El proveedor tomó la orden').waitFor();
    await paid(payin);
    await status(page, 'Pagado');
    const story = page.getByRole('main');
    for (const text of [
      'Llegó un webhook de teemopay',
      'Llegó dinero',
      'Quedó pagado',
      'Por recibir de teemopay → Comercio',
    ])
      await story.getByText(text, { exact: true }).first().waitFor();
    await story.getByText('Entregado').first().waitFor();
    const figures = page.getByRole('region', { name: 'Monto' });
    expect(await figures.textContent()).toMatch(/Pedido\$ 50\.000.*Recibido\$ 50\.000.*Devuelto\$ 0.*Falta\$ 0/);
    // A viewer may only look.
    for (const name of ['Consultar al proveedor', 'Cancelar el pago', 'Pedir una devolución'])
      expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0]);

    await page.getByRole('tab', { name: 'Webhooks (1)' }).click();
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: /2026|20\d\d/ }).click();
    const drawer = page.getByRole('dialog', { name: 'Webhook recibido' });
    await drawer.getByText('Firma verificada por').waitFor();
    expect(await drawer.getByRole('button', { name: 'Aplicar de nuevo' }).count()).toBe(0);
    await drawer.getByRole('button', { name: 'Ver el cuerpo' }).click();
    await drawer
      .getByRole('region', { name: 'Cuerpo' })
      .getByText(/merchantOrderNo|outOrderNo|orderNo/)
      .waitFor();
    const { pathname, search } = new URL(page.url());
    expect(search).toMatch(/^\?tab=webhooks&webhook=[0-9a-f-]{36}$/);
    const colleague = await test.as('viewer', pathname.replace('/console', '') + search);
    await colleague.page.getByRole('dialog', { name: 'Webhook recibido' }).getByText('Firma verificada por').waitFor();
    expect(await colleague.page.getByRole('tab', { name: 'Webhooks (1)' }).getAttribute('aria-selected')).toBe('true');
    expect([...complaints, ...colleague.complaints]).toEqual([]);
  });

  it('sends a message again', async () => {
    test.testApp.merchant.answer(410);
    const payin = await opened();
    const { page, complaints } = await test.as('support', `/payins/${payin.id}?tab=messages`);
    test.testApp.merchant.answer(200);
    const before = test.testApp.merchant.received.length;
    await page.getByRole('link', { name: 'Espera a que el pagador pague' }).click();
    const drawer = page.getByRole('dialog', { name: 'Mensaje' });
    await drawer
      .getByText(/HTTP 410/)
      .first()
      .waitFor();
    await drawer.getByRole('button', { name: 'Enviar de nuevo' }).click();
    await page.getByText(/con el mismo webhook-id/).waitFor();
    await confirm(page, 'Enviar de nuevo');
    await drawer.getByText('Entregado', { exact: true }).first().waitFor();
    await drawer.getByText('Intento 2').waitFor();
    const again = test.testApp.merchant.received.slice(before);
    expect(again.map(({ message }) => message.type)).toContain('payin.pending');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?tab=messages');
    expect(complaints).toEqual([]);
  });

  it('gives much money back by two people', async () => {
    const payin = await paid(await opened({ amountInCents: MANY }));
    const ann = await test.as('approver', `/payins/${payin.id}`);
    await askRefund(ann.page, '3.000.000');
    await confirm(ann.page, 'Pedir una devolución');
    await ann.page.getByText('Quedan $ 2.000.000 por devolver', { exact: true }).waitFor();
    await ann.page.getByRole('textbox', { name: 'Monto' }).fill('2.000.000');
    await confirm(ann.page, 'Pedir una devolución');
    await ann.page.getByRole('tab', { name: 'Devoluciones (1)' }).click();
    await ann.page.getByRole('cell', { name: /Por aprobar/ }).waitFor();
    await ann.page.getByRole('button', { name: 'Aprobar', exact: true }).click();
    await ann.page.getByText('Usted la pidió').waitFor();
    await confirm(ann.page, 'Aprobar');
    await ann.page.getByRole('alert').getByText('Debe aprobarlo una segunda persona').waitFor();

    // He finds it where the refunds of all payments are, and does all of it there.
    const ben = await test.as('approver', '/payins?tab=refunds');
    await ben.page.getByRole('button', { name: 'Aprobar', exact: true }).click();
    await confirm(ben.page, 'Aprobar');
    await ben.page.getByRole('button', { name: 'Registrar el pago' }).click();
    const dialog = ben.page.getByRole('dialog', { name: /Registrar que se pagaron/ });
    expect(await dialog.textContent()).not.toContain('@zenobia77');
    await dialog.getByRole('button', { name: 'Ver el destino completo' }).click();
    await dialog.getByText('@zenobia77').waitFor();
    await confirm(ben.page, 'Registrar el pago');
    await dialog.getByText('Falta este dato').waitFor();
    // A click within the dialog is none on the row behind it.
    await dialog.getByText('Qué pasará').click();
    await dialog.getByLabel('Comprobante').click();
    await ben.page.keyboard.type('transferencia 77');
    await confirm(ben.page, 'Registrar el pago');
    await ben.page
      .getByRole('cell', { name: /Pagada/ })
      .first()
      .waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect(await readsOfDestination(ben)).toBe(1);
    expect(new URL(ben.page.url()).search).toBe('?tab=refunds');
    await ben.page
      .getByRole('cell', { name: /Pagada/ })
      .first()
      .click();
    await ben.page.waitForURL(`**/console/payins/${payin.id}?tab=refunds`);
    expect(await test.testApp.api.payin(payin.id)).toMatchObject({ amountRefundedInCents: MANY });
    await ben.page.getByRole('region', { name: 'Monto' }).getByText('Devuelto$ 2.000.000').waitFor();
    expect(ben.complaints).toEqual([]);
    expect(ann.complaints.filter((one) => !one.includes('403'))).toEqual([]);
  });

  it('accepts less than was asked, and says what that means', async () => {
    const payin = await paid(await opened(), 3_000_000);
    const { page, complaints } = await test.as('operator', `/payins/${payin.id}`);
    await page.getByRole('button', { name: 'Aceptar como pagado' }).click();
    await page
      .getByText('El pago queda pagado con $ 30.000 de $ 50.000. Los $ 20.000 que faltan se dan por perdidos.')
      .waitFor();
    await confirm(page, 'Aceptar como pagado');
    await status(page, 'Pagado');
    await page.getByText('Se dio por pagado').waitFor();
    expect((await test.testApp.api.payin(payin.id)).status).toBe('APPROVED');
    expect(complaints).toEqual([]);
  });

  it('checks and cancels by the keyboard and by who may', async () => {
    const payin = await opened();
    const { page, complaints } = await test.as('support', `/payins/${payin.id}`);
    await status(page, 'Pendiente');
    await page.keyboard.press('r');
    await page.getByText('El proveedor respondió; el pago está al día').waitFor();
    expect(await page.getByRole('button', { name: 'Pedir una devolución' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Cancelar el pago' }).click();
    await page.getByText(/no se abre de nuevo/).waitFor();
    await confirm(page, 'Cancelar el pago');
    await status(page, 'Cancelado');
    await page
      .getByText(/^Se canceló/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Cancelar el pago' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('loses nothing of what was typed when the session ends', async () => {
    const payin = await paid(await opened());
    const visitor = await test.as('operator', `/payins/${payin.id}`);
    const { page, context } = visitor;
    await askRefund(page, '10.000');
    await context.clearCookies();
    await confirm(page, 'Pedir una devolución');
    await signInAgain(visitor);
    await page.getByText('La devolución quedó pedida').waitFor();
    await page.getByRole('tab', { name: 'Devoluciones (1)' }).waitFor();
    const { body } = await test.testApp.api.call<{ data: unknown[] }>('GET', `/payins/${payin.id}/refunds`);
    expect(body.data).toMatchObject([{ amountInCents: 1_000_000, status: 'REQUESTED' }]);
  });

  it('loses nothing of what was typed when the service restarts, and asks for no second refund', async () => {
    const payin = await paid(await opened());
    const { page } = await test.as('operator', `/payins/${payin.id}`);
    await askRefund(page, '10.000');
    await test.testApp.service.close();
    await confirm(page, 'Pedir una devolución');
    await page.getByRole('dialog').getByText('No hay conexión con el servicio').waitFor();
    await test.restart();
    await confirm(page, 'Pedir una devolución');
    await page.getByRole('tab', { name: 'Devoluciones (1)' }).waitFor();
    const { body } = await test.testApp.api.call<{ data: unknown[] }>('GET', `/payins/${payin.id}/refunds`);
    expect(body.data).toMatchObject([{ amountInCents: 1_000_000, status: 'REQUESTED' }]);
  });

  it('shows what came from outside as text, and says where there is no such payin', async () => {
    const payin = await opened({
      description: HOSTILE,
      metadata: { note: HOSTILE },
      inlineCustomer: {
        name: '<img src=x onerror=alert(1)>',
        idType: 'CC',
        idNumber: '1234567890',
        phone: '+573121234567',
        email: 'johndoe@example.com',
      },
    });
    const { page, complaints } = await test.as('viewer', `/payins/${payin.id}?tab=details`);
    await page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).waitFor();
    await page.getByRole('cell', { name: HOSTILE }).waitFor();
    expect(await page.getByRole('region', { name: 'Metadatos' }).textContent()).toContain('<script>');
    expect(await page.title()).toBe(`Pago ${payin.reference} · Recaudo`);
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.goto(`${test.url}/payins/0199a000-0000-7000-8000-000000000000`);
    await page.getByText('Este pago no existe').waitFor();
  });

  it('has nothing serious for axe in both themes, and fits a phone', async () => {
    const payin = await paid(await opened(), 3_000_000);
    // The story is what `every-page` visits. What looks the same in both themes by its parts is audited in one of them.
    const audited = { light: ['details'], dark: ['refunds', 'form'], phone: [''] };
    for (const options of [{ theme: 'light' }, { theme: 'dark' }, { theme: 'dark', ...PHONE }] as const) {
      const name = 'width' in options ? 'phone' : options.theme;
      const { page, complaints } = await test.as('owner', `/payins/${payin.id}`, options);
      const look = async (at: string) => {
        if (audited[name].includes(at)) expect([name, at, await seriousFindings(page)]).toEqual([name, at, []]);
        expect([name, at, await sidewaysOf(page)]).toEqual([name, at, []]);
      };
      await page.getByText('Llegó dinero', { exact: true }).first().waitFor();
      await page.getByText('Entregado').first().waitFor();
      await look('story');
      for (const [tab, label] of [
        ['money', 'Intentos y recibos'],
        ['webhooks', 'Webhooks (1)'],
        ['messages', /^Mensajes/],
        ['refunds', 'Devoluciones'],
        ['ledger', 'Contabilidad'],
        ['details', 'Datos'],
      ] as const) {
        await page.getByRole('tab', { name: label }).click();
        await page.locator(`[role=tab][aria-selected=true]`, { hasText: label }).waitFor();
        await look(tab);
      }
      await page.getByRole('button', { name: 'Pedir una devolución' }).click();
      await page.getByText('Cuenta bancaria').click();
      await page.getByLabel('Titular').waitFor();
      await look('form');
      expect(complaints).toEqual([]);
    }
  });
});
