// Packs @recaudo/sdk: node bin/pack-sdk.mjs [the tarball's folder, else dist/]. It is compiled by tsc alone, and prints the tarball's path.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'libs/sdk');
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const built = mkdtempSync(join(tmpdir(), 'recaudo-sdk-'));
try {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', sources, '--outDir', built], {
    stdio: ['ignore', 2, 2],
  });
  for (const file of ['package.json', 'README.md']) cpSync(join(sources, file), join(built, file));
  mkdirSync(target, { recursive: true });
  const printed = execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: built,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  process.stdout.write(`${join(target, printed.trim())}\n`);
} finally {
  rmSync(built, { recursive: true, force: true });
}
