import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';
import { RequestGate } from './request-gate.js';
import { Sessions } from './sessions.js';

@Module({
  providers: [ApiKeys, Sessions, RequestGate],
  exports: [ApiKeys, Sessions, RequestGate],
})
export class AuthModule {}
