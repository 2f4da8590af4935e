export { teemopay } from './src/teemopay.descriptor.js';
