import { query } from '../database/query.js';
import type { Language } from './checkout-settings.entity.js';

export interface AppearanceRow {
  organizationName: string;
  displayName: string | null;
  color: string | null;
  supportEmail: string | null;
  supportPhone: string | null;
  supportUrl: string | null;
  language: Language | null;
  frameOrigins: string[] | null;
  logoId: string | null;
  logoWidth: number | null;
  logoHeight: number | null;
}

export const READ_APPEARANCE = query<{ organizationId: string }, AppearanceRow>(
  'appearance of an organization',
  `
    select organization.name as "organizationName", display_name as "displayName", color, support_email as "supportEmail",
           support_phone as "supportPhone", support_url as "supportUrl", language, frame_origins as "frameOrigins", logo_id as "logoId",
           logo_width as "logoWidth", logo_height as "logoHeight"
    from organizations as organization left join checkout_settings as settings on settings.organization_id = organization.id
    where organization.id = $organizationId`,
);

export const READ_LOGO = query<{ organizationId: string; id: string }, { logo: Buffer }>(
  'logo of an organization',
  'select logo from checkout_settings where organization_id = $organizationId and logo_id = $id',
);

/** As the ORM takes it, inside its transaction: then there is a row to lock. */
export const KEEP_CHECKOUT_SETTINGS =
  'insert into checkout_settings (organization_id) values (?) on conflict do nothing';
