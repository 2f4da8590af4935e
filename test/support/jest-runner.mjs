import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { setJestGlobals } from './jest-globals.mjs';
import './typescript.mjs';

const require = createRequire(import.meta.url);
const { default: runWithCircus } = require('jest-circus/runner');

const JEST_GLOBALS = new URL('jest-globals.mjs', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === '@jest/globals' ? { url: JEST_GLOBALS, shortCircuit: true } : nextResolve(specifier, context),
});
process.setSourceMapsEnabled(true);

/** The same cases on every machine, so that a red test is red again. `PROPERTY_SEED=7` tries others. */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_121) });

/**
 * Jest's runner, but Node loads the modules: once for each worker and as they run in production. Jest would load all of them again for each
 * test file, into a context in which they run slowly; that took most of the time of a file that starts the service. Therefore nothing can be
 * mocked by module, and `--watch` sees no change.
 */
export default function runTests(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  if (globalConfig.watch || globalConfig.watchAll)
    throw new Error('--watch would run what was loaded before: run again');
  const { console } = globalThis;
  globalThis.console = environment.global.console;
  Object.assign(globalThis, config.globals);
  // Node reads the source maps.
  Error.prepareStackTrace = undefined;
  runtime.requireInternalModule = requireAnew;
  runtime.setGlobalsForRuntime = setJestGlobals;
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = (path) => import(pathToFileURL(path).href);
  // Not awaited, so that it stands in nobody's stack.
  return runWithCircus(globalConfig, config, environment, runtime, testPath, sendMessageToJest).finally(() => {
    globalThis.console = console;
  });
}

/** What Jest loads so keeps the tests of one file. */
function requireAnew(path) {
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  for (const loaded of Object.keys(require.cache)) if (loaded.includes('/jest-circus/')) delete require.cache[loaded];
  return require(path);
}
