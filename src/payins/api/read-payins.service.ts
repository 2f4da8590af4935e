import { MikroORM } from '@mikro-orm/core';
import { Inject, Injectable } from '@nestjs/common';
import { idBefore, isUuid, type Page, toPage } from '../../http/page.js';
import type { ListPayinsQuery } from './list-payins.dto.js';
import { type PayinEvent, PayinEventEntity } from '../store/payin-event.entity.js';
import { type Payin, PayinEntity } from '../store/payin.entity.js';
import { presentPayin, type PresentedPayin } from '../presenters/payin.presenter.js';
import { noSuchPayin } from '../use-cases/no-such-payin.js';
import type { PayinEventSchema } from './payin.schema.js';
import { PayinRules } from '../use-cases/payin-rules.js';
import { PayinStore } from '../store/payin.store.js';
import { ReceiptEntity } from '../store/receipt.entity.js';

const HISTORY_MAX = 1000;

/** Reads for the API, always inside one organization. */
@Injectable()
export class ReadPayins {
  constructor(
    private readonly orm: MikroORM,
    private readonly store: PayinStore,
    @Inject(PayinRules) private readonly rules: Pick<PayinRules, 'providerExpiresAt'>,
  ) {}

  async one(organizationId: string, id: string): Promise<PresentedPayin> {
    const payin = isUuid(id) && (await this.store.readShown(organizationId, id));
    if (!payin) throw noSuchPayin();
    return presentPayin(organizationId, payin, payin.receipts, this.rules.providerExpiresAt(payin));
  }

  async list(organizationId: string, query: ListPayinsQuery): Promise<Page<PresentedPayin>> {
    const { reference, status, rail, provider, createdFrom, createdTo } = query;
    const before = idBefore(query.cursor);
    const payins = await this.orm.em.fork().find(
      PayinEntity,
      {
        organization: organizationId,
        ...(before && { id: { $lt: before } }),
        ...(reference && { reference }),
        ...(status && { status }),
        ...(rail && { rail }),
        ...(provider && { provider }),
        ...((createdFrom ?? createdTo) && {
          createdAt: {
            ...(createdFrom && { $gte: createdFrom }),
            ...(createdTo && { $lt: createdTo }),
          },
        }),
      },
      { orderBy: { id: 'desc' }, limit: query.limit + 1 },
    );
    const presented = new Map((await this.present(organizationId, payins)).map((payin) => [payin.id, payin]));
    return toPage(payins, query.limit, ({ id }) => presented.get(id)!);
  }

  async history(organizationId: string, id: string) {
    const events = await this.events(organizationId, id);
    if (events.length === 0) throw noSuchPayin();
    return { data: events.map(presentEvent) };
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
    return events.map(presentEvent);
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

  private async present(organizationId: string, payins: readonly Payin[]): Promise<PresentedPayin[]> {
    const keys = payins.map(({ id }): [string, string] => [organizationId, id]);
    const receipts =
      keys.length > 0
        ? await this.orm.em
            .fork()
            .find(ReceiptEntity, { organizationId, payin: { $in: keys } }, { orderBy: { createdAt: 'asc', id: 'asc' } })
        : [];
    return payins.map((payin) => {
      const own = receipts.filter((receipt) => receipt.payin.id === payin.id);
      return presentPayin(organizationId, payin, own, this.rules.providerExpiresAt(payin));
    });
  }
}

function presentEvent({ sequence, type, at, source, from, to, data }: PayinEvent): PayinEventSchema {
  return { sequence, type, at: at.toISOString(), source, from: from ?? null, to: to ?? null, data };
}
