export { hellopay } from './src/hellopay.descriptor.js';
