import { MikroORM } from '@mikro-orm/core';
import { Inject, Injectable } from '@nestjs/common';
import {
  idBefore,
  isUuid,
  type Order,
  type OrderedPageQuery,
  type Page,
  type PageQuery,
  pageOf,
} from '../../http/page.js';
import type { ListPayinsQuery } from './list-payins.dto.js';
import type { SearchPayinsDto } from './search-payins.dto.js';
import type { WrittenTexts } from '../domain/history.js';
import { type PayinEvent, PayinEventEntity } from '../store/payin-event.entity.js';
import { PayinEventTextEntity } from '../store/payin-event-text.entity.js';
import { FindPayins, type FoundPayins, type PayinCriteria } from '../store/find-payins.store.js';
import { presentPayin, type PresentedPayin } from '../presenters/payin.presenter.js';
import { noSuchPayin } from '../use-cases/no-such-payin.js';
import type { PayinRequest } from '../store/payin-request.js';
import type { PayinEventSchema } from './payin.schema.js';
import { PayinRules } from '../use-cases/payin-rules.js';
import { PayinStore } from '../store/payin.store.js';
import type { ShownPayin } from '../store/shown-payin.row.js';

const HISTORY_MAX = 1000;

/** A payin as it is shown, and as it was asked for. */
export interface PayinAndRequest {
  payin: PresentedPayin;
  request: PayinRequest;
}

/** Reads for the API, always inside one organization. */
@Injectable()
export class ReadPayins {
  constructor(
    private readonly orm: MikroORM,
    private readonly store: PayinStore,
    private readonly payins: FindPayins,
    @Inject(PayinRules) private readonly rules: Pick<PayinRules, 'surroundingsOf'>,
  ) {}

  async one(organizationId: string, id: string): Promise<PresentedPayin> {
    const payin = isUuid(id) && (await this.store.readShown(organizationId, id));
    if (!payin) throw noSuchPayin();
    return this.present(organizationId, payin);
  }

  async withRequest(organizationId: string, id: string): Promise<PayinAndRequest | undefined> {
    const payin = await this.store.readShown(organizationId, id);
    return payin && { payin: this.present(organizationId, payin), request: payin.request };
  }

  async byReference(organizationId: string, reference: string): Promise<PayinAndRequest | undefined> {
    const found = await this.store.readByReference(organizationId, reference);
    return found && this.withRequest(organizationId, found.payin.id);
  }

  async pageWithRequests(
    organizationId: string,
    criteria: PayinCriteria,
    { cursor, limit, order }: OrderedPageQuery,
  ): Promise<{ data: PayinAndRequest[]; next: string | null }> {
    const { ids, next } = await this.payins.find(organizationId, criteria, { behind: idBefore(cursor), limit, order });
    const payins = await this.payins.readShown(organizationId, ids);
    const data = payins.map((payin) => ({ payin: this.present(organizationId, payin), request: payin.request }));
    return { data, next: pageOf(data, next).pageInfo.nextCursor };
  }

  /** Those that there are of them, in no order. */
  async many(organizationId: string, ids: readonly string[]): Promise<PresentedPayin[]> {
    const payins = await this.payins.readShown(organizationId, ids);
    return payins.map((payin) => this.present(organizationId, payin));
  }

  list(
    organizationId: string,
    { status, cursor, limit, order, ...criteria }: ListPayinsQuery,
  ): Promise<Page<PresentedPayin>> {
    return this.page(organizationId, { ...criteria, statuses: status }, cursor, limit, order);
  }

  search(
    organizationId: string,
    { status, from, to, cursor, limit, ...criteria }: SearchPayinsDto,
  ): Promise<Page<PresentedPayin>> {
    return this.page(
      organizationId,
      { ...criteria, statuses: status, createdFrom: from, createdTo: to },
      cursor,
      limit,
    );
  }

  private async page(
    organizationId: string,
    criteria: PayinCriteria,
    cursor: string | undefined,
    limit: number,
    order?: Order,
  ): Promise<Page<PresentedPayin>> {
    return this.shown(
      organizationId,
      await this.payins.find(organizationId, criteria, { behind: idBefore(cursor), limit, order }),
    );
  }

  /** Newest first. */
  async ofLink(
    organizationId: string,
    paymentLinkId: string,
    { cursor, limit }: PageQuery,
  ): Promise<Page<PresentedPayin>> {
    const range = { before: idBefore(cursor), limit };
    return this.shown(organizationId, await this.payins.ofLink(organizationId, paymentLinkId, range));
  }

  private async shown(organizationId: string, { ids, next }: FoundPayins): Promise<Page<PresentedPayin>> {
    const payins = await this.payins.readShown(organizationId, ids);
    return pageOf(
      payins.map((payin) => this.present(organizationId, payin)),
      next,
    );
  }

  async history(organizationId: string, id: string) {
    const events = await this.events(organizationId, id);
    if (events.length === 0) throw noSuchPayin();
    const texts = events.some(({ source }) => source === 'operator') ? await this.texts(organizationId, id) : new Map();
    return { data: events.map((event) => presentEvent(event, texts.get(event.sequence))) };
  }

  /** What people wrote, by the line of the history. */
  private async texts(organizationId: string, payinId: string): Promise<Map<number, WrittenTexts>> {
    const rows = await this.orm.em
      .fork()
      .find(PayinEventTextEntity, { organizationId, payinId }, { orderBy: { sequence: 'asc' }, limit: HISTORY_MAX });
    return new Map(rows.map(({ sequence, texts }) => [sequence, texts]));
  }

  /** The history events that one webhook caused, oldest first. */
  async eventsOfWebhook(organizationId: string, payinId: string, webhookId: string): Promise<PayinEventSchema[]> {
    const events = await this.orm.em
      .fork()
      .find(
        PayinEventEntity,
        { organizationId, payin: [organizationId, payinId], data: { webhookId } },
        { orderBy: { sequence: 'asc' }, limit: HISTORY_MAX },
      );
    return events.map((event) => presentEvent(event));
  }

  /** The history of a payin, oldest first; empty where there is no such payin. */
  async events(organizationId: string, id: string): Promise<PayinEvent[]> {
    if (!isUuid(id)) return [];
    return this.orm.em
      .fork()
      .find(
        PayinEventEntity,
        { organizationId, payin: [organizationId, id] },
        { orderBy: { sequence: 'asc' }, limit: HISTORY_MAX },
      );
  }

  private present(organizationId: string, payin: ShownPayin): PresentedPayin {
    const { id, provider, expiresAt } = payin;
    const surroundings = this.rules.surroundingsOf({ organizationId, id, provider, expiresAt });
    return presentPayin(organizationId, payin, payin.receipts, surroundings, payin.attempts);
  }
}

function presentEvent(event: PayinEvent, texts: WrittenTexts = {}): PayinEventSchema {
  const { sequence, type, at, source, from, to } = event;
  const data = { ...event.data, ...texts };
  return { sequence, type, at: at.toISOString(), source, from: from ?? null, to: to ?? null, data };
}
