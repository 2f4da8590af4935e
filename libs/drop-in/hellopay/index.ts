export { ACH_CODES } from './src/banks.js';
export { hellopayContract } from './src/hellopay.contract.js';
