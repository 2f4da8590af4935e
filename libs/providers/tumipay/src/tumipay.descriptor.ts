import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { TumiPayModule } from './tumipay.module.js';
import { TumiPaySettings } from './tumipay.settings.js';

export const tumipay: ProviderDescriptor = {
  name: 'tumipay',
  module: TumiPayModule,
  settings: TumiPaySettings,
  otherModes: [{ TUMIPAY_DIRECT: 'true' }],
  sandboxEnvironment: (sandboxUrl) => ({
    TUMIPAY_BASE_URL: `${sandboxUrl}/tumipay/production/api`,
    TUMIPAY_USERNAME: 'sandbox-user',
    TUMIPAY_PASSWORD: 'sandbox-password',
    TUMIPAY_TOKEN: 'sandbox-token-top',
    TUMIPAY_AMOUNT_UNIT: 'cents',
  }),
};
