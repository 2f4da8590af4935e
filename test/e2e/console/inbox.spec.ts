import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ticketOf } from '../../support/api-client.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { until } from '../../support/until.js';

const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let test: TestConsole;
let reference: string;
let payinId: string;

inBrowser('received webhooks in the console', () => {
  beforeAll(async () => {
    test = await startTestConsole({ RAIL_POLICY_PSE: '{"pollSeconds":[3600]}' });
    const { api, sandbox } = test.testApp;
    const payin = await api.open({ rail: 'PSE' });
    ({ reference, id: payinId } = payin);
    const ticket = ticketOf(payin);
    const order = await sandbox.tumipay.order(ticket);
    const body = { top_ticket: ticket, top_reference: order.reference, note: HOSTILE };
    await sandbox.tumipay.webhook(ticket, { body });
    await sandbox.tumipay.pay(ticket);
    await api.reaches(payin.id, 'APPROVED');
    await until('both webhooks to be applied', async () => {
      const { body } = await api.call<{ data: unknown[] }>('GET', '/inbound-webhooks?status=APPLIED');
      return body.data.length === 2;
    });
  });
  afterAll(() => test?.close());

  it('are narrowed by filters that stand in the address, and lead to their payin', async () => {
    const { page, complaints } = await test.as('viewer', '/inbox?outcome=UNREADABLE');
    const rows = page.getByRole('table', { name: 'Webhooks recibidos' }).getByRole('row');
    await page.getByRole('cell', { name: 'No se puede leer' }).waitFor();
    expect(await rows.count()).toBe(2);
    await page.getByRole('button', { name: 'Quitar filtros', exact: true }).last().click();
    await page.getByRole('cell', { name: 'Cambió el pago' }).first().waitFor();
    const box = page.getByLabel('Referencia del pago');
    await box.pressSequentially('ab', { delay: 400 });
    await page.keyboard.press('Enter');
    await page.waitForURL(/reference=ab/);
    await page.getByText('Nada coincide con los filtros').waitFor();
    await page.keyboard.type('c');
    expect(await box.inputValue()).toBe('abc');
    await box.fill('no such reference!');
    await page.getByText('De 1 a 64 letras').waitFor();
    await box.fill(reference);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`reference=${reference}`));
    await page.getByRole('heading', { name: 'Webhooks recibidos' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Webhook recibido' });
    await drawer.getByRole('link', { name: 'Abrir el pago' }).click();
    await page.waitForURL(`**/console/payins/${payinId}`);
    expect(complaints).toEqual([]);
  });

  it('show their body as it came, as text, to whoever asks for it, which the audit log keeps', async () => {
    const { page, complaints, id } = await test.as('operator', '/inbox?outcome=UNREADABLE');
    await page.getByRole('link', { name: /20\d\d/ }).click();
    const drawer = page.getByRole('dialog', { name: 'Webhook recibido' });
    await drawer.getByText('Queda en la auditoría').waitFor();
    const reads = async () => {
      const { body } = await test.testApp.api.call<{ data: unknown[] }>(
        'GET',
        `/audit-log?action=inbound_webhook.body_read`,
      );
      return JSON.stringify(body.data).split(id).length - 1;
    };
    expect(await reads()).toBe(0);
    await drawer.getByRole('button', { name: 'Ver el cuerpo' }).click();
    await drawer.getByRole('region', { name: 'Cuerpo' }).waitFor();
    expect(await drawer.getByRole('region', { name: 'Cuerpo' }).textContent()).toContain('<script>');
    await drawer.getByText('Ordenado').click();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(await page.title()).toBe('Webhooks recibidos · Recaudo');
    expect(await reads()).toBe(1);

    await drawer.getByRole('button', { name: 'Aplicar de nuevo' }).click();
    await page.getByText('Lo que ya se aplicó no cambia nada').waitFor();
    await page.getByRole('dialog').last().getByRole('button', { name: 'Aplicar de nuevo' }).click();
    await page.getByText('Se aplica de nuevo', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('are applied again only by whoever may, have nothing serious for axe, and fit a phone', async () => {
    for (const options of [{ theme: 'light' }, { theme: 'dark' }, { theme: 'dark', ...PHONE }] as const) {
      const { page, complaints } = await test.as('support', '/inbox', options);
      const name = Object.values(options).join('-');
      await page.getByRole('cell', { name: 'No se puede leer' }).waitFor();
      expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      await page
        .getByRole('link', { name: /20\d\d/ })
        .first()
        .click();
      const drawer = page.getByRole('dialog', { name: 'Webhook recibido' });
      await drawer.getByText('Firma verificada por').waitFor();
      expect([name, await seriousFindings(page)]).toEqual([name, []]);
      expect(await drawer.getByRole('button', { name: 'Aplicar de nuevo' }).count()).toBe(0);
      expect(complaints).toEqual([]);
    }
  });
});
