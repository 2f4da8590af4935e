import { get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import { until } from '../support/until.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { judge } from './contest.js';
import { countCpu } from './cpu.js';
import { fillWithPayins } from './many-payins.js';
import { API_KEY } from './programs.js';
import { startProvider, startSides } from './sides.js';
import { hundredths, median, spread, tenths, whole } from './statistics.js';

const FULL = { pages: 1_000, rounds: 3, seconds: 5, others: 50_000, changes: 30 };
const QUICK: typeof FULL = { pages: 20, rounds: 1, seconds: 0.5, others: 100, changes: 2 };
const SERVICE_AND_POSTGRESQL_AT_MOST = 10;
const PERCENT = 100;

interface Round {
  service: number;
  PostgreSQL: number;
  others: number;
}

/** What open pages of payers cost while nothing happens, and how soon they notice what does. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const { pages, rounds, seconds, others, changes } = options.quick ? QUICK : FULL;
  const provider = await startProvider(options);
  const [side] = await startSides(options, provider, ['Recaudo', 'floor'], {
    callsProvider: false,
    // Each page is another payer's: limits go by address.
    environment: { TRUSTED_PROXIES: '127.0.0.1/32' },
  });
  const { url, database, parts } = side!;
  await fillWithPayins(database, { payins: others, organizations: 1 });
  const api = new ApiClient(url, API_KEY);
  const payins: { id: string; token: string }[] = [];
  for (let at = 0; at < pages; at += 1) {
    const { id, checkoutUrl } = await api.open({ rail: 'BRE_B' });
    payins.push({ id, token: checkoutUrl.split('/').at(-1)! });
  }
  await database.query('vacuum analyze payins');

  const watched = { service: parts['service']!, PostgreSQL: parts['PostgreSQL']! };
  const measure = async (): Promise<Round> => {
    const end = countCpu(watched);
    await wait(seconds * 1000);
    const { own = {}, othersCores = NaN } = end() ?? {};
    const share = (name: string) => ((own[name] ?? NaN) / seconds) * PERCENT;
    return { service: share('service'), PostgreSQL: share('PostgreSQL'), others: othersCores };
  };

  const alone: Round[] = [];
  const open: Round[] = [];
  const noticedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await wait(seconds * 200);
    alone.push(await measure());
    const streams: Stream[] = [];
    for (const [at, { token }] of payins.entries()) streams.push(await openStream(url, token, at));
    await wait(seconds * 400);
    open.push(await measure());
    if (round === rounds - 1)
      for (let at = 0; at < changes; at += 1) {
        await api.call('POST', `/payins/${payins[at]!.id}/cancel`);
        const decidedAt = performance.now();
        await until('the page to notice', () => streams[at]!.isOver());
        noticedMs.push(performance.now() - decidedAt);
      }
    for (const stream of streams) stream.close();
  }
  const both = (one: Round) => one.service + one.PostgreSQL;
  const row = (name: string, of: readonly Round[]) => [
    name,
    spread(
      of.map(({ service }) => service),
      hundredths,
    ),
    spread(
      of.map(({ PostgreSQL }) => PostgreSQL),
      hundredths,
    ),
    spread(of.map(both), hundredths),
  ];
  const together = median(open.map(both));
  return {
    tables: [
      {
        columns: ['open pages', 'service, % of a core', 'PostgreSQL, % of a core', 'both, % of a core'],
        rows: [row('none', alone), row(whole(pages), open)],
        notes: [
          judge(`both, % of a core, ${whole(pages)} pages`, together, { atMost: SERVICE_AND_POSTGRESQL_AT_MOST }),
        ],
      },
    ],
    notes: [
      `Each page is of another payin, has a stream of events, and nothing happens: ${seconds} s a round, among ${whole(others)} other payins. Medians (least–most) of ${rounds} rounds; others used up to ${hundredths(Math.max(...[...alone, ...open].map(({ others: cores }) => cores)))} cores meanwhile.`,
      `From the answer to a cancellation to the end of its page's stream, with all others open: ${spread(noticedMs, tenths)} ms, ${changes} times.`,
    ],
    raw: { alone, open, noticedMs },
  };
}

interface Stream {
  isOver(): boolean;
  close(): void;
}

function openStream(url: string, token: string, payer: number): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': `198.18.${Math.floor(payer / 250)}.${payer % 250}` };
    const request = get(`${url}/checkout/${token}/events`, { headers, agent: false }, (response: IncomingMessage) => {
      let isOver = false;
      if (response.statusCode !== 200) return reject(new Error(`a stream was answered ${response.statusCode}`));
      response.once('close', () => (isOver = true)).on('error', () => undefined);
      response.resume();
      resolve({ isOver: () => isOver, close: () => void request.destroy() });
    });
    request.once('error', reject);
  });
}

export const checkout: Benchmark = { name: 'checkout', title: 'open pages of payers', run };
