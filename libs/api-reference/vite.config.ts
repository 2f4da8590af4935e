import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where the service puts the nonce of each answer: src/api-reference. */
const NONCE = '__CSP_NONCE__';

const COMPRESSED = /\.(?:js|css)$/;

/** So that nothing is compressed while somebody waits for it. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir }, bundle) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    for (const name of Object.keys(bundle).filter((file) => COMPRESSED.test(file))) {
      const path = `${dir}/${name}`;
      const source = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(source, { params }));
      writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: '/docs/',
  plugins: [compressed],
  html: { cspNonce: NONCE },
  build: {
    outDir: '../../dist/api-reference',
    emptyOutDir: true,
    target: 'es2022',
    // A picture within a script would be one that the Content-Security-Policy has to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5_000,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
