/** @type {import('jest').Config} */
export const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@recaudo/(.*)$': '<rootDir>/libs/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^fast-check$': '<rootDir>/test/support/seeded-fast-check.mjs',
    // Its ES modules import JSON in a way that Jest warns of, once per file.
    '^libphonenumber-js$': '<rootDir>/node_modules/libphonenumber-js/index.cjs',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** One real PostgreSQL for all of them. */
export const withDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export const limits = {
  // Tests wait for facts: only one that would wait for ever takes so long, however slow the machine.
  testTimeout: 120_000,
  maxWorkers: '100%',
};

/** What kills, floods, measures or starts whole programs: `npm run test:crash`. */
const CRASH = '\\.crash\\.spec\\.ts$';

export default {
  ...limits,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,config,libs}/**/*.spec.ts'],
      testPathIgnorePatterns: [CRASH],
    },
    {
      ...shared,
      ...withDatabase,
      displayName: 'data',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: [CRASH],
    },
  ],
};
