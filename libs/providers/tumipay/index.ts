export { tumipay } from './src/tumipay.descriptor.js';
