import { mkdirSync, rmSync } from 'node:fs';
import { startDurableServer } from './durable-server.js';
import { closingAtEnd } from './benchmark.js';
import { startProvider, startSides } from './sides.js';
import { creating } from './create.js';
import { requestOf, tidy } from './http-contest.js';
import { closedLoop, openLoop } from './load.js';
import { countCpu } from './cpu.js';
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const VARIANTS = (process.env.VARIANTS ?? '1,3').split(',');
const root = '.data/zz'; rmSync(root + '/work', { recursive: true, force: true }); mkdirSync(root + '/work', { recursive: true });
const server = await startDurableServer(root + '/postgres');
const q = (a: number[], p: number) => [...a].sort((x, y) => x - y)[Math.min(a.length - 1, Math.floor(a.length * p))]!;
try {
  await closingAtEnd(async (closeAtEnd) => {
    const options = { quick: false, folder: root + '/work', say: console.log, closeAtEnd };
    const provider = await startProvider(options);
    const sides: any[] = [];
    for (const v of VARIANTS) { const [s] = await startSides(options, provider, ['Recaudo'] as never, { callsProvider: true, suffix: ` ${v}`, environment: { BESIDE: v } }); sides.push(s); }
    if (process.env.FLOOR) sides.push((await startSides(options, provider, ['floor'] as never, { callsProvider: true }))[0]);
    const w = creating(provider);
    for (const side of sides) await closedLoop({ ...requestOf(w, side), end: { requests: Number(process.env.WARM ?? 15000) } });
    for (const kind of (process.env.KINDS ?? '100,1000,closed').split(','))
    for (let i = 0; i < ROUNDS; i++) for (const side of sides) {
      await tidy(side.database, provider);
      await closedLoop({ ...requestOf(w, side), end: { requests: 300 } });
      const stop = countCpu(side.parts);
      const t = performance.now();
      const load: any = kind === 'closed' ? await closedLoop({ ...requestOf(w, side), connections: Number(process.env.CONNS ?? 64), end: { seconds: 3 } }) : await openLoop({ ...requestOf(w, side), connections: 64, perSecond: Number(kind), seconds: Math.max(2, 600 / Number(kind)) });
      const s = (performance.now() - t) / 1000;
      const cpu: any = stop();
      const n = Object.values(load.answers as Record<string, number>).reduce((a, b) => a + b, 0);
      const each = Object.fromEntries(Object.entries(cpu?.own ?? {}).map(([k, v]: any) => [k, Math.round((v / n) * 1e6)]));
      const l = load.latenciesMs as number[];
      console.log(kind.padEnd(7), side.name.padEnd(10), Math.round(n / s) + '/s', JSON.stringify(each), 'p50', q(l, .5).toFixed(1), 'p90', q(l, .9).toFixed(1), 'p99', q(l, .99).toFixed(1), 'max', Math.max(...l).toFixed(1), 'others', cpu?.othersCores?.toFixed(2));
    }
  });
} finally { await server.close(); }
process.exit(0);
