import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ExplainController } from './explain.controller.js';
import { ExplainPayin } from './explain-payin.service.js';

@Module({ imports: [PayinsModule], controllers: [ExplainController], providers: [ExplainPayin] })
export class ExplainModule {}
