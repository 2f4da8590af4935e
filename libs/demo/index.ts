export { playScenario, runDemo, type DemoTarget } from './src/demo.js';
export { DEMO_SETTINGS, SCENARIOS } from './src/scenarios.js';
export type { Scenario } from './src/scenario.js';
