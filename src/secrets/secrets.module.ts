import { Global, Module } from '@nestjs/common';
import { secretsKeysOf } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { PublicTokens } from './public-tokens.js';
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
    PublicTokens,
  ],
  exports: [SecretBox, StoredSecrets, PublicTokens],
})
export class SecretsModule {}
