import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { STATUSES } from './tumipay.mapper.js';
import { TumiPayModule } from './tumipay.module.js';
import { TumiPaySettings } from './tumipay.settings.js';

export const tumipay: ProviderDescriptor = {
  name: 'tumipay',
  module: TumiPayModule,
  settings: TumiPaySettings,
  otherModes: [{ TUMIPAY_DIRECT: 'true' }],
  // TumiPay documents no statement: the names and units of its webhook.
  statement: {
    columns: {
      reference: 'top_reference',
      externalId: 'top_ticket',
      amount: 'top_amount',
      currency: 'top_currency',
      status: 'top_status',
    },
    amountUnit: 'cents',
    statuses: STATUSES,
  },
  sandboxEnvironment: (sandboxUrl) => ({
    TUMIPAY_BASE_URL: `${sandboxUrl}/tumipay/production/api`,
    TUMIPAY_USERNAME: 'sandbox-user',
    TUMIPAY_PASSWORD: 'sandbox-password',
    TUMIPAY_TOKEN: 'sandbox-token-top',
    TUMIPAY_AMOUNT_UNIT: 'cents',
  }),
};
