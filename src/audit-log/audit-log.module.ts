import { Module } from '@nestjs/common';
import { AuditLogController } from './audit-log.controller.js';
import { ReadAuditLog } from './read-audit-log.service.js';

@Module({ controllers: [AuditLogController], providers: [ReadAuditLog] })
export class AuditLogModule {}
