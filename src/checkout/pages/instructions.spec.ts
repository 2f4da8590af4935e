import { describe, expect, it } from '@jest/globals';
import type { Instructions } from '@recaudo/payment-provider';
import { encode } from 'uqr';
import { textsOf } from '../texts/texts.js';
import { crcOf } from './emvco.js';
import { instructionsPage } from './instructions.js';
import type { PayinPageContext } from './parts.js';
import { qrPicture } from './qr-picture.js';

const NOW = new Date('2026-11-30T15:00:00Z');
const view = {
  rail: 'BRE_B',
  amountInCents: 5_000_000n,
  currency: 'COP',
  payerMayEditAmount: true,
  now: NOW,
  expiresAt: new Date(NOW.getTime() + 900_000),
  orderExpiresAt: null,
};
const context = (changes: object = {}) =>
  ({
    ...{ view: { ...view, ...changes }, language: 'es', t: textsOf('es'), token: 'T' },
    look: { name: 'Taller', language: 'es' },
  }) as unknown as PayinPageContext;
const textOf = (instructions: Instructions, changes?: object) =>
  instructionsPage(context(changes), instructions).content.text;

const UNSIGNED = '00020101021226370014CO.COM.CRB.LLA0415@recaudoprueba0520400005303170540850000.005802CO6304';
const CODE = UNSIGNED + crcOf(UNSIGNED);

describe('instructions', () => {
  it('have the code of the provider as a picture where its CRC is right, else the key alone', () => {
    expect(textOf({ type: 'breb_key', key: '@a', qr: CODE }).includes('class="qr"')).toBe(true);
    for (const qr of [CODE.slice(0, -1), CODE.replace('50000', '90000'), 'data:image/png;base64,AAAA']) {
      const text = textOf({ type: 'breb_key', key: '@a', qr });
      expect([text.includes('class="qr"'), text.includes('data-copy="@a"')]).toEqual([false, true]);
    }
  });

  it('ask for the exact amount only where the payer types it, and say what happens else', () => {
    const typed = textOf({ type: 'breb_key', key: '@a' });
    expect(typed).toContain('data-copy="50000"');
    expect(typed).toContain('Si escribes menos, el pago queda incompleto.');
    const fixed = textOf({ type: 'breb_key', key: '@a' }, { payerMayEditAmount: false });
    expect(fixed).not.toMatch(/data-copy="50000"|Si escribes menos/);
  });

  it('lead to no address that is none', () => {
    const redirect = (url: string) => textOf({ type: 'redirect', url }, { rail: 'PSE' });
    expect(redirect('https://bank.example.com/pay?a=1&b="x"')).toContain(
      'href="https://bank.example.com/pay?a=1&#38;b=%22x%22"',
    );
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil', 'no address'])
      expect(redirect(url)).not.toContain('target="_top"');
  });

  it('are shown as texts, whatever the provider sends', () => {
    for (const one of [
      { type: 'breb_key', key: '<b>&"' },
      { type: 'voucher', code: '<b>&"' },
      { type: 'message', text: '<b>&"' },
    ] as const)
      expect(textOf(one, { rail: 'EFECTY' })).not.toContain('<b>&');
  });
});

it('draws a code module by module', () => {
  const { text } = qrPicture(CODE, 'QR');
  const { data, size } = encode(CODE, { ecc: 'M', border: 4 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of text.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    drawn[Number(y)]!.fill(true, Number(x), Number(x) + Number(width));
  expect(drawn).toEqual(data);
  expect(text.includes('aria-label="QR"')).toBe(true);
});
