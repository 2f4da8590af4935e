import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { COMPILE_CACHE } from './compile-cache.js';
import { until } from './until.js';

/** The built service in a process of its own. */
export interface ServiceProcess {
  url: string;
  process: ChildProcess;
  /** All that it has written so far, to either stream. */
  output(): string;
  /** SIGTERM, and waits for the end; kills what does not end within 30 s. */
  end(): Promise<void>;
}

/** @param environment all of it, apart from where programs are; nothing of the test run's own gets in */
export async function startServiceProcess(environment: Record<string, string>): Promise<ServiceProcess> {
  const chunks: Buffer[] = [];
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/src/app/main.js'], {
    env: { PATH: process.env['PATH'], ...COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), 30_000);
    if (child.exitCode === null && child.signalCode === null) await ended;
    clearTimeout(deadline);
  };
  const url = `http://127.0.0.1:${environment['PORT']}`;
  try {
    await until('the service process to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`the service ended at once:\n${output()}`);
      return (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok;
    });
  } catch (error) {
    await end();
    throw error;
  }
  return { url, process: child, output, end };
}
