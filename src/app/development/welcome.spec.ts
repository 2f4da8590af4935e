import { describe, expect, it } from '@jest/globals';
import { type Started, welcome } from './welcome.js';

const STARTED: Started = {
  url: 'http://localhost:3000',
  sandboxUrl: 'http://localhost:4000',
  apiKey: 'rk_key',
  notificationSecret: 'whsec_secret',
  signInLink: 'http://localhost:3000/console/sign-in#token=abc',
  paymentLink: 'http://localhost:3000/pay/link/abc',
  readyIn: '5.1 s',
};

describe('welcome', () => {
  it('has all that was made', () => {
    const text = welcome(STARTED);
    for (const value of Object.values(STARTED)) expect(text).toContain(value);
  });

  it.each(['sandboxUrl', 'signInLink', 'paymentLink'] as const)(
    'names the console and no "undefined" without %s',
    (name) => {
      const text = welcome({ ...STARTED, [name]: undefined });
      expect(text).not.toContain('undefined');
      expect(text).toMatch(/console +http:\/\/localhost:3000\/console/);
    },
  );
});
