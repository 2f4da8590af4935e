import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ApiKeys } from './api-keys.js';
import { RequestGate } from './request-gate.js';
import { OnBehalfOfCaller } from './on-behalf-of-caller.interceptor.js';

@Module({
  providers: [ApiKeys, RequestGate, { provide: APP_INTERCEPTOR, useClass: OnBehalfOfCaller }],
  exports: [ApiKeys, RequestGate],
})
export class AuthModule {}
