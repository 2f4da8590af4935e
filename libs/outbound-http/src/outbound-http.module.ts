import { HttpModule } from '@nestjs/axios';
import { type DynamicModule, Module } from '@nestjs/common';
import { OUTBOUND_HTTP_OPTIONS, OutboundHttp, type OutboundHttpOptions } from './outbound-http.js';

@Module({})
export class OutboundHttpModule {
  static forRootAsync(options: {
    inject: unknown[];
    useFactory: (...dependencies: never[]) => OutboundHttpOptions;
  }): DynamicModule {
    return {
      module: OutboundHttpModule,
      global: true,
      imports: [HttpModule],
      providers: [{ provide: OUTBOUND_HTTP_OPTIONS, ...options } as never, OutboundHttp],
      exports: [OutboundHttp],
    };
  }
}
