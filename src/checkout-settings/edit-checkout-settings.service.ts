import { LockMode, MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { type AuditFacts, changesOf } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Principal } from '../auth/principal.js';
import { idAt } from '../database/id-at.js';
import type { Answer } from '../http/answer.js';
import { validationFailed } from '../http/problem.js';
import type { PictureType } from '../http/route-body.js';
import { CheckoutSettingsEntity, type CheckoutSettingsRow, DEFAULT_LANGUAGE } from './checkout-settings.entity.js';
import type { UpdateCheckoutSettingsDto } from './checkout-settings.dto.js';
import { KEEP_CHECKOUT_SETTINGS } from './checkout-settings.queries.js';
import type { CheckoutSettingsSchema } from './checkout-settings.schema.js';
import { CheckoutSettings } from './checkout-settings.service.js';
import { isFrameOrigin } from './frame-origin.js';
import { redrawLogo } from './logo/redraw.js';
import { presentContrast } from './present-contrast.js';

type Change = Partial<CheckoutSettingsRow>;

/** Reads and changes the settings of an organization’s checkout pages. */
@Injectable()
export class EditCheckoutSettings {
  constructor(
    private readonly orm: MikroORM,
    private readonly pages: CheckoutSettings,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
  ) {}

  async read({ organizationId }: Principal): Promise<Answer<CheckoutSettingsSchema>> {
    const read = await this.pages.read(organizationId);
    const { row, appearance } = read!;
    const { name, logoUrl, logoSize, support, language, frameOrigins } = appearance;
    return {
      displayName: row.displayName,
      name,
      color: row.color,
      colorContrast: presentContrast(appearance),
      logo: logoUrl === null ? null : { url: `${this.settings.publicUrl}${logoUrl}`, ...logoSize! },
      supportEmail: support.email,
      supportPhone: support.phone,
      supportUrl: support.url,
      language,
      frameOrigins: [...frameOrigins],
    };
  }

  /** @throws Problem VALIDATION_FAILED */
  async update(caller: Principal, dto: UpdateCheckoutSettingsDto): Promise<Answer<CheckoutSettingsSchema>> {
    this.refuseOrigins(dto.frameOrigins ?? []);
    const { displayName, color, supportEmail, supportPhone, supportUrl, language, frameOrigins } = dto;
    const change: Change = {
      displayName: displayName?.trim() ?? displayName,
      color: color?.toLowerCase() ?? color,
      supportEmail,
      supportPhone,
      supportUrl,
      language: language === null ? DEFAULT_LANGUAGE : language,
      frameOrigins: frameOrigins === null ? [] : frameOrigins,
    };
    return this.change(caller, 'checkout_settings.updated', change);
  }

  /** @throws Problem LOGO_REJECTED, UNAVAILABLE */
  async setLogo(caller: Principal, type: PictureType, picture: Buffer): Promise<Answer<CheckoutSettingsSchema>> {
    const { bytes, width, height } = await redrawLogo(caller.organizationId, type, picture);
    const logoId = idAt(caller.at);
    const change = { logoId, logo: bytes, logoWidth: width, logoHeight: height };
    return this.change(caller, 'checkout_settings.logo_uploaded', change);
  }

  async removeLogo(caller: Principal): Promise<void> {
    const nothing = { logoId: null, logo: null, logoWidth: null, logoHeight: null };
    await this.change(caller, 'checkout_settings.logo_removed', nothing);
  }

  private async change(caller: Principal, action: `checkout_settings.${string}`, change: Change) {
    const { organizationId, at } = caller;
    const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    await (this.orm.em.fork() as EntityManager).transactional(async (em) => {
      await em.execute(KEEP_CHECKOUT_SETTINGS, [organizationId]);
      const row = await em.findOneOrFail(
        CheckoutSettingsEntity,
        { organization: organizationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      const before = factsOf(row);
      Object.assign(row, said);
      const changes = changesOf(before, factsOf(row));
      if (!changes) return;
      row.updatedAt = at;
      await em.flush();
      const subject = { type: 'checkout_settings', id: organizationId };
      await this.audit.record({ by: caller, action, subject, ...changes }, em);
    });
    this.pages.forget(organizationId);
    return this.read(caller);
  }

  private refuseOrigins(origins: readonly string[]): void {
    const allowLocal = !this.settings.production;
    const wrong = origins.findIndex((origin) => !isFrameOrigin(origin, allowLocal));
    if (wrong >= 0)
      throw validationFailed({
        field: 'frameOrigins',
        message: `item ${wrong + 1} must be an origin such as https://shop.example.com, without a path`,
      });
  }
}

function factsOf(row: CheckoutSettingsRow): AuditFacts {
  return {
    displayName: row.displayName ?? null,
    color: row.color ?? null,
    supportEmail: row.supportEmail ?? null,
    supportPhone: row.supportPhone ?? null,
    supportUrl: row.supportUrl ?? null,
    language: row.language,
    frameOrigins: row.frameOrigins,
    logo: row.logoId ?? null,
  };
}
