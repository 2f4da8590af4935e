import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { PaymentLinkStore } from './payment-link.store.js';
import { PaymentLinksController } from './payment-links.controller.js';
import { UsePaymentLink } from './use-payment-link.service.js';
import { PaymentLinks } from './payment-links.service.js';

@Module({
  imports: [PayinsModule],
  controllers: [PaymentLinksController],
  providers: [PaymentLinks, PaymentLinkStore, UsePaymentLink],
  exports: [UsePaymentLink],
})
export class PaymentLinksModule {}
