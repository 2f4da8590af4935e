import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { BenchResult } from './benchmark.js';
import { BENCHMARKS } from './benchmarks.js';
import { assertEachOnce } from './claims.js';
import { judge, tableOfSides } from './contest.js';
import { countCpu } from './cpu.js';
import { postRequest } from './http-connection.js';
import { assertWhole } from './http-contest.js';
import { closedLoop, openLoop } from './load.js';
import { percentile, spread, whole } from './statistics.js';

const QUICK_RUN_MS = 180_000;

describe('npm run bench', () => {
  it(
    'measures everything to the end, in a quick run',
    async () => {
      const args = ['--import', './test/support/typescript.mjs', 'test/bench/main.ts', '--quick'];
      await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
      for (const { name } of BENCHMARKS) {
        const { tables } = JSON.parse(readFileSync(`.data/bench-quick/${name}.json`, 'utf8')) as BenchResult;
        expect(tables.length).toBeGreaterThan(0);
        for (const { columns, rows } of tables)
          for (const row of rows) expect([row.length, row.includes('')]).toEqual([columns.length, false]);
      }
    },
    QUICK_RUN_MS,
  );
});

describe('a round means nothing and ends the run', () => {
  const workload = { success: 201 };
  const floor = { name: 'floor' as const };

  it.each([
    ['an answer was no success', [{ 201: 9, 500: 1 }], { payins: 9 }],
    ['a row is missing', [{ 201: 4 }, { 201: 6 }], { payins: 9, calls: 10 }],
    ['the provider was asked once too often', [{ 201: 4 }, { 201: 6 }], { payins: 10, calls: 11 }],
  ])('when %s', (_what, answers, counted) => {
    const loads = answers.map((each) => ({ answers: each as Record<number, number> }));
    expect(() => assertWhole(workload, floor, loads, counted)).toThrow('floor answered');
  });

  it.each([
    ['a due row was left', { 1: 9 }, [4, 5]],
    ['a row was claimed twice', { 1: 9, 2: 1 }, [5, 6]],
    ['two workers got the same row', { 1: 10 }, [5, 6]],
  ])('when %s', (_what, claims, claimed) => {
    const reports = claimed.map((each) => ({ claimed: each }));
    expect(() => assertEachOnce(claims as Record<number, number>, reports, 10)).toThrow('of 10 due rows');
  });

  it('unless everything adds up', () => {
    assertWhole(workload, floor, [{ answers: { 201: 4 } }, { answers: { 201: 6 } }], { payins: 10 });
    assertEachOnce({ 1: 10 }, [{ claimed: 4 }, { claimed: 6 }], 10);
  });
});

describe('the load', () => {
  type Load = Omit<Parameters<typeof closedLoop>[0], 'end'>;

  /** A server that notes the bodies it gets, and answers with the given status. */
  async function withServer<T>(status: number, use: (url: URL, bodies: string[]) => Promise<T>): Promise<T> {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString());
        response.statusCode = status;
        // In two writes, so that an answer comes in pieces.
        response.setHeader('content-length', 4);
        response.write('ab');
        setImmediate(() => response.end('cd'));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await use(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), bodies);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it.each([
    ['closed', (options: Load) => closedLoop({ ...options, end: { seconds: 0.1 } })],
    ['open', (options: Load) => openLoop({ ...options, seconds: 0.1, perSecond: 500 })],
  ])('of a %s loop counts each request with its answer, and none twice', async (_name, load) => {
    await withServer(404, async (url, bodies) => {
      let number = 0;
      const next = () => postRequest(url, {}, `{"número":${(number += 1)}}`);
      const { answers, latenciesMs } = await load({ url, connections: 4, next });
      expect(number).toBeGreaterThan(4);
      expect(answers).toEqual({ 404: number });
      expect(latenciesMs).toHaveLength(number);
      expect(new Set(bodies)).toEqual(new Set(Array.from({ length: number }, (_, index) => `{"número":${index + 1}}`)));
    });
  });

  it('ends after as many requests as were wanted, to warm up', async () => {
    await withServer(200, async (url, bodies) => {
      const next = () => postRequest(url, {}, '{}');
      const { answers } = await closedLoop({ url, connections: 4, end: { requests: 10 }, next });
      expect([answers, bodies.length]).toEqual([{ 200: 10 }, 10]);
    });
  });

  it('fails when the server goes away, and does not take it for an answer', async () => {
    const server = createServer((request) => void request.socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const next = () => postRequest(url, {}, '{}');
    await expect(closedLoop({ url, connections: 1, end: { seconds: 1 }, next })).rejects.toThrow('closed');
    server.close();
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the processor time of a round', () => {
  it('is counted separately for each process', () => {
    const secondsOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
    const stop = countCpu({ busy: { pid: process.pid }, idle: { pid: process.ppid } });
    const before = process.cpuUsage();
    while (secondsOf(process.cpuUsage(before)) < 0.5);
    const use = stop()!;
    expect(use.own['busy']).toBeGreaterThan(0.4);
    expect(use.own['busy']).toBeLessThan(0.7);
    expect(use.own['idle']).toBeLessThan(0.1);
    expect(use.othersCores).toBeGreaterThanOrEqual(0);
  });
});

describe('statistics', () => {
  it('take the middle, and the place between two neighbours', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([1, 2, 3, 4, 5], 0.5)).toBe(3);
    expect(percentile([1, 2], 0.99)).toBeCloseTo(1.99);
    expect(spread([3_000, 1_000, 2_000], whole)).toBe('2,000 (1,000–3,000)');
  });
});

describe('a contest', () => {
  const rounds = [100, 200, 400].flatMap((perSecond) => [
    { side: 'ours', perSecond: perSecond * 2 },
    { side: 'floor', perSecond },
    { side: 'other', perSecond: 10 },
  ]);
  const figures = [{ column: 'a second', of: (round: (typeof rounds)[number]) => round.perSecond, show: whole }];
  const ratio = ['ours', 'floor'] as const;

  it('shows each side, the ratios of the same rounds, and whether they are what they should be', () => {
    const column = 'a second';
    const targets = [
      { ratio, column, atLeast: 2 },
      { ratio, column, atMost: 1.9 },
    ];
    const table = tableOfSides({ title: 'sides', rounds, figures, ratios: [ratio], targets });
    expect(table.rows).toEqual([
      ['ours', '400 (200–800)'],
      ['floor', '200 (100–400)'],
      ['other', '10 (10–10)'],
      ['ours / floor', '2.00 (2.00–2.00)'],
    ]);
    expect(table.notes).toEqual([
      'Target: a second, ours / floor: at least 2: met (2.00).',
      'Target: a second, ours / floor: at most 1.9: not met (2.00).',
    ]);
  });

  it('takes nothing for met that was not measured', () =>
    expect(judge('what', NaN, { atLeast: 1 })).toContain('not met'));
});
