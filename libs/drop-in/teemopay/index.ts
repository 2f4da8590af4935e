export { teemopayContract } from './src/teemopay.contract.js';
