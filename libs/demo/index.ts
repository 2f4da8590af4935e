export { runDemo, type DemoTarget } from './src/demo.js';
