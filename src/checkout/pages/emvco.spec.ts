import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crcOf, isEmvCoCode } from './emvco.js';

/** Laid out as EASPBV's table of fields (v1.4-2025) has it, with a key that nobody has. */
const UNSIGNED = [
  '000201010211',
  '26370014CO.COM.CRB.LLA0415@recaudoprueba0',
  '49250014CO.COM.CRB.RED0103CRB',
  '520400005303170540850000.005802CO5907RECAUDO6006BOGOTA',
  '6304',
].join('');
const CODE = UNSIGNED + crcOf(UNSIGNED);

describe('an EMVCo code', () => {
  it('has the CRC that the standard documents', () => {
    // The check value of CRC-16/CCITT-FALSE.
    expect(crcOf('123456789')).toBe('29B1');
    // EMVCo's own example (EMV QRCPS Merchant-Presented Mode).
    const example =
      '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304';
    expect(isEmvCoCode(example + crcOf(example))).toBe(true);
    expect(crcOf(example)).toBe('A13A');
    expect(isEmvCoCode(CODE)).toBe(true);
  });

  it('is none as soon as a single character differs, is missing, or was added', () => {
    fc.assert(
      fc.property(fc.nat(CODE.length - 1), fc.constantFrom('X', '#', ''), (at, other) => {
        const changed = CODE.slice(0, at) + other + CODE.slice(at + 1);
        expect(isEmvCoCode(changed)).toBe(changed === CODE);
      }),
    );
    expect(isEmvCoCode(`${CODE}0`)).toBe(false);
  });

  it.each([
    '',
    '6304',
    'data:image/png;base64,AAAA',
    'https://example.com/pay',
    '000201',
    `000201${'0'.repeat(2_000)}`,
  ])('is not %p', (text) => {
    expect(isEmvCoCode(text)).toBe(false);
  });
});
