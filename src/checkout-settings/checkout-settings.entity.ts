import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** Of the payer's pages. */
export const LANGUAGES = ['es', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const DEFAULT_LANGUAGE: Language = 'es';

/** How an organization's checkout pages appear to payers. Without a row, as by default. */
export const CheckoutSettingsEntity = defineEntity({
  name: 'CheckoutSettings',
  tableName: 'checkout_settings',
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** Null: the organization's name. */
    displayName: p.string().length(60).nullable(),
    /** `#rrggbb`. */
    color: p.string().length(7).nullable(),
    supportEmail: p.string().length(254).nullable(),
    /** E.164. */
    supportPhone: p.string().length(16).nullable(),
    supportUrl: p.text().nullable(),
    language: p.string().length(2).$type<Language>().default(DEFAULT_LANGUAGE),
    /** Who may show the pages inside of theirs. */
    frameOrigins: p.array((text) => text).default([]),
    /** UUIDv7, another one for each picture: addresses of logos are kept for ever. */
    logoId: p.uuid().nullable(),
    /** WebP, of our own making. */
    logo: p.blob().nullable().lazy(),
    logoWidth: p.integer().nullable(),
    logoHeight: p.integer().nullable(),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type CheckoutSettingsRow = InferEntity<typeof CheckoutSettingsEntity>;
