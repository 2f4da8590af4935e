import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';
import { RequestGate } from './request-gate.js';

@Module({
  providers: [ApiKeys, RequestGate],
  exports: [ApiKeys, RequestGate],
})
export class AuthModule {}
