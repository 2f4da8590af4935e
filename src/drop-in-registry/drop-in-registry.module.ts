import { type DynamicModule, Module } from '@nestjs/common';
import type { DropInContract } from '@recaudo/drop-in-contract';
import { ServiceSettings } from '../../config/service.settings.js';
import { DropInRegistry } from './drop-in-registry.js';

@Module({})
export class DropInRegistryModule {
  static register(contracts: readonly DropInContract[]): DynamicModule {
    return {
      module: DropInRegistryModule,
      global: true,
      providers: [
        {
          provide: DropInRegistry,
          inject: [ServiceSettings],
          useFactory: ({ DROP_IN = [] }: ServiceSettings) => new DropInRegistry(contracts, DROP_IN),
        },
      ],
      exports: [DropInRegistry],
    };
  }
}
