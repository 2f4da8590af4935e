import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SettingsError } from '../../config/load-settings.js';
import { Database } from '../database/database.js';
import { sealQuery, type SecretColumn, unsealedQuery } from './stored-secrets.queries.js';
import { OWNER, SealedSecretError, SecretBox } from './secret-box.js';

const BATCH = 500;

interface Column extends SecretColumn {
  owner: (row: { organizationId: string; id: string }) => string;
}

/** Every column that holds a sealed secret. */
const COLUMNS: readonly Column[] = [
  ...['notification_secret', 'previous_notification_secret'].map((column) => ({
    table: 'organizations',
    column,
    organization: 'id',
    owner: ({ id }: { id: string }) => OWNER.organization(id),
  })),
  ...['secret', 'previous_secret'].map((column) => ({
    table: 'webhook_endpoints',
    column,
    organization: 'organization_id',
    owner: ({ organizationId, id }: { organizationId: string; id: string }) => OWNER.endpoint(organizationId, id),
  })),
  ...['totp_secret', 'pending_totp_secret'].map((column) => ({
    table: 'people',
    column,
    organization: 'id',
    owner: ({ id }: { id: string }) => OWNER.person(id),
  })),
  { table: 'installation_keys', column: 'key', organization: 'id', owner: ({ id }) => OWNER.installation(id) },
  {
    table: 'api_keys',
    column: 'contract_secrets',
    organization: 'organization_id',
    owner: ({ organizationId, id }) => OWNER.apiKey(organizationId, id),
  },
  {
    table: 'refunds',
    column: 'destination',
    organization: 'organization_id',
    owner: ({ organizationId, id }) => OWNER.refund(organizationId, id),
  },
];

/**
 * Seals with the present key, before anything is served, what is stored in the clear (from before there was a key) or under the previous
 * key. Any number of replicas may do so at once.
 */
@Injectable()
export class StoredSecrets implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** @throws SettingsError when one cannot be read with the given keys */
  async onModuleInit(): Promise<void> {
    for (const column of COLUMNS) while (await this.sealBatch(column));
  }

  /** @returns whether there may be more */
  private async sealBatch(column: Column): Promise<boolean> {
    const rows = await this.database.query(unsealedQuery(column, BATCH), { prefix: this.box.prefix });
    for (const row of rows) {
      const owner = column.owner(row);
      const sealed = this.box.seal(this.read(row.stored, owner), owner);
      await this.database.query(sealQuery(column), { ...row, sealed });
    }
    return rows.length === BATCH;
  }

  private read(stored: string, owner: string): string {
    if (stored.startsWith('whsec_')) return stored;
    try {
      return this.box.open(stored, owner);
    } catch (error) {
      if (!(error instanceof SealedSecretError)) throw error;
      throw new SettingsError([
        'SECRETS_KEY is not the key with which the stored secrets are encrypted; set it to that key, or set that key as SECRETS_KEY_PREVIOUS',
      ]);
    }
  }
}
