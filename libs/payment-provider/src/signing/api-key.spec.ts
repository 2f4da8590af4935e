import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../secret.js';
import { ApiKeySigner } from './api-key.js';

const signer = new ApiKeySigner({ header: 'X-API-Key', key: new Secret('canary-key') });

describe('a request with an API key', () => {
  it('has the key in its header and nothing else', () => {
    expect(signer.sign({ method: 'GET', path: '/' })).toEqual({ headers: { 'X-API-Key': 'canary-key' } });
  });

  it('has its body as compact JSON, as it is', () => {
    const body = { name: 'José', nested: { amount: 5000 } };
    expect(signer.sign({ method: 'POST', path: '/', body }).body).toBe(JSON.stringify(body));
  });

  it('shows no key when the signer itself is printed', () => {
    expect(inspect(signer, { depth: 10, showHidden: true }) + JSON.stringify(signer)).not.toContain('canary');
  });
});
