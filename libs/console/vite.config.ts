import { defineConfig } from 'vite';

/** Where the service puts the nonce of each answer: src/console. */
const NONCE = '__CSP_NONCE__';

export default defineConfig({
  base: '/console/',
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
  },
});
