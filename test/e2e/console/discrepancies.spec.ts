import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import type { DiscrepancyView } from '../../support/api-client.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { PASSWORD } from '../../support/people.js';
import { providerSide } from '../../support/provider-side.js';
import { compared, csv } from '../../support/statements.js';
import { until } from '../../support/until.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let test: TestConsole;

/** Pays another amount than was asked for. */
async function paidWrong(reference: string, amountInCents: number, paidInCents: number): Promise<PresentedPayin> {
  const { api } = test.testApp;
  const payin = await api.open({ provider: 'teemopay', rail: 'BRE_B', reference, amountInCents });
  const { control, order } = await providerSide(test.testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents: paidInCents });
  await until(`a discrepancy of ${reference}`, async () => (await api.discrepancies(payin.id))[0]);
  return payin;
}

async function discrepancyOf({ id }: { id: string }): Promise<DiscrepancyView & { resolution: string | null }> {
  const [found] = await test.testApp.api.discrepancies(id);
  return found as DiscrepancyView & { resolution: string | null };
}

const items = (page: Page) => page.getByRole('list', { name: 'Lista de discrepancias' }).getByRole('link');
const item = (page: Page, reference: string) => items(page).filter({ hasText: reference });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });
const dialog = (page: Page) => page.getByRole('dialog');

