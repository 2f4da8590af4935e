import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ApiKeys } from './api-keys.js';
import { AuthGuard } from './auth.guard.js';
import { OnBehalfOfCaller } from './on-behalf-of-caller.interceptor.js';

@Module({
  providers: [
    ApiKeys,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_INTERCEPTOR, useClass: OnBehalfOfCaller },
  ],
  exports: [ApiKeys],
})
export class AuthModule {}
