import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';

/** Global: whatever changes something says so. */
@Global()
@Module({ providers: [AuditLog], exports: [AuditLog] })
export class AuditModule {}
