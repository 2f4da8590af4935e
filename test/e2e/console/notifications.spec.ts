import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { inBrowser, PHONE, sidewaysOf, startTestConsole, type TestConsole } from '../../support/console.js';
import { type EndpointServer, startEndpointServer } from '../../support/endpoint-server.js';
import { NotificationApi } from '../../support/notification-api.js';
import { PASSWORD } from '../../support/people.js';
import { RESENT_MAX } from '../../../src/notifications/notification.queries.js';
import { until } from '../../support/until.js';

let test: TestConsole;
let server: EndpointServer;
let endpoints: NotificationApi;

const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click();

async function openMenu(page: Page, url: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Más acciones de ${url}` }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

inBrowser('notifications in the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    server = await startEndpointServer();
    endpoints = new NotificationApi(test.testApp.api);
    const { id } = await endpoints.createEndpoint({ url: `${server.url}/zero`, description: 'tienda' });
    await endpoints.tried(await endpoints.sendTest(id));
  });
  afterAll(async () => {
    await test?.close();
    await server?.close();
  });

  it('make an endpoint, whose secret is shown once, and test it', async () => {
    const url = `${server.url}/first`;
    const { page, complaints, context } = await test.as('developer', '/notifications?tab=endpoints');
    await page.getByRole('button', { name: 'Nuevo destino' }).click();
    await page.getByLabel('Dirección').fill('example.com');
    await confirm(page, 'Nuevo destino');
    await page.getByText('Escriba una dirección que empiece por https://').waitFor();
    await page.getByLabel('Dirección').fill(url);
    await page.getByLabel('Descripción').fill('sucursal');
    // The session ends in the middle of it: nothing that was typed is lost.
    await context.clearCookies();
    await confirm(page, 'Nuevo destino');
    const again = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
    await again.getByLabel('Contraseña').fill(PASSWORD);
    await again.getByRole('button', { name: 'Iniciar sesión' }).click();
    const secret = page.getByRole('dialog', { name: 'Secreto para verificar las firmas' });
    const shown = await secret.getByText(/^whsec_/).textContent();
    await page.keyboard.press('Escape');
    await secret.getByRole('button', { name: 'Lo guardé' }).click();
    await page.getByText(url, { exact: true }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain(shown);

    await page.getByRole('row', { name: /first/ }).getByRole('button', { name: 'Probar' }).click();
    await confirm(page, 'Probar');
    const drawer = page.getByRole('dialog', { name: 'Mensaje' });
    await drawer.getByText('Entregado', { exact: true }).first().waitFor();
    await drawer.getByText('Intento 1').waitFor();
    expect(server.received.map(({ message }) => message.type)).toContain('webhook_endpoint.test');
    expect(new URL(page.url()).search).toMatch(/message=/);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });

    await openMenu(page, url, 'Cambiar el secreto');
    await page.getByText('Después de 24 horas el secreto de hoy ya no sirve.').waitFor();
    await confirm(page, 'Cambiar el secreto');
    expect(await secret.getByText(/^whsec_/).textContent()).not.toBe(shown);
    await secret.getByRole('button', { name: 'Lo guardé' }).click();
    await page.getByText(/Firma con dos secretos hasta/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('change an endpoint, switch it off and on, and delete it', async () => {
    const { id, url } = await endpoints.createEndpoint({ url: `${server.url}/second` });
    const { page, complaints } = await test.as('developer', '/notifications?tab=endpoints');
    await openMenu(page, url, 'Editar');
    await page.getByLabel('Descripción').fill('otra tienda');
    await page.getByRole('dialog').getByLabel('Eventos').first().click();
    await page.getByRole('option', { name: 'Quedó pagado' }).click();
    await page.keyboard.press('Escape');
    // What somebody else changes meanwhile stays.
    await endpoints.updateEndpoint(id, { includePersonalData: true });
    await page.getByRole('dialog').getByRole('button', { name: 'Guardar' }).click();
    await page.getByText('otra tienda').waitFor();
    await openMenu(page, url, 'Desactivar');
    await confirm(page, 'Desactivar');
    await page.getByText('Desactivado', { exact: true }).waitFor();
    expect(await endpoints.endpoint(id)).toMatchObject({
      status: 'DISABLED',
      description: 'otra tienda',
      eventTypes: ['payin.approved'],
      includePersonalData: true,
    });
    await openMenu(page, url, 'Activar');
    await confirm(page, 'Activar');
    await page.getByText('Desactivado', { exact: true }).waitFor({ state: 'detached' });
    await openMenu(page, url, 'Eliminar');
    await page.getByText('no se puede reenviar').waitFor();
    await confirm(page, 'Eliminar');
    await page.getByText(url, { exact: true }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('send a period again, and say how many went out', async () => {
    const { id } = await endpoints.createEndpoint({ url: `${server.url}/third`, eventTypes: ['payin.pending'] });
    server.answers((response) => response.writeHead(410).end());
    await test.testApp.api.open({ rail: 'PSE' });
    // It answered 410, so the endpoint is off, and its message is kept.
    await until('the endpoint to be off', async () => (await endpoints.endpoint(id)).status === 'DISABLED');
    server.answers((response) => response.writeHead(204).end());
    await endpoints.updateEndpoint(id, { status: 'ENABLED' });
    const { page, complaints } = await test.as('support', `/notifications?endpointId=${id}`);
    await page.getByRole('cell', { name: 'No entregado' }).waitFor();
    await page.getByRole('button', { name: 'Enviar de nuevo un período' }).click();
    await page.getByText(/Los mensajes no entregados escritos del 20/).waitFor();
    await confirm(page, 'Enviar de nuevo un período');
    await page.getByText('1 mensaje sale de nuevo').waitFor();
    // Whoever comes back from another page finds how it went.
    const menu = page.getByRole('navigation');
    await menu.getByRole('link', { name: 'Pagos' }).click();
    await page.getByRole('heading', { level: 1, name: 'Pagos' }).waitFor();
    await page.goBack();
    await page.getByText('1 mensaje sale de nuevo').waitFor();
    await page.getByRole('cell', { name: 'Entregado', exact: true }).waitFor();
    expect(await endpoints.list(`endpointId=${id}`)).toMatchObject([{ status: 'DELIVERED' }]);
    expect(complaints).toEqual([]);
  });

  it('show a role what it may do alone, and fit a phone', async () => {
    for (const options of [{ theme: 'light' }, { theme: 'dark' }, { theme: 'dark', ...PHONE }] as const) {
      const { page, complaints } = await test.as('viewer', '/notifications', options);
      const name = Object.values(options).join('-');
      await page.getByRole('link', { name: 'Mensaje de prueba' }).first().waitFor();
      expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      expect(await page.getByRole('button', { name: 'Enviar de nuevo un período' }).count()).toBe(0);
      await page.getByRole('tab', { name: 'Destinos' }).click();
      await page.getByText('tienda', { exact: true }).waitFor();
      for (const button of ['Nuevo destino', 'Probar'])
        expect([button, await page.getByRole('button', { name: button }).count()]).toEqual([button, 0]);
      expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      expect(complaints).toEqual([]);
    }
  });

  it('send a period again that takes more than one request: it shows how far it is, stops and goes on', async () => {
    const { id } = await endpoints.createEndpoint({ url: `${server.url}/fourth` });
    // Nothing is answered before the end: what goes out is not of interest here.
    const held: ServerResponse[] = [];
    server.answers((response) => void held.push(response));
    const ALL = 2 * RESENT_MAX + 50;
    await test.testApp.database.query(
      `insert into notifications (organization_id, id, sequence, type, endpoint_id, partition, body, attempts, last_result, created_at)
       select organization_id, uuidv7(), 0, 'payin.pending', id, id::text, '{}', 1, 'HTTP 500', now() - (n || ' ms')::interval
       from webhook_endpoints, generate_series(1, $2::int) n where id = $1`,
      [id, ALL],
    );
    const { page, complaints } = await test.as('support', `/notifications?endpointId=${id}&status=FAILED`);
    let goOn = () => {};
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    let requests = 0;
    await page.route('**/notifications/resend', async (route) => {
      requests += 1;
      if (requests === 2) await mayGoOn;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Enviar de nuevo un período' }).click();
    const yesterday = new Date(Date.now() - 29 * 3_600_000).toISOString().slice(0, 10);
    await page.getByRole('dialog').getByLabel('Desde').fill(yesterday);
    await page.getByRole('dialog').getByLabel('Desde').press('Tab');
    await confirm(page, 'Enviar de nuevo un período');
    await page.getByText(`Se reenvía el período: ${RESENT_MAX} mensajes hasta ahora`).waitFor();
    const bar = page.getByRole('progressbar', { name: 'Enviar de nuevo un período' });
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Detener' }).click();
    goOn();
    await page.getByText(`Se detuvo: ${2 * RESENT_MAX} mensajes ya salen de nuevo`).waitFor();
    expect(requests).toBe(2);
    await page.getByRole('button', { name: 'Seguir donde quedó' }).click();
    await page.getByText(`${ALL} mensajes salen de nuevo`, { exact: true }).waitFor();
    expect(requests).toBe(3);
    expect(complaints).toEqual([]);
    await endpoints.updateEndpoint(id, { status: 'DISABLED' });
    server.answers((response) => response.writeHead(204).end());
    for (const response of held) response.writeHead(204).end();
  });
});
