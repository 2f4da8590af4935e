import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { HelloPayModule } from './hellopay.module.js';
import { HelloPaySettings } from './hellopay.settings.js';

export const hellopay: ProviderDescriptor = {
  name: 'hellopay',
  module: HelloPayModule,
  settings: HelloPaySettings,
  sandboxEnvironment: (sandboxUrl) => ({
    HELLOPAY_BASE_URL: `${sandboxUrl}/hellopay`,
    HELLOPAY_API_KEY: 'sandbox-hellopay-key',
    HELLOPAY_WEBHOOK_HEADER: 'Authorization',
    HELLOPAY_WEBHOOK_SECRET: 'sandbox-hellopay-webhook-secret',
  }),
};
