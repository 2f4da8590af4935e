import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DropInContract, ServedOrder, ServedPayin, ServedPayins } from '@recaudo/drop-in-contract';
import { HOME_CURRENCY, type PseBank } from '@recaudo/payment-provider';
import type { Principal } from '../auth/principal.js';
import { validationPipe } from '../http/http-app.js';
import { cursorOf, idBefore, isUuid } from '../http/page.js';
import { canonicalRequest } from '../payins/api/canonical-request.js';
import { CreatePayinDto } from '../payins/api/create-payin.dto.js';
import { type PayinAndRequest, ReadPayins } from '../payins/api/read-payins.service.js';
import { CreatePayin } from '../payins/use-cases/create-payin.service.js';
import type { PresentedPayin } from '../payins/presenters/payin.presenter.js';
import type { PayinRequest, ServedBy } from '../payins/store/payin-request.js';
import { PseBanks } from '../pse-banks/pse-banks.service.js';

const OURS = /^[A-Za-z0-9._-]{1,64}$/;

/** A contract's reference as ours: itself, or where our API does not take it a name made of it. */
export function ourReference(reference: string): string {
  if (OURS.test(reference)) return reference;
  return `sha256.${createHash('sha256').update(reference).digest('base64url')}`;
}

/** What a contract's operations may do with the payins of their caller. */
@Injectable()
export class PayinsForContracts {
  private readonly rules = validationPipe();

  constructor(
    private readonly createPayin: CreatePayin,
    private readonly read: ReadPayins,
    private readonly pseBanks: PseBanks,
  ) {}

  of(caller: Principal, contract: DropInContract): ServedPayins {
    const { organizationId } = caller;
    const one = async (payin: Promise<PayinAndRequest | undefined>) => {
      const found = await payin;
      return found && servedPayin(found, contract.name);
    };
    return {
      now: caller.at,
      create: (order) => this.create(caller, contract, order),
      find: (reference) => one(this.read.byReference(organizationId, ourReference(reference))),
      read: async (id) => (isUuid(id) ? one(this.read.withRequest(organizationId, id)) : undefined),
      list: async ({ from, to, statuses, cursor, limit, order }) => {
        const criteria = { createdFrom: from, createdTo: to, statuses };
        const range = {
          cursor: cursor && cursorOf(cursor),
          limit,
          order: order === 'newest first' ? ('desc' as const) : ('asc' as const),
        };
        const page = await this.read.pageWithRequests(organizationId, criteria, range);
        return {
          data: page.data.flatMap((found) => servedPayin(found, contract.name) ?? []),
          next: idBefore(page.next ?? undefined) ?? null,
        };
      },
      banks: () => this.banks(),
    };
  }

  private async create(
    caller: Principal,
    { name, notifies, notifiesEachPayment }: DropInContract,
    order: ServedOrder,
  ): Promise<ServedPayin & { isRepeated: boolean }> {
    const { rails, customer, webhookUrl, webhookIsOfCredentials, asked, reference, ...rest } = order;
    const dto = (await this.rules.transform(
      {
        ...rest,
        currency: HOME_CURRENCY,
        reference: ourReference(reference),
        ...(customer && { inlineCustomer: customer }),
        ...(rest.rail === 'ANY' && { checkout: rails ? { rails: [...rails] } : {} }),
        ...(webhookUrl !== undefined && { callbackUrl: webhookUrl }),
        // For people: in our API and the console the payin has another name than in the merchant's books.
        ...(ourReference(reference) !== reference && { metadata: { reference } }),
      },
      { type: 'body', metatype: CreatePayinDto },
    )) as CreatePayinDto;
    const served: ServedBy = {
      contract: name,
      keyId: caller.apiKeyId!,
      notifies: [...notifies],
      notifiesEachPayment,
      ...(webhookIsOfCredentials && { webhookIsOfCredentials }),
      asked: { ...asked, ...(dto.reference !== reference && { reference }) },
    };
    const request = { ...canonicalRequest(dto), served };
    const { payin, replayed } = await this.createPayin.execute(caller, request);
    return { ...toServedPayin(payin, served, request), isRepeated: replayed };
  }

  private async banks(): Promise<readonly PseBank[]> {
    return (await this.pseBanks.list()).banks;
  }
}

function servedPayin({ payin, request }: PayinAndRequest, contract: string): ServedPayin | undefined {
  const { served } = request;
  return served?.contract === contract ? toServedPayin(payin, served, request) : undefined;
}

function toServedPayin(
  payin: PresentedPayin,
  { asked }: ServedBy,
  { inlineCustomer, pse }: Pick<PayinRequest, 'inlineCustomer' | 'pse'>,
): ServedPayin {
  const { reference = payin.reference } = asked as { reference?: string };
  return { reference, payin, customer: inlineCustomer ?? null, pse: pse ?? null, asked };
}
