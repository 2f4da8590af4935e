export * from './src/fair-places.js';
export * from './src/share.js';
