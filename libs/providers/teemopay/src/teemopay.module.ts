import { Module } from '@nestjs/common';
import {
  PAYMENT_PROVIDER,
  type RequestStamp,
  REQUEST_SIGNER,
  RsaBodySigner,
  RsaBodyVerifier,
  WEBHOOK_VERIFIER,
} from '@recaudo/payment-provider';
import { TeemoPayClient } from './teemopay.client.js';
import { TeemoPayProvider } from './teemopay.provider.js';
import { TeemoPaySettings } from './teemopay.settings.js';

/** The headers of seed 004. The signature covers the nonce, and none of the others. */
function headersOf(settings: TeemoPaySettings, { timestamp, nonce }: RequestStamp): Record<string, string> {
  const appCode = settings.TEEMOPAY_APP_CODE_HEADERS.map((name) => [name, settings.TEEMOPAY_APP_CODE]);
  return { timestamp, nonce, country: 'CO', ...Object.fromEntries(appCode) };
}

@Module({
  providers: [
    TeemoPayClient,
    {
      provide: REQUEST_SIGNER,
      inject: [TeemoPaySettings],
      useFactory: (settings: TeemoPaySettings) =>
        new RsaBodySigner({
          privateKey: settings.TEEMOPAY_PRIVATE_KEY,
          headers: (stamp) => headersOf(settings, stamp),
        }),
    },
    {
      provide: WEBHOOK_VERIFIER,
      inject: [TeemoPaySettings],
      useFactory: (settings: TeemoPaySettings) =>
        new RsaBodyVerifier({ publicKey: settings.TEEMOPAY_PLATFORM_PUBLIC_KEY }),
    },
    { provide: PAYMENT_PROVIDER, useClass: TeemoPayProvider },
  ],
  exports: [PAYMENT_PROVIDER],
})
export class TeemoPayModule {}
