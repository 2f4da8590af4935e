import { Module } from '@nestjs/common';
import { PseBankListStore } from './pse-bank-list.store.js';
import { PseBanksController } from './pse-banks.controller.js';
import { PseBanks } from './pse-banks.service.js';

@Module({ controllers: [PseBanksController], providers: [PseBanks, PseBankListStore], exports: [PseBanks] })
export class PseBanksModule {}
