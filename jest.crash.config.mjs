import { limits, shared, withDatabase } from './jest.config.mjs';

export default {
  ...limits,
  ...shared,
  ...withDatabase,
  displayName: 'crash',
  testMatch: ['<rootDir>/{src,config,libs,test}/**/*.crash.spec.ts'],
};
