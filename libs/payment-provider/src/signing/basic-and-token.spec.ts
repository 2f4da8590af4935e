import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../secret.js';
import { BasicAndTokenSigner } from './basic-and-token.js';

const REQUEST = { method: 'GET', path: '/' } as const;
const signer = (username: string, password: string) =>
  new BasicAndTokenSigner({
    username: new Secret(username),
    password: new Secret(password),
    tokenHeader: 'Token-Top',
    token: new Secret('your_auth_token'),
  });

describe('the headers of a request', () => {
  it('are those of the seeds: Token-Top and Basic, and nothing else', () => {
    expect(signer('your', 'auth_key').sign(REQUEST)).toEqual({
      headers: { 'Token-Top': 'your_auth_token', Authorization: `Basic ${btoa('your:auth_key')}` },
    });
  });

  it.each([
    // The examples of RFC 7617.
    ['Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['test', '123£', 'Basic dGVzdDoxMjPCow=='],
    ['user', 'with:colon', `Basic ${btoa('user:with:colon')}`],
  ])('encode %p and %p as UTF-8 in base64', (username, password, expected) => {
    expect(signer(username, password).sign(REQUEST).headers['Authorization']).toBe(expected);
  });

  it('show no secret when the signer itself is printed', () => {
    const printed = inspect(signer('canary-user', 'canary-password'), { depth: 10, showHidden: true });
    expect(printed + JSON.stringify(signer('canary-user', 'canary-password'))).not.toMatch(/canary|your_auth_token/);
  });
});

it('the body goes out as compact JSON, as it is', () => {
  const body = { name: 'José', nested: { amount: 5000 } };
  expect(signer('a', 'b').sign({ ...REQUEST, method: 'POST', body }).body).toBe(JSON.stringify(body));
});
