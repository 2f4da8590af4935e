export * from './src/x.js';
