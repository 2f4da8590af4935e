import { isIP } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { OutboundError, OutboundHttp, type OutboundHttpOptions } from '@recaudo/outbound-http';
import { type Sentinel, startSentinel } from '../support/sentinel.js';
import { PRIVATE_ANSWERS, refusedUrls } from '../support/ssrf-vectors.js';

Logger.overrideLogger(false);

let sentinel: Sentinel;
let senders: OutboundHttp[];

beforeEach(async () => {
  sentinel = await startSentinel();
  senders = [];
});

afterEach(async () => {
  for (const sender of senders) sender.onApplicationShutdown();
  await sentinel.close();
});

type Resolve = NonNullable<OutboundHttpOptions['resolve']>;

function sender(options: Partial<OutboundHttpOptions> = {}): OutboundHttp {
  const outbound = new OutboundHttp(new HttpService(), { allowPrivate: false, ...options });
  senders.push(outbound);
  return outbound;
}

/** How a call of a merchant's URL ends. */
async function outcomeOf(outbound: OutboundHttp, url: string): Promise<string> {
  const call = { to: 'merchant', merchantUrl: true, method: 'POST', url, body: '{}' } as const;
  const end = await outbound
    .send({ ...call, timeoutMs: 20_000, maxReplyBytes: 1_000 })
    .catch((error: unknown) => error);
  if (!(end instanceof OutboundError)) return 'sent';
  return end.mayHaveArrived ? 'may have arrived' : end.kind;
}

async function outcomesOf(outbound: OutboundHttp, urls: readonly string[]): Promise<[string, string][]> {
  return Promise.all(urls.map(async (url): Promise<[string, string]> => [url, await outcomeOf(outbound, url)]));
}

/** A resolver that knows these names, and counts how often it is asked. */
function resolverOf(answers: ReadonlyMap<string, readonly (readonly string[])[]>): {
  resolve: Resolve;
  asked: string[];
} {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    const known = answers.get(hostname) ?? [];
    const addresses = known[Math.min(asked.filter((name) => name === hostname).length, known.length - 1)] ?? [];
    asked.push(hostname);
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: isIP(address) || 6 })),
      ),
    );
  };
  return { resolve, asked };
}

describe('a URL of a merchant', () => {
  it('that leads away from the public internet is refused before a packet leaves, in each of over 1,000 spellings', async () => {
    const urls = refusedUrls(sentinel.port);
    expect(urls.length).toBeGreaterThan(1_000);
    // What is no http URL has no address: it is not even looked at.
    const expected = (url: string): string => (isHttp(url) ? 'forbidden_address' : 'not_connected');
    const outcomes = await outcomesOf(sender(), urls);
    expect(outcomes.filter(([url, outcome]) => outcome !== expected(url))).toEqual([]);
    expect(outcomes.filter(([url]) => isHttp(url)).length).toBeGreaterThan(1_000);
    expect(sentinel.connections()).toBe(0);
  });

  it('is reached in more than a hundred of these spellings where it is allowed, so the sentinel can see', async () => {
    const urls = refusedUrls(sentinel.port).map((url) => url.replace(/^https:/i, 'http:'));
    const own = urls.filter((url) =>
      /^(?:127\.|0\.0\.0\.0$|\[::1\]$|localhost$|\[::ffff:7f)/.test(URL.parse(url)?.hostname ?? ''),
    );
    const outcomes = await outcomesOf(sender({ allowPrivate: true }), own);
    const seen = outcomes.filter(([, outcome]) => outcome === 'sent');
    expect(seen.length).toBeGreaterThan(100);
    expect(sentinel.connections()).toBeGreaterThan(100);
  });

  it('is refused with a reason, which repeats nothing of it', () => {
    for (const url of refusedUrls(sentinel.port)) {
      const why = sender().whyNeverCalled(url);
      expect([url, why]).toEqual([url, expect.stringMatching(/^(?:be|begin|hold|name) [a-zA-Z0-9 ,:]+$/)]);
    }
  });

  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com/a?b=c',
    'https://hooks.example.com.:8443/',
    'https://HOOKS.example.com:3000/',
    'https://bücher.example/',
    'https://localhost.example.com/',
    'https://internal.example.com/',
    'https://127.0.0.1.example.com/',
    'https://181.49.0.1/',
    'https://[2800:e0::1]:65535/',
  ])('is not refused by what it says when it is like %s', (url) => {
    expect(sender().whyNeverCalled(url)).toBeUndefined();
  });

  it('with a user name or password is refused in development, too: they would be sent', async () => {
    const urls = ['user@', ':password@', 'user:password@'].map((who) => `http://${who}127.0.0.1:${sentinel.port}/`);
    const outcomes = await outcomesOf(sender({ allowPrivate: true }), urls);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(urls.map(() => 'forbidden_address'));
    expect(sentinel.connections()).toBe(0);
  });
});

describe('the name of a server', () => {
  it('is refused when any of the addresses that it resolves to is not public, in each of over 1,000 answers', async () => {
    expect(PRIVATE_ANSWERS.length).toBeGreaterThan(1_000);
    const { resolve, asked } = resolverOf(
      new Map(PRIVATE_ANSWERS.map((answer, index) => [`n${index}.example.com`, [answer]])),
    );
    const urls = PRIVATE_ANSWERS.map((_, index) => `https://n${index}.example.com:${sentinel.port}/`);
    const outcomes = await outcomesOf(sender({ resolve }), urls);
    expect(outcomes.filter(([, outcome]) => outcome !== 'forbidden_address')).toEqual([]);
    expect(asked).toHaveLength(urls.length);
    expect(sentinel.connections()).toBe(0);
  });

  it('is refused when it resolves to nothing at all', async () => {
    const { resolve } = resolverOf(new Map([['empty.example.com', [[]]]]));
    expect(await outcomeOf(sender({ resolve }), 'https://empty.example.com/')).toBe('forbidden_address');
  });

  it('is resolved anew, and once, for each call: what it resolved to before is not believed', async () => {
    const answers = [['10.0.0.1'], ['127.0.0.1'], ['::1']];
    const { resolve, asked } = resolverOf(new Map([['rebind.example.com', answers]]));
    const outbound = sender({ resolve });
    for (const [index] of answers.entries()) {
      expect(await outcomeOf(outbound, `https://rebind.example.com:${sentinel.port}/`)).toBe('forbidden_address');
      expect(asked).toHaveLength(index + 1);
    }
    expect(sentinel.connections()).toBe(0);
  });
});

function isHttp(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
}
