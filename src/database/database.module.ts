import { MikroOrmModule } from '@mikro-orm/nestjs';
import { type EntitySchema, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { Database } from './database.js';
import { DueWorkScheduler } from './due-work-scheduler.js';
import { ormOptions } from './orm-options.js';

@Global()
@Module({ providers: [Database, DueWorkScheduler], exports: [Database, DueWorkScheduler] })
export class DatabaseModule {
  static forRoot(entities: readonly EntitySchema[]): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        MikroOrmModule.forRootAsync({
          driver: PostgreSqlDriver,
          inject: [ServiceSettings],
          useFactory: (settings: ServiceSettings) => ({
            ...ormOptions(settings.DATABASE_URL, entities),
            registerRequestContext: false,
          }),
        }),
      ],
    };
  }
}
