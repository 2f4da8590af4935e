import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { BookCheckStore } from './book-check.store.js';
import { BooksController } from './books.controller.js';
import { BooksStore } from './books.store.js';
import { CheckBooks } from './check-books.worker.js';

@Module({
  imports: [PayinsModule, ReconciliationModule],
  controllers: [BooksController],
  providers: [BooksStore, BookCheckStore, CheckBooks],
})
export class BooksModule {}
