export { runDemo, type DemoTarget } from './src/demo.js';
export { DEMO_SETTINGS, STORIES } from './src/stories.js';
export type { Story } from './src/story.js';
