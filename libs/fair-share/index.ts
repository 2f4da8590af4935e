export * from './src/fair-slots.js';
export * from './src/share.js';
