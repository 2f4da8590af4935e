import { describe, expect, it } from '@jest/globals';
import type { PayinRequest } from './payin-request.js';
import { fits, meaningsOf, nameWords, TERM_MAX, term, termsOf } from './search-terms.js';

const request: PayinRequest = {
  amountInCents: 5_000_000,
  currency: 'COP',
  rail: 'NEQUI',
  reference: 'INV-2026-001',
  inlineCustomer: {
    name: 'María José  Peña-Núñez',
    idType: 'NIT',
    idNumber: '860002964-4',
    phone: '+573121234567',
    email: 'Maria.Pena@Example.com',
  },
};
const terms = termsOf(request);
const isFound = (text: string) => fits(meaningsOf(text), terms);

describe('a payin is found by', () => {
  it.each([
    ...['INV-2026-001', 'INV-2026', 'inv', 'i'],
    ...['860.002.964-4', '8600029644', '860002964', '860 002 964'],
    ...['+573121234567', '573121234567', '3121234567', '312 123 4567', '(312) 123-4567', '+57 312 1234567'],
    ...['maria.pena@example.com', ' MARIA.PENA@EXAMPLE.COM '],
    ...['maria', 'MARÍA', 'Peña', 'pena', 'nunez maria', 'Núñez,  José', 'Peña-Núñez', 'maria jose pena nunez'],
    // Composed and decomposed accents are one.
    'María'.normalize('NFD'),
    ...[
      '50000',
      '50.000',
      '50,000',
      '$ 50.000',
      '$50,000',
      '50.000,00',
      '50,000.00',
      '50000.00',
      'COP 50.000',
      '50.000 pesos',
    ],
  ])('%s', (text) => {
    expect(isFound(text)).toBe(true);
  });

  it.each([
    ...['NV-2026-001', 'INV-2026-0012', '860002963', '312123456', 'maria.pena@example', 'mari', 'maria lopez'],
    ...['5000000', '50', '50.00', '50.001', '500.00', '5.0000', '$', '', ' ', '%', '_', '*'],
  ])('not by %s', (text) => {
    expect(isFound(text)).toBe(false);
  });
});

describe('the terms of a payin', () => {
  it('are few and short, whatever a request has', () => {
    const name = Array.from({ length: 60 }, (_, at) => `w${at}`).join(' ');
    const email = `${'x'.repeat(200)}@example.com`;
    const long = termsOf({ ...request, inlineCustomer: { name, email } });
    expect(long.length).toBeLessThanOrEqual(13);
    expect(Math.max(...long.map((one) => one.length))).toBeLessThanOrEqual(TERM_MAX);
    expect(fits(meaningsOf(email), long)).toBe(true);
    expect(fits(meaningsOf(`y${email}`), long)).toBe(false);
  });

  it('are there without a customer, too', () => {
    expect(termsOf({ ...request, inlineCustomer: undefined })).toEqual(['r:inv-2026-001', 'a:5000000']);
  });

  it('of one kind are no others', () => {
    expect(term('document', '1')).not.toBe(term('phone', '1'));
  });

  it('have words of every script', () => {
    expect(nameWords('Łukasz ß 李小龍 Ñandú Ñandú')).toEqual(['łukasz', 'ss', '李小龍', 'nandu']);
  });
});

it('finds by numbers just as they are written, and by our own reference', () => {
  expect(meaningsOf(' Cfqamr5nWPtqHBb ')).toMatchObject({ externalId: 'Cfqamr5nWPtqHBb', providerReference: null });
  expect(meaningsOf('I99SQJU03HBUFYE2XW9V0BHYYB4UL1PU').providerReference).toBe('i99sqju03hbufye2xw9v0bhyyb4ul1pu');
});
