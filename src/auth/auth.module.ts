import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ApiKeys } from './api-keys.js';
import { Doorkeeper } from './doorkeeper.js';
import { OnBehalfOfCaller } from './on-behalf-of-caller.interceptor.js';

@Module({
  providers: [ApiKeys, Doorkeeper, { provide: APP_INTERCEPTOR, useClass: OnBehalfOfCaller }],
  exports: [ApiKeys, Doorkeeper],
})
export class AuthModule {}
