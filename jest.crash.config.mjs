import { limits, shared, withDatabase } from './jest.config.mjs';

export default {
  ...limits,
  ...shared,
  ...withDatabase,
  displayName: 'crash',
  // Some again, with many more replies, orders of updates, bodies and rows than in the quick tier.
  testMatch: [
    '<rootDir>/{src,config,libs,test}/**/*.crash.spec.ts',
    '<rootDir>/libs/providers/**/*.conformance.spec.ts',
    '<rootDir>/test/**/{api-fuzz,due-work,order-of-updates,payment-link-uses}.spec.ts',
  ],
  globals: { thorough: true },
};
