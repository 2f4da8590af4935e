import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

/** Not the first of the list while all are well. */
const TEEMOPAY = { provider: 'teemopay', rail: 'BRE_B' };

let test: TestConsole;

inBrowser('providers in the console', () => {
  beforeAll(async () => {
    test = await startTestConsole({ PROVIDERS: 'tumipay,teemopay' });
    await test.testApp.api.open(TEEMOPAY);
  });

  afterAll(() => test?.close());

  it('shows by itself who is in trouble, that one first, and what failed, without what the provider wrote', async () => {
    const { page, complaints } = await test.as('viewer', '/providers');
    const card = page.getByRole('article', { name: 'teemopay' });
    await card.getByText('Bien', { exact: true }).waitFor();
    const first = page.getByRole('article').first().getByRole('heading', { level: 2 });
    expect(await first.textContent()).toBe('tumipay');
    await card.getByText('Cerrado: pasa todo').first().waitFor();
    await card.getByText('Ninguno desde que arrancó.').waitFor();

    const { api, sandbox } = test.testApp;
    await sandbox.provider('teemopay').fault({
      operation: 'create',
      fault: { kind: 'status', status: 503, body: HOSTILE },
      times: 2,
    });
    for (let times = 0; times < 2; times += 1) await api.create(TEEMOPAY);
    await card.getByText('Con problemas', { exact: true }).waitFor();
    await card.getByText('Respondió que no podía atender (HTTP 503)').waitFor();
    await card.getByText('2 veces seguidas').waitFor();
    expect(await first.textContent()).toBe('teemopay');
    expect(await page.content()).not.toContain('onerror');
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    const { page, complaints } = await test.as('operator', '/providers', { theme: 'dark', ...PHONE });
    await page.getByText('Respondió que no podía atender (HTTP 503)').waitFor();
    expect(await sidewaysOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
