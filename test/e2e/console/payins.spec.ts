import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { URI } from 'otpauth';
import {
  inBrowser,
  sidewaysOf,
  PHONE,
  seriousFindings,
  signIn,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { SignInLinks } from '../../../src/people/sign-in-links.js';
import { joined, PASSWORD } from '../../support/people.js';
import { API_KEY } from '../../support/test-app.js';

const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let test: TestConsole;

inBrowser('the console in a browser', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    const { api } = test.testApp;
    await api.open({ rail: 'PSE', reference: 'order-1001' });
    await api.open({ rail: 'BRE_B', reference: 'order-1002', amountInCents: 123_456_700 });
    await api.open({
      rail: 'PSE',
      reference: 'order-1003',
      description: HOSTILE,
      metadata: { note: HOSTILE },
      inlineCustomer: {
        name: HOSTILE,
        idType: 'CC',
        idNumber: '1234567890',
        phone: '+573121234567',
        email: 'johndoe@example.com',
      },
    });
  });

  afterAll(() => test?.close());

  it('asks for the second factor once it is set up, which its owner does with a QR code', async () => {
    const { email } = await joined(test.testApp, 'operator');
    const { page, context, complaints } = await test.open('/account');
    await page.getByLabel('Contraseña').waitFor();
    // Only where it is set up.
    expect(await page.getByRole('link', { name: 'Iniciar sesión con la cuenta de la empresa' }).count()).toBe(0);
    await signIn(page, email);
    await page.getByRole('button', { name: 'Configurar' }).click();
    await page.getByRole('img', { name: /Escanee/ }).waitFor();
    const secret = await page.locator('code').first().textContent();
    const totp = URI.parse(`otpauth://totp/x?secret=${secret}`);
    await page.getByLabel(/escriba el código/).fill(totp.generate());
    await page.getByRole('button', { name: 'Configurar' }).click();
    await page.getByRole('heading', { name: 'Códigos de recuperación' }).waitFor();
    const recovery = await page.locator('code').first().textContent();
    await page.getByRole('button', { name: 'Los guardé' }).click();
    await page.getByText('El segundo factor está configurado.').waitFor();
    await context.clearCookies();
    await page.reload();
    await page.getByLabel('Correo electrónico').fill(email);
    await page.getByLabel('Contraseña').fill(PASSWORD);
    await page.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByLabel('Código').fill(recovery!);
    await page.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByText('El segundo factor está configurado.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('lets in by the link of npm start, once, and keeps nothing of it in the address', async () => {
    const link = await test.testApp.service.app.get(SignInLinks).make(API_KEY);
    const path = link!.slice(link!.indexOf('/console') + '/console'.length);
    const { page, complaints } = await test.open(path);
    await page.getByRole('heading', { name: 'Resumen' }).waitFor();
    expect(page.url()).toBe(`${test.url}/`);
    const second = await test.open(path);
    await second.page
      .getByRole('alert')
      .getByText(/El enlace ya se usó o venció/)
      .waitFor();
    expect(second.page.url()).not.toContain('token');
    expect(complaints).toEqual([]);
  });

  it('says in plain words what is wrong at signing in, and keeps what was typed', async () => {
    const { email } = await joined(test.testApp, 'viewer');
    const { page } = await test.open('/payins');
    await page.getByLabel('Correo electrónico').fill(email);
    await page.getByLabel('Contraseña').fill('wrong');
    expect(await page.getByRole('link', { name: 'Iniciar sesión con la cuenta de la empresa' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByRole('alert').getByText('El correo o la contraseña no son correctos').waitFor();
    expect(await page.getByLabel('Correo electrónico').inputValue()).toBe(email);
  });

  it('has the filters of payments in the address and what is searched for out of it, and refreshes by itself', async () => {
    const { page, complaints } = await test.as('viewer', '/payins?rail=BRE_B');
    const rows = page.getByRole('table', { name: 'Pagos' }).getByRole('row');
    await page.getByRole('link', { name: 'order-1002' }).waitFor();
    expect(await rows.count()).toBe(2);
    expect(await rows.nth(1).textContent()).toContain('$ 1.234.567');
    await page.getByRole('button', { name: 'Quitar filtros', exact: true }).last().click();
    await page.getByRole('link', { name: 'order-1001' }).waitFor();
    expect(new URL(page.url()).search).toBe('');

    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Pagos' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('order-1001');
    await page.getByRole('link', { name: 'order-1002' }).waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('1001');
    await page.reload();
    await page.getByRole('link', { name: 'order-1001' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('order-1001');
    expect(await rows.count()).toBe(2);

    // The page anew by the menu has no text, and going back has the one that was there.
    await page.getByRole('navigation').getByRole('link', { name: 'Pagos' }).click();
    await page.getByRole('link', { name: 'order-1002' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    await page.goBack();
    await page.getByRole('link', { name: 'order-1002' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('searchbox').inputValue()).toBe('order-1001');

    await page.getByRole('searchbox').fill('');
    await page.getByRole('link', { name: 'order-1002' }).waitFor();
    await page.getByRole('heading', { name: 'Pagos' }).click();
    await test.testApp.api.open({ rail: 'PSE', reference: 'order-1004' });
    await page.getByRole('link', { name: 'order-1004' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/payins\/[0-9a-f-]{36}$/);
    expect(complaints).toEqual([]);
  });

  it('shows what came from outside as text', async () => {
    const { page, complaints } = await test.as('viewer', '/payins');
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.title()).toBe('Pagos · Recaudo');
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('holds to its policy: an inline script and a style without the nonce have no effect', async () => {
    const { page, complaints } = await test.as('viewer', '/payins');
    await page.getByRole('heading', { name: 'Pagos' }).waitFor();
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
      const style = document.createElement('style');
      style.textContent = 'h1 { display: none }';
      document.head.append(style);
    }`);
    expect(await page.title()).toBe('Pagos · Recaudo');
    expect(await page.getByRole('heading', { name: 'Pagos' }).isVisible()).toBe(true);
    expect(complaints).toHaveLength(2);
    for (const complaint of complaints) expect(complaint).toMatch(/Content.Security.Policy/);
  });

  it('shows a role its own pages alone, and says what another one needs', async () => {
    const { page, complaints } = await test.as('viewer', '/people');
    await page.getByText('Su rol no permite ver esto').waitFor();
    await page.getByText(/people:read/).waitFor();
    const menu = page.getByRole('navigation');
    await menu.getByRole('link', { name: 'Pagos' }).waitFor();
    for (const name of ['Personas', 'Llaves', 'Auditoría'])
      expect([name, await menu.getByRole('link', { name }).count()]).toEqual([name, 0]);
    expect(complaints).toEqual([]);
  });

  it('loses nothing of what was typed when the session ends', async () => {
    const { page, email, context } = await test.as('support', '/payins');
    await page.getByRole('link', { name: 'order-1001' }).waitFor();
    await context.clearCookies();
    await page.getByRole('searchbox').fill('order-1002');
    const dialog = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
    await dialog.waitFor();
    expect(await dialog.getByLabel('Correo electrónico').inputValue()).toBe(email);
    await dialog.getByLabel('Contraseña').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Iniciar sesión' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'order-1001' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'order-1002' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('order-1002');
  });

  it('fits a phone, and has nothing serious for axe in the menu of the account', async () => {
    for (const options of [{ theme: 'light' }, { theme: 'dark', ...PHONE }] as const) {
      const { page, complaints } = await test.as('owner', '/payins', options);
      await page.getByText('order-1001').first().waitFor();
      const name = Object.values(options).join('-');
      expect([name, await sidewaysOf(page)]).toEqual([name, []]);
      await page.getByRole('button', { name: 'Cuenta', exact: true }).click();
      await page.getByRole('menuitem', { name: 'English' }).waitFor();
      expect([name, await seriousFindings(page)]).toEqual([name, []]);
      await page.getByRole('menuitem', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Payments' }).waitFor();
      expect(complaints).toEqual([]);
    }
  });
});
