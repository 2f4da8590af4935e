import { Injectable } from '@nestjs/common';
import { HOME_CURRENCY } from '@recaudo/payment-provider';
import { OutboundHttp } from '@recaudo/outbound-http';
import { ServiceSettings } from '../../config/service.settings.js';
import type { AuditFacts } from '../audit/audit-entry.js';
import { newAuditEntry } from '../audit/audit-log.js';
import { actorId, type Principal } from '../auth/principal.js';
import { idAt } from '../database/id-at.js';
import { inStoredOrder } from '../database/stored-json.js';
import type { Answer } from '../http/answer.js';
import { isUuid, type Page, type PageQuery } from '../http/page.js';
import { Problem, validationFailed } from '../http/problem.js';
import { plainText } from '../payins/api/canonical-request.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import type { PresentedPayin } from '../payins/presenters/payin.presenter.js';
import { differences } from '../payins/store/payin-request.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { PublicTokens } from '../secrets/public-tokens.js';
import type { CreatePaymentLinkDto, ListPaymentLinksQuery } from './payment-link.dto.js';
import type { PaymentLinkStatus } from './payment-link.entity.js';
import type { PaymentLink, PaymentLinkRequest } from './payment-link.js';
import type { PaymentLinkSchema } from './payment-link.schema.js';
import { PaymentLinkStore } from './payment-link.store.js';

export type ShownPaymentLink = Answer<PaymentLinkSchema>;

/** A merchant's payment links. */
@Injectable()
export class PaymentLinks {
  constructor(
    private readonly store: PaymentLinkStore,
    private readonly payins: ReadPayins,
    private readonly registry: ProviderRegistry,
    private readonly http: OutboundHttp,
    private readonly tokens: PublicTokens,
    private readonly settings: ServiceSettings,
  ) {}

  /** The same request again gives the same link. @throws Problem VALIDATION_FAILED, RAIL_NOT_AVAILABLE, REFERENCE_CONFLICT */
  async create(caller: Principal, dto: CreatePaymentLinkDto): Promise<{ link: ShownPaymentLink; replayed: boolean }> {
    const { organizationId, at } = caller;
    const request = requestOf(dto);
    const refusal = this.whyRefused(request, at);
    const id = idAt(at);
    const createdBy = actorId(caller);
    if (!refusal) {
      const audited = { action: 'link.created' as const, subject: { type: 'link', id }, after: factsOf(request) };
      const link = { ...request, organizationId, id, createdBy, createdAt: at };
      if (await this.store.insert(link, newAuditEntry({ by: caller, ...audited })))
        return { link: await this.one(caller, id), replayed: false };
    }
    // What cannot be made today may have been made before: the same request has the same answer for ever.
    const known = await this.store.byReference(organizationId, request.reference);
    if (!known) throw refusal ?? new Error(`the payment link ${request.reference} cannot be read`);
    refuseOther(known, request);
    return { link: this.show(organizationId, known), replayed: true };
  }

  /** Newest first, up to one more than the page's limit. */
  async list({ organizationId }: Principal, query: ListPaymentLinksQuery): Promise<ShownPaymentLink[]> {
    const { status = null, reference = null } = query;
    const links = await this.store.list(organizationId, { status, reference }, query);
    return links.map((link) => this.show(organizationId, link));
  }

  /** @throws Problem NOT_FOUND */
  async one({ organizationId }: Principal, id: string): Promise<ShownPaymentLink> {
    return this.show(organizationId, await this.find(organizationId, id));
  }

  /** Payins that it has made stay as they are. Again changes nothing. @throws Problem NOT_FOUND */
  async setStatus(caller: Principal, id: string, status: PaymentLinkStatus): Promise<ShownPaymentLink> {
    const { organizationId, at } = caller;
    const { status: was } = await this.find(organizationId, id);
    const audited = {
      action: status === 'DISABLED' ? ('link.disabled' as const) : ('link.enabled' as const),
      subject: { type: 'link', id },
    };
    const entry = newAuditEntry({ by: caller, ...audited, before: { status: was }, after: { status } });
    await this.store.setStatus(organizationId, id, status, at, entry);
    return this.one(caller, id);
  }

  /** Newest first. @throws Problem NOT_FOUND */
  async payinsOf({ organizationId }: Principal, id: string, query: PageQuery): Promise<Page<PresentedPayin>> {
    await this.find(organizationId, id);
    return this.payins.ofLink(organizationId, id, query);
  }

  private async find(organizationId: string, id: string): Promise<PaymentLink> {
    const link = isUuid(id) && (await this.store.one(organizationId, id));
    if (!link) throw new Problem('NOT_FOUND', 'Your organization has no payment link with this id.');
    return link;
  }

