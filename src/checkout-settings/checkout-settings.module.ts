import { Module } from '@nestjs/common';
import { CheckoutSettingsController } from './checkout-settings.controller.js';
import { CheckoutSettings } from './checkout-settings.service.js';
import { EditCheckoutSettings } from './edit-checkout-settings.service.js';
import { LogosController } from './logo/logos.controller.js';

@Module({
  controllers: [CheckoutSettingsController, LogosController],
  providers: [CheckoutSettings, EditCheckoutSettings],
  exports: [CheckoutSettings],
})
export class CheckoutSettingsModule {}
