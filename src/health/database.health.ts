import { MikroORM } from '@mikro-orm/core';
import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Database } from '../database/database.js';

@Injectable()
export class DatabaseHealth {
  private migrated = false;

  constructor(
    @Inject(HealthIndicatorService) private readonly indicator: HealthIndicatorService,
    @Inject(Database) private readonly database: Database,
    @Inject(MikroORM) private readonly orm: MikroORM,
  ) {}

  async isReachable() {
    const check = this.indicator.check('database');
    try {
      await this.database.query({ name: 'ping', text: 'select 1' }, []);
      return check.up();
    } catch {
      return check.down({ message: 'cannot be reached' });
    }
  }

  /** Asked until it is true once: a schema does not go back under a running process. */
  async isMigrated() {
    const check = this.indicator.check('migrations');
    try {
      const pending = this.migrated ? 0 : (await this.orm.migrator.getPending()).length;
      this.migrated = pending === 0;
      return this.migrated ? check.up() : check.down({ message: `${pending} not applied; run npm run migrate` });
    } catch {
      return check.down({ message: 'cannot be read' });
    }
  }
}