inBrowser('discrepancies in the console', () => {
  let large: PresentedPayin;
  let small: PresentedPayin;

  beforeAll(async () => {
    test = await startTestConsole({ PROVIDERS: 'tumipay,teemopay' });
    small = await paidWrong('short-small', 5_000_000, 4_000_000);
    large = await paidWrong('over-large', 5_000_000, 305_000_000);
    await paidWrong('over-middle', 5_000_000, 12_000_000);
    await compared(
      test.testApp.api,
      csv(`"${HOSTILE}",,1234500,COP,APPROVED,,`, `short-small,,4500000,COP,APPROVED,,`),
      { provider: 'teemopay' },
    );
  });

  afterAll(() => test?.close());

  it('has the most money first, shows the evidence side by side, and finds one by its reference and its kind', async () => {
    const { page, complaints } = await test.as('viewer', '/discrepancies');
    await item(page, 'over-large').waitFor();
    const shown = await items(page).allTextContents();
    expect(shown[0]).toContain('$ 3.000.000');
    expect(shown.findIndex((text) => text.includes('over-middle'))).toBeLessThan(
      shown.findIndex((text) => text.includes('short-small')),
    );
    await heading(page, 'Llegó de más').waitFor();
    const evidence = page.getByRole('region', { name: 'Evidencia, lado a lado' }).getByRole('table');
    const amounts = evidence.getByRole('row', { name: /^Monto/ });
    expect(await amounts.textContent()).toContain('$ 3.050.000');

    const box = page.getByRole('searchbox', { name: 'Referencia' });
    // Slowly: the list is asked for in between, and the box keeps the focus and what is typed.
    await box.pressSequentially('arx', { delay: 400 });
    await page.waitForURL(/reference=arx/);
    expect(await box.inputValue()).toBe('arx');
    await page.keyboard.press('Backspace');
    expect(await box.inputValue()).toBe('ar');
    await box.fill('short-small');
    await page.waitForURL(/reference=short-small/);
    await item(page, 'over-large').waitFor({ state: 'detached' });
    await heading(page, 'Llegó de menos').waitFor();
    // Who may only read is not offered what they may not do.
    expect(await page.getByRole('button', { name: 'Resolver' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Quitar filtros', exact: true }).last().click();
    await item(page, 'over-large').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(complaints).toEqual([]);
  });

  it('shows what came from outside as text', async () => {
    const { page, complaints } = await test.as('viewer', '/discrepancies?kind=MISSING_HERE');
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.title()).toBe('Discrepancias · Recaudo');
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is worked through by the keyboard alone: j, k, Enter, r', async () => {
    const payin = await paidWrong('by-keyboard', 5_000_000, 5_100_000);
    const { page, complaints } = await test.as('operator', '/discrepancies?kind=OVERPAID');
    await item(page, 'by-keyboard').waitFor();
    const at = (await items(page).allTextContents()).findIndex((text) => text.includes('by-keyboard'));
    for (let step = 0; step < at; step += 1) await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.getByRole('link', { name: 'by-keyboard', exact: true }).waitFor();
    expect(await item(page, 'by-keyboard').getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('Enter');
    await page.waitForURL(/id=/);
    await page.keyboard.press('r');
    await dialog(page).getByText('¿Cómo se resuelve?').waitFor();
    // Sent without a choice and a note: it says what is missing.
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Elija una forma de resolverla').waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Abonado a la próxima factura');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.keyboard.press('r');
    expect(await dialog(page).getByLabel('Nota').inputValue()).toBe('Abonado a la próxima factura');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Resuelta: Llegó de más, by-keyboard').waitFor();
    await item(page, 'by-keyboard').waitFor({ state: 'detached' });
    expect(await discrepancyOf(payin)).toMatchObject({ status: 'RESOLVED', resolution: 'ACCEPTED' });
    expect(complaints).toEqual([]);
  });

  it('asks a second person for what moves much money, who finds it among what waits for them', async () => {
    const [first, second] = await Promise.all([
      test.as('operator', '/discrepancies?reference=over-large'),
      test.as('approver', '/discrepancies?tab=mine'),
    ]);
    await second.page.getByText('Nada espera su aprobación.').waitFor();
    await first.page.getByRole('button', { name: 'Resolver' }).click();
    await dialog(first.page).getByLabel('Castigar').check();
    await dialog(first.page).getByLabel('Nota').fill('El banco lo confirma');
    await dialog(first.page).getByText('No se puede deshacer').waitFor();
    await dialog(first.page).getByRole('button', { name: 'Resolver' }).click();
    await first.page.getByText(/^Propuesta: ahora la debe aprobar otra persona/).waitFor();
    await first.page.getByText('Espera a otra persona').waitFor();
    expect(await first.page.getByRole('button', { name: 'Aprobar' }).count()).toBe(0);
    expect(await first.page.getByRole('tab', { name: 'Esperan por usted' }).count()).toBe(0);

    await item(second.page, 'over-large').waitFor();
    await second.page.getByRole('tab', { name: 'Esperan por usted 1' }).waitFor();
    await heading(second.page, 'Llegó de más').waitFor();
    await second.page.keyboard.press('a');
    await dialog(second.page)
      .getByText(/Castigar, \$ 3\.000\.000/)
      .waitFor();
    await dialog(second.page).getByRole('button', { name: 'Aprobar' }).click();
    await second.page.getByText('Aprobada: Llegó de más, over-large').waitFor();
    await first.page.getByText('Cómo terminó: Castigada').waitFor();
    expect(await discrepancyOf(large)).toMatchObject({ status: 'RESOLVED', resolution: 'WRITTEN_OFF' });
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });

  it('refunds to a Bre-B key, also when the session ends in the middle of the form', async () => {
    const payin = await paidWrong('to-refund', 5_000_000, 5_500_000);
    const { page, context } = await test.as('operator', '/discrepancies?reference=to-refund');
    await page.getByRole('button', { name: 'Resolver' }).click();
    await dialog(page).getByLabel('Devolver el dinero').check();
    await dialog(page).getByLabel('Nota').fill('El cliente pagó de más');
    await dialog(page).getByRole('button', { name: 'Resolver' }).click();
    await dialog(page).getByText('Una llave tiene de 3 a 92').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Llave Bre-B' }).fill('@ana123');
    await context.clearCookies();
    await dialog(page).getByRole('button', { name: 'Resolver' }).click();
    const again = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
    await again.getByLabel('Contraseña').fill(PASSWORD);
    await again.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByText(/^Devolución solicitada/).waitFor();
    await page.getByText('Se pidió devolver $ 5.000').waitFor();
    // Who looks at a discrepancy has not seen the account.
    const reads = await test.testApp.api.call<{ data: unknown[] }>('GET', '/audit-log?action=refund.destination_read');
    expect(reads.body.data).toEqual([]);
    const { body } = await test.testApp.api.call<{ data: { amountInCents: number; to: object }[] }>(
      'GET',
      `/payins/${payin.id}/refunds`,
    );
    expect(body.data).toMatchObject([{ amountInCents: 500_000, to: { type: 'BRE_B_KEY' } }]);
  });

  it('books what arrived, and says what the API refuses', async () => {
    const { page } = await test.as('operator', '/discrepancies?reference=short-small&kind=UNDERPAID');
    await page.getByRole('button', { name: 'Resolver' }).click();
    await dialog(page).getByLabel('Registrar un reverso').check();
    await dialog(page).getByLabel('Monto').fill('900.000');
    await dialog(page).getByLabel('Nota').fill('Visto en el banco');
    await dialog(page).getByRole('button', { name: 'Resolver' }).click();
    await dialog(page).getByText('El pago no permite esta corrección').waitFor();
    await dialog(page).getByLabel('Registrar un pago que llegó').check();
    await dialog(page).getByLabel('Monto').fill('10.000');
    await dialog(page).getByLabel('Número del pago').fill('BANCO-7');
    await dialog(page).getByRole('button', { name: 'Resolver' }).click();
    await page.getByText('Resuelta: Llegó de menos, short-small').waitFor();
    expect(await test.testApp.api.payin(small.id)).toMatchObject({
      status: 'APPROVED',
      amountReceivedInCents: 5_000_000,
    });
  });

  it('has nothing serious for axe in both themes, and fits a phone', async () => {
    for (const options of [{ theme: 'light' }, { theme: 'dark' }, { theme: 'dark', ...PHONE }] as const) {
      const { page, complaints } = await test.as('approver', '/discrepancies', options);
      const name = Object.values(options).join('-');
      await item(page, 'over-middle').waitFor();
      if ('width' in options) expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      await item(page, 'over-middle').click();
      await page.getByRole('region', { name: 'Evidencia, lado a lado' }).waitFor();
      expect([name, await seriousFindings(page)]).toEqual([name, []]);
      expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      await page.keyboard.press('r');
      await dialog(page).getByLabel('Devolver el dinero').check();
      expect([name, await seriousFindings(page)]).toEqual([name, []]);
      await page.keyboard.press('Escape');
      if ('width' in options) {
        await page.getByRole('button', { name: 'Volver a la lista' }).click();
        await item(page, 'over-middle').waitFor();
      }
      expect(complaints).toEqual([]);
    }
  });
});
