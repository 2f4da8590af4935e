import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDurableServer } from './durable-server.js';
import { provenance, type Provenance } from './machine.js';
import { closingAtEnd, type Benchmark } from './benchmark.js';
import { BENCHMARKS } from './benchmarks.js';
import { toMarkdown, writeIntoPage } from './report.js';

/**
 * `npm run bench [-- name …] [--quick | --write]`: measures, prints, keeps every round as JSON, and with `--write` fills docs/performance.md. Without a
 * name it is all that needs no millions of rows.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !BENCHMARKS.some((one) => one.name === name));
if (unknown.length > 0)
  throw new Error(`there is ${BENCHMARKS.map(({ name }) => name).join(', ')}; not ${unknown.join(', ')}`);
if (values.quick && values.write) throw new Error('the figures of a quick run mean nothing: they are not written down');
const chosen = BENCHMARKS.filter(({ name, isLarge }) =>
  positionals.length === 0 ? values.quick || !isLarge : positionals.includes(name),
);

// On the project's own disk: a folder for temporary files may be memory, where a commit costs nothing.
const root = `.data/bench${values.quick ? '-quick' : ''}`;
const folder = join(root, 'work');
rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
const server = await startDurableServer(join(root, 'postgres'));
try {
  const from = provenance(server.settings);
  for (const line of Object.values(from)) say(line);
  // One after the other, so that none disturbs another's figures. Those of a quick run mean nothing anyway.
  if (values.quick) {
    // All of them come to their end, so that a failure is not hidden by others that lose their server.
    const ends = await Promise.allSettled(chosen.map((one) => measure(one, from)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } else for (const one of chosen) await measure(one, from);
} finally {
  await server.close();
  // Some gigabytes of log; that of a quick run is small, and its server starts sooner when it is there.
  if (!values.quick) rmSync(join(root, 'postgres'), { recursive: true, force: true });
}

async function measure({ name, title, ...benchmark }: Benchmark, from: Provenance): Promise<void> {
  say(`--- ${name}: ${title}`);
  const startedAt = performance.now();
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const result = await closingAtEnd((closeAtEnd) =>
    benchmark.run({ quick: values.quick, folder: own, say, closeAtEnd }),
  );
  const file = join(root, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...from, ...result }, null, 1)}\n`);
  const markdown = await toMarkdown(result, from);
  console.log(`\n${markdown}`);
  say(`${name} took ${Math.round((performance.now() - startedAt) / 1000)} s; every round: ${file}`);
  if (values.write) await writeIntoPage(name, markdown);
  rmSync(own, { recursive: true, force: true });
}
