import { NestFactory } from '@nestjs/core';
import { OutboundHttpModule } from '@recaudo/outbound-http';
import type { AnyPaymentProvider, ProviderDescriptor } from '@recaudo/payment-provider';
import { loadSettings } from '../../config/load-settings.js';
import { SettingsModule } from '../../config/settings.module.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProviderRegistryModule } from './provider-registry.module.js';

/** The providers as they are with the settings of the built-in sandbox, to ask what they declare. Nothing is called. */
export async function withSandboxSettings<T>(
  descriptors: readonly ProviderDescriptor[],
  ask: (providers: AnyPaymentProvider[]) => T,
): Promise<T> {
  const settings = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'postgres://localhost/none' }, descriptors);
  class Declarations {}
  const context = await NestFactory.createApplicationContext(
    {
      module: Declarations,
      imports: [
        SettingsModule.forRoot(settings),
        OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: false }) }),
        ProviderRegistryModule.register(descriptors),
      ],
    },
    { logger: false, abortOnError: false },
  );
  try {
    const registry = context.get(ProviderRegistry);
    return ask(registry.names.flatMap((name) => registry.get(name) ?? []));
  } finally {
    await context.close();
  }
}
