export type { BreakerState } from './src/breaker.js';
export type { DestinationHealth } from './src/destination.js';
export { OutboundError, type OutboundErrorKind } from './src/outbound-error.js';
export * from './src/outbound-http.js';
export * from './src/outbound-http.module.js';
export * from './src/provider-call.js';
export { isPublicAddress } from './src/private-addresses.js';
