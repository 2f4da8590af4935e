import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** So that nothing is compressed while somebody waits for it. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir }, bundle) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css)$/.test(file))) {
      const path = `${dir}/${name}`;
      const source = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(source, { params }));
      writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: '/checkout/',
  plugins: [compressed],
  build: {
    outDir: '../../dist/checkout',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The service reads in it what the files are called.
    manifest: 'manifest.json',
    reportCompressedSize: false,
    rolldownOptions: { input: 'libs/checkout/src/main.ts' },
  },
});
