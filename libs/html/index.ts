export * from './src/html.js';
