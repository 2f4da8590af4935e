// Runs a command of src/app/, and builds it first where the sources have changed: node bin/run.mjs NAME [arguments]
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { readRunning, writeRunning } from './running.mjs';

const [name, ...args] = process.argv.slice(2);
const DATA = '.data';

if (name === 'start') {
  const running = readRunning(DATA);
  if (running) {
    process.stderr.write(`Recaudo is already running from this folder (process ${running}): stop it first.\n`);
    process.exit(1);
  }
  writeRunning(DATA);
}
const isBuilt = await build({ onBuild: () => process.stderr.write('Building: the sources have changed …\n') });
if (!isBuilt) process.exit(1);
const program = new URL(`../dist/src/app/${name}.js`, import.meta.url);
// As if it had been run itself.
process.argv = [process.execPath, fileURLToPath(program), ...args];
await import(program.href);
