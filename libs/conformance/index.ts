export { attempt, damage, damagedReply } from './src/damage.js';
export { describeConformance } from './src/describe-conformance.js';
export type * from './src/subject.js';
export type { Json, JsonObject, Place } from './src/places.js';
export { objectIn, textsIn, valuesAt } from './src/places.js';
