export * from './src/drop-in-contract.js';
export * from './src/served-payin.js';
