import { NestFactory } from '@nestjs/core';
import { OutboundHttpModule } from '@recaudo/outbound-http';
import { type AnyPaymentProvider, PAYMENT_PROVIDER, type ProviderDescriptor } from '@recaudo/payment-provider';
import { loadSettings } from '../../config/load-settings.js';
import { SettingsModule } from '../../config/settings.module.js';

/** A provider in one of its modes. */
export interface DeclaredProvider {
  /** The settings that make the mode; empty for the usual one. */
  mode: Readonly<Record<string, string>>;
  provider: AnyPaymentProvider;
}

/** The providers as they are with the settings of the built-in sandbox, in each of their modes, to read what they declare. */
export async function declaredProviders(descriptors: readonly ProviderDescriptor[]): Promise<DeclaredProvider[]> {
  const modes = descriptors.flatMap((descriptor) =>
    [{}, ...(descriptor.otherModes ?? [])].map((mode) => ({ descriptor, mode })),
  );
  return Promise.all(modes.map(async ({ descriptor, mode }) => ({ mode, provider: await declared(descriptor, mode) })));
}

async function declared(
  descriptor: ProviderDescriptor,
  mode: Readonly<Record<string, string>>,
): Promise<AnyPaymentProvider> {
  const environment = { NODE_ENV: 'test', DATABASE_URL: 'postgres://localhost/none', ...mode };
  class Declarations {}
  const context = await NestFactory.createApplicationContext(
    {
      module: Declarations,
      imports: [
        SettingsModule.forRoot(loadSettings(environment, [descriptor])),
        OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: false }) }),
        descriptor.module,
      ],
    },
    { logger: false, abortOnError: false },
  );
  const provider = context.get<AnyPaymentProvider>(PAYMENT_PROVIDER, { strict: false });
  await context.close();
  return provider;
}
