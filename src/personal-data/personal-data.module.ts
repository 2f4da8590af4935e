import { Module } from '@nestjs/common';
import { ForgetPersonalData } from './forget-personal-data.worker.js';
import { PersonalDataStore } from './personal-data.store.js';

@Module({ providers: [PersonalDataStore, ForgetPersonalData] })
export class PersonalDataModule {}
