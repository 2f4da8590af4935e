import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export const shared = {
  rootDir: '.',
  testRunner: '<rootDir>/test/support/jest-runner.mjs',
  injectGlobals: false,
  transform: {},
};

/** One real PostgreSQL for all of them. */
export const withDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export const limits = {
  // Tests wait for facts: only one that would wait for ever takes so long, however slow the machine.
  testTimeout: 120_000,
  // They wait half of the time. More than eight would need more connections than the database has.
  maxWorkers: Math.min(Math.ceil(1.5 * availableParallelism()), 8),
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
