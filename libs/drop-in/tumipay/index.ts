export { tumipayContract } from './src/tumipay.contract.js';