  private whyRefused({ callbackUrl, expiresAt, rails }: PaymentLinkRequest, now: Date): Problem | undefined {
    const why = callbackUrl !== null && this.http.whyNeverCalled(callbackUrl);
    if (why) return validationFailed({ field: 'callbackUrl', message: `must ${why}` });
    if (expiresAt && expiresAt <= now)
      return validationFailed({ field: 'expiresAt', message: 'must be in the future' });
    const closed = rails?.find((rail) => this.registry.forRail(rail).length === 0);
    return (
      closed && new Problem('RAIL_NOT_AVAILABLE', `The rail ${closed} is not offered here; GET /rails lists what is.`)
    );
  }

  private show(organizationId: string, link: PaymentLink): ShownPaymentLink {
    const { id, lastNumber: _lastNumber, ...shown } = link;
    return {
      ...shown,
      id,
      url: `${this.settings.publicUrl}/pay/link/${this.tokens.seal('link', { organizationId, id })}`,
      amountInCents: numberOf(link.amountInCents),
      minInCents: numberOf(link.minInCents),
      maxInCents: numberOf(link.maxInCents),
      expiresAt: link.expiresAt?.toISOString() ?? null,
      createdAt: link.createdAt.toISOString(),
      updatedAt: link.updatedAt.toISOString(),
    };
  }
}

/** @throws Problem VALIDATION_FAILED */
function requestOf(dto: CreatePaymentLinkDto): PaymentLinkRequest {
  const { amountInCents = null, minInCents = null, maxInCents = null } = dto;
  const isOpen = amountInCents === null && minInCents !== null && maxInCents !== null;
  const isFixed = amountInCents !== null && minInCents === null && maxInCents === null;
  if (!isOpen && !isFixed)
    throw validationFailed({
      field: 'amountInCents',
      message: 'must be given, or minInCents and maxInCents, and not both',
    });
  if (isOpen && maxInCents < minInCents)
    throw validationFailed({ field: 'maxInCents', message: 'must not be less than minInCents' });
  return {
    reference: dto.reference,
    title: plainText(dto.title)!,
    description: plainText(dto.description) ?? null,
    currency: dto.currency ?? HOME_CURRENCY,
    amountInCents: bigintOf(amountInCents),
    minInCents: bigintOf(minInCents),
    maxInCents: bigintOf(maxInCents),
    uses: dto.uses ?? null,
    rails: dto.rails ?? null,
    expiresAt: dto.expiresAt ?? null,
    redirectUrl: dto.redirectUrl ?? null,
    callbackUrl: dto.callbackUrl ?? null,
    metadata: inStoredOrder(dto.metadata ?? {}),
  };
}

/** @throws Problem REFERENCE_CONFLICT */
function refuseOther(known: PaymentLink, request: PaymentLinkRequest): void {
  const fields = differences(comparable(known), comparable(request));
  if (fields.length === 0) return;
  throw new Problem(
    'REFERENCE_CONFLICT',
    `The reference ${known.reference} belongs to a payment link with other values: ${fields.join(', ')}. Nothing was changed.`,
    fields.map((field) => ({ field, message: 'differs from the payment link that has this reference' })),
  );
}

function comparable(request: PaymentLinkRequest): Record<string, unknown> {
  const { reference, title, description, currency, uses, redirectUrl, callbackUrl, metadata } = request;
  return {
    ...{ reference, title, description, currency, uses, redirectUrl, callbackUrl, metadata },
    amountInCents: numberOf(request.amountInCents),
    minInCents: numberOf(request.minInCents),
    maxInCents: numberOf(request.maxInCents),
    rails: request.rails?.join(),
    expiresAt: request.expiresAt?.getTime(),
  };
}

/** What the audit log says of a link. An address may carry a password, or a token behind its path. */
function factsOf(request: PaymentLinkRequest): AuditFacts {
  const { reference, currency, uses, rails, redirectUrl, callbackUrl } = request;
  return {
    ...{ reference, currency, uses, rails },
    amountInCents: numberOf(request.amountInCents),
    minInCents: numberOf(request.minInCents),
    maxInCents: numberOf(request.maxInCents),
    expiresAt: request.expiresAt?.toISOString() ?? null,
    redirectUrl: addressOf(redirectUrl),
    callbackUrl: addressOf(callbackUrl),
  };
}

function addressOf(url: string | null): string | null {
  if (url === null) return null;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function numberOf(cents: bigint | null): number | null {
  return cents === null ? null : Number(cents);
}

function bigintOf(cents: number | null): bigint | null {
  return cents === null ? null : BigInt(cents);
}
