import { Global, Module } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { PinoLogger } from './pino-logger.js';

@Global()
@Module({
  providers: [
    {
      provide: PinoLogger,
      inject: [ServiceSettings],
      useFactory: (settings: ServiceSettings) => PinoLogger.create(settings),
    },
  ],
  exports: [PinoLogger],
})
export class LoggingModule {}
