import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where the service puts the nonce of each answer: src/console. */
const NONCE = '__CSP_NONCE__';

const COMPRESSED = /\.(?:js|css|svg)$/;

/** So that nothing is compressed while somebody waits for it. Of the files as they are written: other plugins change them until then. */
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
  base: '/console/',
  plugins: [compressed],
  html: { cspNonce: NONCE },
  // Alone with the service: `npm run console:dev` beside `npm start`.
  server: { proxy: { '^/(?!console)': 'http://localhost:3000' } },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // A picture within a script would be one that the Content-Security-Policy has to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    // A test holds what the first script weighs compressed.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
