import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { RecaudoWebhookError, verifyWebhook } from '../index.js';

const OLD = `whsec_${Buffer.from('the old secret, of 32 characters').toString('base64')}`;
const NEW = `whsec_${Buffer.from('the new secret, of 32 characters').toString('base64')}`;
const BODY = JSON.stringify({
  type: 'payin.approved',
  timestamp: '2026-11-30T10:00:00.000Z',
  data: { reference: 'Peña ✓', sequence: 3 },
});

function signed(body: string, { at = new Date(), secrets = [OLD] }: { at?: Date; secrets?: string[] } = {}) {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign('msg_1', at, body)).join(' '),
  };
}

describe('a message', () => {
  it('gives its event, with the id by which a repetition is known', () => {
    const event = verifyWebhook(BODY, signed(BODY), OLD);
    expect(event).toEqual({ id: 'msg_1', ...(JSON.parse(BODY) as object) });
    if (event.type === 'payin.approved') expect(event.data.sequence).toBe(3);
  });

  it('can be bytes, with the headers of Fetch or those of Node', () => {
    const bytes = new TextEncoder().encode(BODY);
    const headers = signed(BODY);
    const ofNode = { ...headers, host: 'shop.example', 'set-cookie': ['a', 'b'], 'x-none': undefined };
    const ofOldServers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    for (const given of [new Headers(headers), ofNode, ofOldServers, new Map(Object.entries(headers))])
      for (const body of [BODY, bytes, Buffer.from(bytes)]) expect(verifyWebhook(body, given, OLD).id).toBe('msg_1');
  });

  it('is verified by any of several secrets, while they are rotated', () => {
    for (const secrets of [[OLD], [NEW], [OLD, NEW]])
      expect(verifyWebhook(BODY, signed(BODY, { secrets }), [NEW, OLD]).type).toBe('payin.approved');
    expect(() => verifyWebhook(BODY, signed(BODY, { secrets: [OLD] }), [NEW])).toThrow(RecaudoWebhookError);
  });

  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  it.each<[string, string | Uint8Array, Record<string, string>]>([
    ['was changed on the way', BODY.replace('approved', 'reversed'), signed(BODY)],
    ['was written anew', JSON.stringify(JSON.parse(BODY), null, 1), signed(BODY)],
    ['has another id', BODY, { ...signed(BODY), 'webhook-id': 'msg_2' }],
    ['is six minutes old', BODY, signed(BODY, { at: minutesAgo(6) })],
    ['is of the future', BODY, signed(BODY, { at: minutesAgo(-6) })],
    ['is not signed', BODY, {}],
    ['is signed by another', BODY, signed(BODY, { secrets: [NEW] })],
    ['is signed in no known way', BODY, { ...signed(BODY), 'webhook-signature': 'v9,abc v1' }],
    ['is no text', new Uint8Array([0xff, 0xfe]), signed(BODY)],
    ['begins with a mark that was not signed', new Uint8Array([0xef, 0xbb, 0xbf, ...Buffer.from(BODY)]), signed(BODY)],
  ])('is refused that %s', (_, body, headers) => {
    expect(() => verifyWebhook(body, headers, [OLD])).toThrow(RecaudoWebhookError);
  });

  it.each([[[]], [''], [['']], [undefined as unknown as string]])('is never verified by the secret %j', (secret) => {
    expect(() => verifyWebhook(BODY, signed(BODY), secret)).toThrow(/secret|length/i);
  });
});
