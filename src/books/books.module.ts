import { Module } from '@nestjs/common';
import { BooksController } from './books.controller.js';
import { BooksStore } from './books.store.js';

@Module({ controllers: [BooksController], providers: [BooksStore] })
export class BooksModule {}
