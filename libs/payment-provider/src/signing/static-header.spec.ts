import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../secret.js';
import { StaticHeaderVerifier } from './static-header.js';

const VALUE = 'Bearer canary-0123456789';
const verifier = new StaticHeaderVerifier({ header: 'X-Webhook-Auth', value: new Secret(VALUE) });
const accepts = (headers: Record<string, string | string[] | undefined>) =>
  verifier.verify({ rawBody: Buffer.from('{}'), headers });

describe('a webhook with a static header', () => {
  it('is accepted with the whole value, under the name as Node gives it', () => {
    expect(accepts({ 'x-webhook-auth': VALUE })).toBe(true);
  });

  it.each([
    ['no header', {}],
    ['an absent value', { 'x-webhook-auth': undefined }],
    ['an empty value', { 'x-webhook-auth': '' }],
    ['another header', { authorization: VALUE }],
    ['a list of values', { 'x-webhook-auth': [VALUE] }],
    ['the value twice, as Node joins it', { 'x-webhook-auth': `${VALUE}, ${VALUE}` }],
    ['other capitals', { 'x-webhook-auth': VALUE.toUpperCase() }],
    ['a blank more', { 'x-webhook-auth': `${VALUE} ` }],
    ['a part of it', { 'x-webhook-auth': VALUE.replace('Bearer ', '') }],
  ])('is not accepted with %s', (_what, headers) => expect(accepts(headers)).toBe(false));

  it('is not accepted with any one byte changed, missing or added', () => {
    for (let at = 0; at < VALUE.length; at += 1) {
      const other = VALUE[at] === 'x' ? 'y' : 'x';
      const [before, after] = [VALUE.slice(0, at), VALUE.slice(at + 1)];
      for (const value of [before + other + after, before + after, before + other + VALUE.slice(at), before])
        expect(accepts({ 'x-webhook-auth': value })).toBe(false);
    }
  });

  it('shows no secret when the verifier itself is printed', () => {
    expect(inspect(verifier, { depth: 10, showHidden: true }) + JSON.stringify(verifier)).not.toContain('canary');
  });
});
