import { describe, expect, it } from '@jest/globals';
import { parseFormBody } from './form-body.js';

const FORM = { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } };
const read = (text: string) => ({ ...parseFormBody(FORM, Buffer.from(text)) });

describe('the body of a form', () => {
  it('is texts by name, of each name the first', () => {
    expect(read('rail=PSE&pse.bank=1007&name=Mar%C3%ADa+P&rail=NEQUI')).toEqual({
      rail: 'PSE',
      'pse.bank': '1007',
      name: 'María P',
    });
  });

  it('has no name that an object has anyway', () => {
    const form = parseFormBody(FORM, Buffer.from('__proto__=x&a=1'));
    expect(form['constructor']).toBeUndefined();
    expect(Object.keys(form)).toEqual(['__proto__', 'a']);
  });

  it('is refused in another type, compressed, or with more fields than any form has', () => {
    expect(() => parseFormBody({ headers: { 'content-type': 'application/json' } }, Buffer.from('{}'))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }),
    );
    expect(() =>
      parseFormBody({ headers: { ...FORM.headers, 'content-encoding': 'gzip' } }, Buffer.from('a=1')),
    ).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
    expect(() => read(Array.from({ length: 51 }, (_, at) => `f${at}=1`).join('&'))).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    );
  });
});
