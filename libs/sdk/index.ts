export { Recaudo } from './src/recaudo.js';
export { RecaudoConnectionError, RecaudoError, RecaudoProblem } from './src/errors.js';
export { RecaudoWebhookError, verifyWebhook, type WebhookHeaders } from './src/webhooks.js';
export type { Following, Pages } from './src/pages.js';
export type { CallOptions, RecaudoOptions } from './src/options.js';
export type * from './src/types.js';
export type { components, operations, paths, webhooks } from './src/schema.js';
