import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ExpirySweep } from './expiry-sweep.worker.js';

@Module({ imports: [PayinsModule], providers: [ExpirySweep] })
export class ExpiryModule {}
