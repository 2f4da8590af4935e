export * from './src/server.js';
export * from './src/sandbox-client.js';
export type { Fault, FaultRequest } from './src/faults.js';
export type { CallRecord } from './src/call-log.js';
export type { WebhookTry } from './src/webhook-sender.js';
export { ControlRefused } from './src/control-http.js';
export * from './src/tumipay/control-client.js';
export * from './src/tumipay/switches.js';
export {
  type TumiPayOrderStatus,
  type TumiPayOrderView,
  type TumiPayWebhookMode,
  type TumiPayWebhookPlan,
} from './src/tumipay/order.js';
