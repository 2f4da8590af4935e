import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { STATUSES } from './hellopay.mapper.js';
import { HelloPayModule } from './hellopay.module.js';
import { HelloPaySettings } from './hellopay.settings.js';

export const hellopay: ProviderDescriptor = {
  name: 'hellopay',
  module: HelloPayModule,
  settings: HelloPaySettings,
  otherModes: [{ HELLOPAY_SANDBOX_REFUNDS: 'true' }],
  // HelloPay documents no statement: the names of its list.
  statement: {
    columns: {
      reference: 'reference',
      externalId: 'id',
      amount: 'confirmedAmountInCents',
      currency: 'currency',
      status: 'status',
      paidAt: 'resultAt',
      reversedAt: 'chargebackAt',
    },
    amountUnit: 'cents',
    statuses: STATUSES,
  },
  sandboxEnvironment: (sandboxUrl) => ({
    HELLOPAY_BASE_URL: `${sandboxUrl}/hellopay`,
    HELLOPAY_API_KEY: 'sandbox-hellopay-key',
    HELLOPAY_WEBHOOK_HEADER: 'Authorization',
    HELLOPAY_WEBHOOK_SECRET: 'sandbox-hellopay-webhook-secret',
  }),
};
