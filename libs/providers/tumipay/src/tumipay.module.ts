import { Module } from '@nestjs/common';
import {
  BasicAndTokenSigner,
  PAYMENT_PROVIDER,
  REQUEST_SIGNER,
  Secret,
  Sha256OfFieldsVerifier,
  WEBHOOK_VERIFIER,
} from '@recaudo/payment-provider';
import { TumiPayClient } from './tumipay.client.js';
import { signedWebhookObject, TUMIPAY_SIGNATURE_HEADER } from './tumipay.mapper.js';
import { TumiPayProvider } from './tumipay.provider.js';
import { TumiPaySettings } from './tumipay.settings.js';

@Module({
  providers: [
    TumiPayClient,
    {
      provide: REQUEST_SIGNER,
      inject: [TumiPaySettings],
      useFactory: (settings: TumiPaySettings) =>
        new BasicAndTokenSigner({
          username: new Secret(settings.TUMIPAY_USERNAME),
          password: new Secret(settings.TUMIPAY_PASSWORD),
          tokenHeader: 'Token-Top',
          token: new Secret(settings.TUMIPAY_TOKEN),
        }),
    },
    {
      provide: WEBHOOK_VERIFIER,
      inject: [TumiPaySettings],
      useFactory: (settings: TumiPaySettings) => {
        const token = new Secret(settings.TUMIPAY_TOKEN);
        return new Sha256OfFieldsVerifier({
          header: TUMIPAY_SIGNATURE_HEADER,
          signedObject: (body) => signedWebhookObject(token.reveal(), body),
        });
      },
    },
    { provide: PAYMENT_PROVIDER, useClass: TumiPayProvider },
  ],
  exports: [PAYMENT_PROVIDER],
})
export class TumiPayModule {}
