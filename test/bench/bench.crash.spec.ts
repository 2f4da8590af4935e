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
import { assertWhole } from './contest.js';
import { countCpu } from './cpu.js';
import { postRequest } from './http-connection.js';
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
    ['closed', closedLoop],
    ['open', (options: Parameters<typeof closedLoop>[0]) => openLoop({ ...options, perSecond: 500 })],
  ])('of a %s loop counts each request with its answer, and none twice', async (_name, load) => {
    await withServer(404, async (url, bodies) => {
      let number = 0;
      const next = () => postRequest(url, {}, `{"número":${(number += 1)}}`);
      const { answers, latenciesMs } = await load({ url, connections: 4, seconds: 0.1, next });
      expect(number).toBeGreaterThan(4);
      expect(answers).toEqual({ 404: number });
      expect(latenciesMs).toHaveLength(number);
      expect(new Set(bodies)).toEqual(new Set(Array.from({ length: number }, (_, index) => `{"número":${index + 1}}`)));
    });
  });

  it('fails when the server goes away, and does not take it for an answer', async () => {
    const server = createServer((request) => void request.socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const next = () => postRequest(url, {}, '{}');
    await expect(closedLoop({ url, connections: 1, seconds: 1, next })).rejects.toThrow('closed');
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
