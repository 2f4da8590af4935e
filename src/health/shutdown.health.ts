import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';

/** Not ready once the end has begun, so that a load balancer sends nothing new. */
@Injectable()
export class ShutdownHealth {
  private leaving = false;

  constructor(private readonly indicator: HealthIndicatorService) {}

  leave(): void {
    this.leaving = true;
  }

  isStaying() {
    const check = this.indicator.check('process');
    return this.leaving ? check.down({ message: 'shutting down' }) : check.up();
  }
}
