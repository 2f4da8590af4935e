import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeys } from './api-keys.js';
import { AuthGuard } from './auth.guard.js';

@Module({ providers: [ApiKeys, { provide: APP_GUARD, useClass: AuthGuard }], exports: [ApiKeys] })
export class AuthModule {}
