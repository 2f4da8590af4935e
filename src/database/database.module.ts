import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Global, Module } from '@nestjs/common';
import { mikroOrmOptions } from '../../config/mikro-orm.config.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { Database } from './database.js';
import { DueWorkScheduler } from './due-work-scheduler.js';

@Global()
@Module({
  imports: [
    MikroOrmModule.forRootAsync({
      driver: PostgreSqlDriver,
      inject: [ServiceSettings],
      useFactory: (settings: ServiceSettings) => ({
        ...mikroOrmOptions(settings.DATABASE_URL),
        registerRequestContext: false,
      }),
    }),
  ],
  providers: [Database, DueWorkScheduler],
  exports: [Database, DueWorkScheduler],
})
export class DatabaseModule {}
