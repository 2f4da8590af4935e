import { Module } from '@nestjs/common';
import {
  ApiKeySigner,
  PAYMENT_PROVIDER,
  REQUEST_SIGNER,
  Secret,
  StaticHeaderVerifier,
  WEBHOOK_VERIFIER,
} from '@recaudo/payment-provider';
import { HelloPayClient } from './hellopay.client.js';
import { HelloPayProvider } from './hellopay.provider.js';
import { HelloPaySettings } from './hellopay.settings.js';

@Module({
  providers: [
    HelloPayClient,
    {
      provide: REQUEST_SIGNER,
      inject: [HelloPaySettings],
      useFactory: (settings: HelloPaySettings) =>
        new ApiKeySigner({ header: 'X-API-Key', key: new Secret(settings.HELLOPAY_API_KEY) }),
    },
    {
      provide: WEBHOOK_VERIFIER,
      inject: [HelloPaySettings],
      useFactory: (settings: HelloPaySettings) =>
        new StaticHeaderVerifier({
          header: settings.HELLOPAY_WEBHOOK_HEADER,
          value: new Secret(settings.HELLOPAY_WEBHOOK_SECRET),
        }),
    },
    { provide: PAYMENT_PROVIDER, useClass: HelloPayProvider },
  ],
  exports: [PAYMENT_PROVIDER],
})
export class HelloPayModule {}
