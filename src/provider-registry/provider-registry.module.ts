import { type DynamicModule, Module } from '@nestjs/common';
import { type AnyPaymentProvider, PAYMENT_PROVIDER, type ProviderDescriptor } from '@recaudo/payment-provider';
import { ServiceSettings } from '../../config/service.settings.js';
import { ProviderRegistry } from './provider-registry.js';

/**
 * Collects the providers' modules. They all export the same token, which Nest would resolve to one of them; so each is imported by a
 * module of its own that passes its provider on under a token of its own.
 */
@Module({})
export class ProviderRegistryModule {
  static register(descriptors: readonly ProviderDescriptor[]): DynamicModule {
    const bridges = descriptors.map((descriptor) => ({
      descriptor,
      token: Symbol(`PaymentProvider:${descriptor.name}`),
    }));
    return {
      module: ProviderRegistryModule,
      global: true,
      imports: bridges.map(({ descriptor, token }) => bridge(descriptor, token)),
      providers: [
        {
          provide: ProviderRegistry,
          inject: [ServiceSettings, ...bridges.map(({ token }) => token)],
          useFactory: (settings: ServiceSettings, ...providers: AnyPaymentProvider[]) =>
            new ProviderRegistry(
              providers,
              (rail) => settings[`ROUTING_${rail}`],
              Object.fromEntries(descriptors.map(({ name, statement }) => [name, statement])),
            ),
        },
      ],
      exports: [ProviderRegistry],
    };
  }
}

function bridge(descriptor: ProviderDescriptor, token: symbol): DynamicModule {
  class ProviderBridge {}
  return {
    module: ProviderBridge,
    imports: [descriptor.module],
    providers: [{ provide: token, inject: [PAYMENT_PROVIDER], useFactory: (provider: AnyPaymentProvider) => provider }],
    exports: [token],
  };
}
