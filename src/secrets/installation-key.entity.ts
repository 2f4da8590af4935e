import { defineEntity, p } from '@mikro-orm/core';

/** Keys that an installation makes for itself, once, and that all its replicas share. */
export const InstallationKeyEntity = defineEntity({
  name: 'InstallationKey',
  tableName: 'installation_keys',
  properties: {
    /** What it is for. */
    id: p.string().length(32).primary(),
    /** Sealed. */
    key: p.text(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
