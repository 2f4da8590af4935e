import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RAILS, VIOLATION_CODES } from '@recaudo/payment-provider';
import { ES } from '../../../src/checkout/texts/es.js';
import { EN } from '../../../src/checkout/texts/en.js';
import {
  fillIn,
  inBrowser,
  payerChooses,
  type PayerOptions,
  seriousFindings,
  sidewaysOf,
  startTestCheckout,
  type TestCheckout,
} from '../../support/checkout.js';
import { providerSide } from '../../support/provider-side.js';
import { until } from '../../support/until.js';

const KIB = 1024;
/** Of the 60 KiB that are allowed. */
const BUDGET_BYTES = 12 * KIB;

it('has a text in each language for every rail and for everything that can be wrong with a field', () => {
  for (const texts of [ES, EN]) {
    for (const code of VIOLATION_CODES)
      expect([code, texts.problems[code]]).toEqual([code, expect.stringMatching(/^.{10,}\.$/)]);
    for (const rail of RAILS) expect(texts.rails[rail].need).toMatch(/^.{10,}\.$/);
  }
});

inBrowser('the pages', () => {
  let checkout: TestCheckout;

  beforeAll(async () => {
    checkout = await startTestCheckout();
    await checkout.testApp.api.call('PATCH', '/checkout-settings', {
      displayName: 'Taller de Cerámica La Candelaria',
      color: '#7a2e1d',
      supportEmail: 'ayuda@example.com',
      supportPhone: '+576011234567',
    });
  });
  afterAll(() => checkout?.close());

  it('weigh little: script and styles together, compressed', async () => {
    const manifest = JSON.parse(readFileSync('dist/checkout/manifest.json', 'utf8')) as Record<
      string,
      { file: string; css?: string[] }
    >;
    const files = Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]);
    const bytes = files.map((file) => gzipSync(readFileSync(`dist/checkout/${file}`), { level: 9 }).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(BUDGET_BYTES);
    const answer = await fetch(`${checkout.testApp.url}/checkout/${files[0]}`, {
      headers: { 'accept-encoding': 'br' },
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('are without serious findings of axe, in both themes and languages, and do not move sideways on the narrowest phone', async () => {
    const { api } = checkout.testApp;
    const choosing = await payerChooses(checkout.testApp, {
      description: `${'Largo'.repeat(40)} ${'palabra '.repeat(5)}`,
    });
    const breb = await api.open({ provider: 'tumipay', rail: 'BRE_B' });
    const paid = await api.open({ provider: 'teemopay', rail: 'NEQUI', redirectUrl: `${checkout.testApp.url}/return` });
    const { control, order } = await providerSide(checkout.testApp, paid, 'teemopay');
    await control.pay(order.id);
    await api.reaches(paid.id, 'APPROVED');
    const urls = [
      choosing.checkoutUrl,
      `${choosing.checkoutUrl}?rail=PSE`,
      `${choosing.checkoutUrl}?rail=NEQUI`,
      breb.checkoutUrl,
      paid.checkoutUrl,
      `${checkout.testApp.url}/pay/nothing`,
    ];
    const looks: PayerOptions[] = [{ theme: 'light' }, { theme: 'dark' }];
    for (const url of urls)
      for (const [at, look] of looks.entries()) {
        const lang = at === 0 ? '' : `${url.includes('?') ? '&' : '?'}lang=en`;
        const { page, context, complaints } = await checkout.open(url + lang, look);
        expect([url, await seriousFindings(page)]).toEqual([url, []]);
        expect([url, await sidewaysOf(page)]).toEqual([url, []]);
        expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
        await context.close();
      }
  });

  it('work without script: choose, correct, choose again, see the status by a reload', async () => {
    const payin = await payerChooses(checkout.testApp, { provider: 'teemopay' });
    const { page, context } = await checkout.open(payin.checkoutUrl, { plain: true });
    await page.getByRole('link', { name: /^Nequi/ }).click();
    await page.getByLabel('Celular').fill('12');
    await page.getByRole('button', { name: 'Continuar con Nequi' }).click();
    await page.getByText('Revisa lo que está marcado.').waitFor();
    expect(await page.locator('.problem').allTextContents()).toContain(ES.problems.PHONE_FORM);
    // What was typed stands there still.
    expect(await page.getByLabel('Celular').inputValue()).toBe('12');
    await fillIn(page);
    await page.getByRole('button', { name: 'Continuar con Nequi' }).click();
    await page.getByRole('heading', { name: 'Continúa en la página segura' }).waitFor();
    expect(await page.getByRole('button', { name: /Copiar|Imprimir/ }).count()).toBe(0);
    const { control, order } = await providerSide(checkout.testApp, payin, 'teemopay');
    await control.pay(order.id);
    await checkout.testApp.api.reaches(payin.id, 'APPROVED');
    await page.getByRole('link', { name: 'Ver cómo va' }).click();
    await page.getByRole('heading', { name: '¡Pago recibido!' }).waitFor();
    await context.close();
  });

  it('say while the payer types what is wrong, and that it is right as soon as it is; search the banks; remember the rail', async () => {
    const payin = await payerChooses(checkout.testApp, { provider: 'hellopay' });
    const { page, context, complaints } = await checkout.open(payin.checkoutUrl);
    await page.getByRole('link', { name: /^PSE/ }).click();
    const email = page.getByLabel('Correo electrónico');
    await email.fill('ana@');
    await email.blur();
    await page.getByText(ES.problems.EMAIL_FORM).waitFor();
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    await email.fill('ana@example.com');
    await page.getByText(ES.problems.EMAIL_FORM).waitFor({ state: 'hidden' });
    const banks = page.getByRole('radio', { name: /banc/i });
    const all = await banks.count();
    await page.getByPlaceholder('Busca tu banco').fill('BANCOLÓMBIA');
    await until('fewer banks', async () => (await banks.count()) < all);
    await fillIn(page);
    await page.getByRole('button', { name: 'Continuar con PSE' }).click();
    await page.getByRole('heading', { name: 'Continúa en tu banco' }).waitFor();
    const [cookie, ...others] = await context.cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ value: 'PSE', path: '/pay', httpOnly: true, sameSite: 'Lax' });
    const next = await payerChooses(checkout.testApp, { provider: 'hellopay' });
    await page.goto(next.checkoutUrl);
    expect(await page.locator('.rail b').first().textContent()).toBe('PSE');
    expect(await page.locator('.badge').allTextContents()).toEqual(['El que usaste la última vez']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('show two tabs and a double press the same order', async () => {
    const payin = await payerChooses(checkout.testApp, { provider: 'tumipay', checkout: { rails: ['BRE_B'] } });
    const one = await checkout.open(payin.checkoutUrl);
    const other = await one.context.newPage();
    await other.goto(payin.checkoutUrl);
    for (const page of [one.page, other]) await fillIn(page);
    const press = (page: typeof other) => page.getByRole('button', { name: 'Continuar con Bre-B' }).dblclick();
    await Promise.all([press(one.page), press(other)]);
    for (const page of [one.page, other]) await page.getByRole('heading', { name: 'Paga con Bre-B' }).waitFor();
    for (const page of [one.page, other]) await page.getByText('Valor exacto').first().waitFor();
    expect((await checkout.testApp.api.payin(payin.id)).attempts).toHaveLength(1);
    await one.context.close();
  });

  it('copy the key with one press, count by the service’s clock, and follow by questions where streams are cut', async () => {
    const payin = await checkout.testApp.api.open({ provider: 'tumipay', rail: 'BRE_B' });
    const { page, context } = await checkout.open('about:blank');
    // This phone's clock is a day fast.
    await page.addInitScript('{ const now = Date.now; Date.now = () => now() + 86_400_000 }');
    await page.route('**/events?*', (route) => route.abort());
    await page.goto(payin.checkoutUrl);
    await page.getByRole('button', { name: 'Copiar: Llave' }).click();
    await page.getByText('Copiado').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('@tumipaybreb');
    await page.getByRole('button', { name: 'Copiar: Valor exacto' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('50000');
    expect(await page.locator('[data-clock]').textContent()).toMatch(/^1[45]:\d\d$/);
    const { control, order } = await providerSide(checkout.testApp, payin, 'tumipay');
    await control.pay(order.id);
    await page.getByRole('heading', { name: '¡Pago recibido!' }).waitFor();
    await context.close();
  });

  it('go back to the merchant by themselves, unless the payer stays', async () => {
    const redirectUrl = `${checkout.testApp.url}/return`;
    const payins = [
      await checkout.testApp.api.open({ provider: 'teemopay', rail: 'NEQUI', redirectUrl }),
      await checkout.testApp.api.open({ provider: 'teemopay', rail: 'NEQUI', redirectUrl }),
    ];
    for (const payin of payins) {
      const { control, order } = await providerSide(checkout.testApp, payin, 'teemopay');
      await control.pay(order.id);
      await checkout.testApp.api.reaches(payin.id, 'APPROVED');
    }
    const [goes, stays] = await Promise.all(payins.map(({ checkoutUrl }) => checkout.open(checkoutUrl)));
    await stays!.page.getByRole('button', { name: 'Quedarme aquí' }).click();
    await goes!.page.waitForURL('**/return?payinId=*');
    await stays!.page.waitForTimeout(2_000);
    expect(stays!.page.url()).toBe(payins[1]!.checkoutUrl);
    for (const { context } of [goes!, stays!]) await context.close();
  });
});
