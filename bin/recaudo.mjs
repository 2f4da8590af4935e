#!/usr/bin/env node
// recaudo COMMAND …: at any server with an API key (libs/command-line, plain scripts that need no build), or with the service's own code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { COMMANDS_OF_THE_SERVICE, run } from '../libs/command-line/src/program.mjs';

const args = process.argv.slice(2);

// Whoever reads has seen enough: `recaudo payins list | head`.
process.stdout.on('error', () => process.exit());

if (COMMANDS_OF_THE_SERVICE.includes(args[0])) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  // By the Node that the service needs, whichever this is, and in the folder that has the data of npm start.
  const program = ['node', '--enable-source-maps', 'bin/run.mjs', 'cli', ...args];
  const { status, error } = spawnSync('bin/with-node', program, { cwd: root, stdio: 'inherit' });
  if (error) process.stderr.write(`${error.message}\n`);
  process.exitCode = status ?? 1;
} else {
  process.exitCode = await run(args);
  // A connection that is kept alive must not keep a command alive; what was written is written first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}
