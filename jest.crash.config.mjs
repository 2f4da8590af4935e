import { limits, shared, withDatabase } from './jest.config.mjs';

export default {
  ...limits,
  ...shared,
  ...withDatabase,
  displayName: 'crash',
  // The conformance suite again, with many more hostile replies than in the quick tier.
  testMatch: [
    '<rootDir>/{src,config,libs,test}/**/*.crash.spec.ts',
    '<rootDir>/libs/providers/**/*.conformance.spec.ts',
  ],
  globals: { thorough: true },
};
