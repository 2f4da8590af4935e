import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ROLES, type Role, scopesOf } from '../../../src/auth/scopes.js';
import { ApiClient } from '../../support/api-client.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  signIn,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { invitedOwner, joined, PASSWORD } from '../../support/people.js';
import { secondOrganization } from '../../support/second-organization.js';
import { until } from '../../support/until.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let test: TestConsole;

inBrowser('people and keys of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
  });

  afterAll(() => test?.close());

  it('makes a key that works over the API, rotates it with an overlap, and revokes it with all that it made', async () => {
    const { page, complaints } = await test.as('owner', '/keys');
    await page.getByRole('button', { name: 'Crear una llave' }).first().click();
    const create = page.getByRole('dialog', { name: 'Crear una llave' });
    await create.getByLabel('Nombre').fill(`shop ${HOSTILE}`);
    await create.getByText('Por permisos').click();
    await create.getByText('Elija al menos un permiso').waitFor();
    expect(await create.getByRole('button', { name: 'Crear una llave' }).isDisabled()).toBe(true);
    for (const scope of ['Pagos: Leer', 'Llaves: Leer', 'Llaves: Cambiar']) await create.getByLabel(scope).check();
    await create.getByLabel('Desde qué redes').fill('not a network');
    await create.getByRole('button', { name: 'Crear una llave' }).click();
    await create.getByText('Alguna no es una red').waitFor();
    await create.getByLabel('Desde qué redes').fill('127.0.0.0/8\n10.0.0.0/8');
    await create.getByRole('button', { name: '90 días' }).click();
    await create.getByRole('button', { name: 'Crear una llave' }).click();

    const shown = page.getByRole('dialog', { name: /^Llave shop/ });
    await shown.getByText('Solo se muestra ahora').waitFor();
    const first = (await shown.locator('pre').textContent())!;
    expect(first).toMatch(/^rk_test_/);
    await page.keyboard.press('Escape');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await shown.getByRole('button', { name: 'Copiar' }).click();
    await shown.getByText('Copiado').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(first);
    await shown.getByRole('button', { name: 'Lo guardé' }).click();
    await shown.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(first);

    const api = new ApiClient(test.testApp.url, first);
    expect((await api.call('GET', '/payins')).status).toBe(200);
    expect((await api.call('GET', '/people')).status).toBe(403);
    const child = await api.call<{ key: string }>('POST', '/api-keys', {
      name: 'its own child',
      scopes: ['payins:read'],
    });
    expect(child.status).toBe(201);

    const row = page.getByRole('row', { name: /^shop/ });
    await row.getByText('3 permisos').click();
    await row.getByText('keys:write').waitFor();
    await row.getByText('127.0.0.0/8, 10.0.0.0/8').waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);

    await row.getByRole('button', { name: /^Acciones: shop/ }).click();
    await page.getByRole('menuitem', { name: 'Rotar' }).click();
    const rotate = page.getByRole('dialog', { name: 'Rotar' });
    await rotate.getByText(/^Hasta .* Cambie la llave/).waitFor();
    await rotate.getByRole('button', { name: 'Rotar' }).click();
    await shown.waitFor();
    const second = (await shown.locator('pre').textContent())!;
    expect(second).not.toBe(first);
    await shown.getByRole('button', { name: 'Lo guardé' }).click();
    await row.getByText(/^La anterior sirve hasta/).waitFor();
    for (const key of [first, second])
      expect((await new ApiClient(test.testApp.url, key).call('GET', '/payins')).status).toBe(200);

    await page.getByRole('row', { name: /^its own child/ }).waitFor();
    await row.getByRole('button', { name: /^Acciones: shop/ }).click();
    await page.getByRole('menuitem', { name: 'Revocar' }).click();
    const revoke = page.getByRole('dialog', { name: 'Revocar' });
    await revoke.getByText('También termina la llave que creó:').waitFor();
    await revoke.getByText('its own child').waitFor();
    await revoke.getByText('No se puede deshacer').waitFor();
    await revoke.getByRole('button', { name: 'Revocar' }).click();
    await row.waitFor({ state: 'detached' });
    for (const key of [first, second, child.body.key])
      await until(
        'the key stops',
        async () => (await new ApiClient(test.testApp.url, key).call('GET', '/payins')).status === 401,
      );
    await page.getByLabel('Mostrar también revocadas y vencidas').check({ force: true });
    await row.getByText('Revocada').waitFor();
    expect(new URL(page.url()).search).toBe('?show=all');
    expect(complaints.filter((one) => !one.includes('status of 400'))).toEqual([]);
  });

  it('offers a developer the roles and scopes that they may give, and no others', async () => {
    const { page } = await test.as('developer', '/keys');
    await page.getByRole('button', { name: 'Crear una llave' }).first().click();
    const create = page.getByRole('dialog', { name: 'Crear una llave' });
    await create.getByRole('combobox', { name: 'Rol' }).click();
    const names: Record<Role, string> = {
      ...{ viewer: 'Consulta', support: 'Soporte', operator: 'Operación', approver: 'Aprobación' },
      ...{ developer: 'Desarrollo', owner: 'Propietario' },
    };
    const may = scopesOf('developer');
    const given = ROLES.filter((role) => [...scopesOf(role)].every((scope) => may.has(scope)));
    const options = page.getByRole('option');
    await options.first().waitFor();
    expect((await options.locator('p:first-child').allTextContents()).toSorted()).toEqual(
      given.map((role) => names[role]).toSorted(),
    );
    await page.keyboard.press('Escape');
    await create.getByText('Por permisos').click();
    await create.getByRole('checkbox').first().waitFor();
    expect(await create.getByRole('checkbox').count()).toBe(may.size);
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Personas' }).count()).toBe(0);
  });

  it('keeps a key from being made twice: what was typed survives a session that ends', async () => {
    const { page, context } = await test.as('owner', '/keys');
    await page.getByRole('button', { name: 'Crear una llave' }).first().click();
    const create = page.getByRole('dialog', { name: 'Crear una llave' });
    await create.getByLabel('Nombre').fill('typed before the end');
    await context.clearCookies();
    await create.getByRole('button', { name: 'Crear una llave' }).click();
    const again = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
    await again.getByLabel('Contraseña').fill(PASSWORD);
    await again.getByRole('button', { name: 'Iniciar sesión' }).click();
    const shown = page.getByRole('dialog', { name: 'Llave typed before the end' });
    await shown.getByRole('button', { name: 'Lo guardé' }).click();
    const rows = page.getByRole('row', { name: /^typed before the end/ });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
  });

  it('invites a person who accepts elsewhere, and changes, signs out and disables them', async () => {
    const { page, complaints } = await test.as('owner', '/people');
    const email = `${randomUUID()}@example.com`;
    await page.getByRole('button', { name: 'Invitar a una persona' }).click();
    const invite = page.getByRole('dialog', { name: 'Invitar a una persona' });
    await invite.getByLabel('Nombre').fill(HOSTILE);
    await invite.getByLabel('Correo electrónico').fill(email);
    await invite.getByRole('combobox', { name: 'Rol' }).click();
    await page.getByRole('option', { name: /^Soporte/ }).click();
    await invite.getByRole('button', { name: 'Invitar a una persona' }).click();
    const shown = page.getByRole('dialog', { name: /^Enlace de invitación/ });
    const url = (await shown.locator('pre').textContent())!;
    await shown.getByRole('button', { name: 'Lo guardé' }).click();
    const row = page.getByRole('row').filter({ hasText: email });
    await row.getByText('Invitada').waitFor();
    await row.getByText(/^El enlace vence/).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);

    const other = await test.open(new URL(url).pathname.replace('/console', ''));
    expect(await seriousFindings(other.page)).toEqual([]);
    await other.page.getByLabel('Su nombre').fill('Ana');
    await other.page.getByLabel('Contraseña').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Aceptar y entrar' }).click();
    await other.page.getByRole('button', { name: 'Cuenta', exact: true }).click();
    await other.page.getByRole('menuitem', { name: 'Cerrar sesión' }).click();
    await signIn(other.page, email);
    await row.getByText('Activa').waitFor();
    await row.getByText('Ana', { exact: true }).waitFor();
    expect(await other.page.getByRole('link', { name: 'Personas' }).count()).toBe(0);

    const late = await test.open(new URL(url).pathname.replace('/console', ''));
    await late.page.getByLabel('Su nombre').fill('Eve');
    await late.page.getByLabel('Contraseña').fill(PASSWORD);
    await late.page.getByRole('button', { name: 'Aceptar y entrar' }).click();
    await late.page.getByText('Esta invitación ya no sirve').waitFor();

    const act = async (what: string) => {
      await row.getByRole('button', { name: 'Acciones: Ana' }).click();
      await page.getByRole('menuitem', { name: what }).click();
      return page.getByRole('dialog', { name: what });
    };
    const role = await act('Cambiar el rol');
    await role.getByRole('combobox', { name: 'Rol' }).click();
    await page.getByRole('option', { name: /^Propietario/ }).click();
    await role.getByRole('button', { name: 'Cambiar el rol' }).click();
    await row.getByText('Propietario').waitFor();
    const end = await act('Terminar sus sesiones');
    await end.getByText('sale de todos los navegadores').waitFor();
    await end.getByRole('button', { name: 'Terminar sus sesiones' }).click();
    await page.getByText('Las sesiones de Ana terminaron').waitFor();
    await other.page.reload();
    await signIn(other.page, email);
    const disable = await act('Desactivar');
    await disable.getByText('No se puede deshacer').waitFor();
    await disable.getByRole('button', { name: 'Desactivar' }).click();
    await row.getByText('Desactivada').waitFor();
    await page.goto(`${test.url}/people?status=INVITED`);
    await page.getByText('Nada coincide con los filtros').waitFor();
    expect(complaints).toEqual([]);
    expect(late.complaints.filter((one) => !one.includes('status of 404'))).toEqual([]);
  });

  it('asks whoever has an account already for its password', async () => {
    const { email } = await joined(test.testApp, 'viewer');
    const { api } = await secondOrganization(test.testApp);
    const body = { email, name: 'Ana', role: 'viewer' };
    const invited = await api.call<{ invitationUrl: string }>('POST', '/people', body);
    const { page } = await test.open(new URL(invited.body.invitationUrl).pathname.replace('/console', ''));
    await page.getByLabel('Su nombre').fill('Ana');
    await page.getByLabel('Contraseña').fill(`not ${PASSWORD}`);
    await page.getByRole('button', { name: 'Aceptar y entrar' }).click();
    await page.getByText('Ya hay una cuenta con este correo').waitFor();
    await page.getByLabel('Contraseña').fill(PASSWORD);
    await page.getByRole('button', { name: 'Aceptar y entrar' }).click();
    await page.getByRole('heading', { name: 'Elija una organización' }).waitFor();
  });

  it('shows nothing of people to a role that may not see them', async () => {
    const { page, complaints } = await test.as('operator', '/keys');
    await page.getByText('Su rol no permite ver esto').waitFor();
    await page.getByText(/keys:read/).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([[{ theme: 'light' } as const], [{ theme: 'dark', ...PHONE } as const]])(
    'fits, and has nothing serious for axe in its dialogs, in %o',
    async (options) => {
      await invitedOwner(test.testApp, 'operator');
      const { page, complaints } = await test.as('owner', '/people', options);
      const name = Object.values(options).join('-');
      const check = async (what: string) => {
        expect([what, name, await sidewaysOf(page)]).toEqual([what, name, []]);
      };
      await page.getByText('Invitada').first().waitFor();
      await check('people');
      await page.getByRole('button', { name: 'Invitar a una persona' }).click();
      await page.getByRole('dialog').getByLabel('Correo electrónico').waitFor();
      if (options.theme === 'light') {
        await check('people-invite');
        expect(await seriousFindings(page)).toEqual([]);
      }
      await page.goto(`${test.url}/keys?show=all`);
      await page
        .getByRole('button', { name: /^Acciones/ })
        .first()
        .waitFor();
      await check('keys');
      await page.getByRole('button', { name: 'Crear una llave' }).first().click();
      await page.getByText('Por permisos').click();
      await page.getByRole('checkbox', { name: 'Pagos: Leer' }).waitFor();
      if (options.theme === 'dark') {
        await check('keys-create');
        expect(await seriousFindings(page)).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
  );
});
