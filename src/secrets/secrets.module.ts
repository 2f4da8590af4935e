import { Global, Module } from '@nestjs/common';
import { secretsKeysOf } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { SecretBox } from './secret-box.js';
import { StoredSecrets } from './stored-secrets.js';

@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [ServiceSettings],
      useFactory: (settings: ServiceSettings) => new SecretBox(secretsKeysOf(settings)),
    },
    StoredSecrets,
  ],
  exports: [SecretBox, StoredSecrets],
})
export class SecretsModule {}
