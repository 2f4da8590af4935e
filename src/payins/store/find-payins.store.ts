import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { firstIdAt } from '../../database/id-at.js';
import type { Busy } from '../../database/due-work.js';
import type { PayinStatus } from '../domain/status.js';
import {
  CLAIM_UNINDEXED,
  COUNT_STATUSES,
  COUNT_TERMS,
  FEW_MAX,
  FILTER_PAYINS,
  type Found,
  type Frequency,
  type IdOrder,
  INDEX_PAYINS,
  type Names,
  type PayinFilters,
  PAYINS_NAMED,
  PAYINS_OF_LINK,
  PAYINS_THAT_BEGIN,
  type Range,
  RANGE_OF_PERIOD,
  READ_UNINDEXED,
  SCAN_PAYINS,
  SCAN_STATUSES,
  SCAN_STATUSES_OF_TERMS,
  SCAN_TERMS,
  type Terms,
  UNINDEXED_MAX,
} from './find-payins.queries.js';
import type { PayinRequest } from './payin-request.js';
import { fits, type Meanings, meaningsOf, term, termsOf } from './search-terms.js';
import type { ShownPayin } from './shown-payin.row.js';
import { toShownPayin } from './shown-payin.row.js';
import { READ_LISTED_PAYINS } from './shown-payin.queries.js';

/** What is looked for: payins for which all of this holds. */
export interface PayinCriteria {
  /** What a customer has in hand. */
  text?: string;
  reference?: string;
  providerReference?: string;
  externalId?: string;
  statuses?: readonly PayinStatus[];
  rail?: string;
  provider?: string;
  amountInCents?: number;
  createdFrom?: Date;
  createdTo?: Date;
}

/** Ids of payins, in the order that was asked for, and behind which one the next are found; null at the end. */
export interface FoundPayins {
  ids: string[];
  next: string | null;
}

/** Payins of one organization whose terms are to be written. */
export interface UnindexedPayins {
  organizationId: string;
  payins: { id: string; terms: string[] }[];
}

/** When a reading that has not found enough ends, with what it has: the next one goes on behind it. */
const READING_MS = 50;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const BEHIND_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** From where ids are read. What is found in any of these streams is found. */
interface Streams {
  /** Just these. */
  few: readonly string[];
  terms: readonly Terms[];
  /** Payins of a status that is rarer than the terms, which are looked up. */
  ofStatus: readonly Terms[];
  /** By their status, or all there are. */
  all: 'by status' | 'by id' | null;
  /** Of all. */
  beginning: string | null;
}

/** Finds payins through indexes, newest first or oldest first. How much it reads for one page is bounded, however many payins there are. */
@Injectable()
export class FindPayins {
  constructor(private readonly database: Database) {}

  /** All payins that a payment link has made, whatever became of them. */
  async ofLink(
    organizationId: string,
    paymentLinkId: string,
    { before = BEHIND_ALL, limit }: { before: string | undefined; limit: number },
  ): Promise<FoundPayins> {
    const values = { organizationId, paymentLinkId, before, limit: limit + 1 };
    const ids = (await this.database.query(PAYINS_OF_LINK, values)).map(({ id }) => id);
    const shown = ids.slice(0, limit);
    return { ids: shown, next: ids.length > limit ? shown.at(-1)! : null };
  }

  /** @param limit at most so many; there may be fewer, and more to come */
  async find(
    organizationId: string,
    criteria: PayinCriteria,
    { behind, limit, order = 'desc' }: { behind?: string | undefined; limit: number; order?: IdOrder | undefined },
  ): Promise<FoundPayins> {
    const until = performance.now() + READING_MS;
    const filters = filtersOf(organizationId, criteria);
    const period = await this.rangeOf(organizationId, criteria);
    let range: Range = { ...period, wanted: limit + 1 };
    if (behind !== undefined) range = goOn(range, behind, order);
    // First: a payin that is indexed meanwhile is found by its terms.
    const unindexed = await this.readUnindexed({ ...filters, ...range }, criteria, order);
    const streams = await this.streamsOf(organizationId, criteria, range.before);
    const found: string[] = [];
    for (;;) {
      const { ids, end } = await this.readPart(filters, streams, unindexed, range, order);
      found.push(...ids);
      if (found.length > limit) return { ids: found.slice(0, limit), next: found[limit - 1]! };
      const isLate = performance.now() > until;
      if (end === null || end === unindexed.end || isLate) return { ids: found, next: end };
      range = { ...goOn(range, end, order), wanted: limit + 1 - found.length };
    }
  }

  /** What is shown of them, in their order. */
  async readShown(organizationId: string, ids: readonly string[]): Promise<ShownPayin[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query(READ_LISTED_PAYINS, { organizationId, ids });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(toShownPayin);
  }

  private async rangeOf(
    organizationId: string,
    { createdFrom, createdTo }: PayinCriteria,
  ): Promise<Pick<Range, 'from' | 'before'>> {
    if (!createdFrom && !createdTo) return { from: FIRST_ID, before: BEHIND_ALL };
    const from = createdFrom ? firstIdAt(createdFrom) : FIRST_ID;
    const before = createdTo ? firstIdAt(createdTo) : BEHIND_ALL;
    const [range] = await this.database.query(RANGE_OF_PERIOD, {
      ...{ organizationId, from, before },
      createdFrom: createdFrom ?? null,
      createdTo: createdTo ?? null,
    });
    return { from: range?.from ?? FIRST_ID, before: range?.before ?? BEHIND_ALL };
  }

  private async streamsOf(organizationId: string, criteria: PayinCriteria, before: string): Promise<Streams> {
    const { text, reference, providerReference, externalId, statuses, amountInCents } = criteria;
    const nothing: Streams = { few: [], terms: [], ofStatus: [], all: null, beginning: null };
    if (text !== undefined)
      return { ...nothing, ...(await this.streamsOfText(organizationId, meaningsOf(text), before, statuses)) };
    if (isNamed(criteria)) {
      const names = { reference, providerReference, externalId };
      return { ...nothing, few: await this.named(organizationId, names) };
    }
    if (amountInCents !== undefined) {
      const terms = [[term('amount', String(amountInCents))]];
      const [rarest] = await this.rarestFirst(organizationId, terms, before);
      // Payins of a status are rarer than those of an amount that is common.
      if (!statuses || !rarest?.reach) return { ...nothing, terms: rarest ? [rarest] : [] };
    }
    return { ...nothing, all: statuses ? 'by status' : 'by id' };
  }

  private async streamsOfText(
    organizationId: string,
    meanings: Meanings,
    before: string,
    statuses: readonly PayinStatus[] | undefined,
  ): Promise<Partial<Streams>> {
    const { providerReference, externalId, id, beginning } = meanings;
    const named = await this.database.query(PAYINS_NAMED, {
      ...{ organizationId, reference: null, providerReference, externalId, id },
    });
    const few = named.map((one) => one.id);
    const begin =
      beginning === null
        ? []
        : await this.database.query(PAYINS_THAT_BEGIN, { organizationId, beginning, end: `${beginning}\u{10ffff}` });
    const isRare = begin.length <= FEW_MAX;
    if (isRare) few.push(...begin.map((one) => one.id));
    const terms = await this.rarestFirst(organizationId, meanings.terms, before);
    const isStatusRarer =
      statuses !== undefined &&
      densest(terms) !== null &&
      isRarer(densest(await this.database.query(COUNT_STATUSES, { organizationId, before, statuses })), densest(terms));
    return {
      few,
      ...(isStatusRarer ? { ofStatus: terms } : { terms }),
      ...(!isRare && { all: statuses ? 'by status' : 'by id', beginning }),
    };
  }

  /** Those that all of the names name. */
  private async named(organizationId: string, names: Partial<Omit<Names, 'id'>>): Promise<string[]> {
    const { reference = null, providerReference = null, externalId = null } = names;
    const rows = await this.database.query(PAYINS_NAMED, {
      ...{ organizationId, reference, providerReference, externalId, id: null },
    });
    const asked = Object.values(names).filter((name) => name !== undefined).length;
    const by = Map.groupBy(rows, ({ id }) => id);
    return [...by].flatMap(([id, named]) => (new Set(named.map((one) => one.by)).size === asked ? [id] : []));
  }

  private async rarestFirst(
    organizationId: string,
    alternatives: readonly (readonly string[])[],
    before: string,
  ): Promise<(Terms & Frequency)[]> {
    const terms = [...new Set(alternatives.flat())];
    const rows = terms.length > 0 ? await this.database.query(COUNT_TERMS, { organizationId, before, terms }) : [];
    const frequencyOf = new Map(rows.map(({ term: one, ...frequency }) => [one, frequency]));
    return alternatives.flatMap((all) => {
      const [rarest, ...others] = all.toSorted((a, b) => byFrequency(frequencyOf.get(a)!, frequencyOf.get(b)!));
      const frequency = frequencyOf.get(rarest!)!;
      return frequency.count === 0 ? [] : [{ term: rarest!, others, ...frequency }];
    });
  }

  /** The first of all streams. Behind the first end of a stream nothing is certain, so nothing is found there yet. */
  private async readPart(
    filters: PayinFilters,
    streams: Streams,
    unindexed: Found,
    range: Range,
    order: IdOrder,
  ): Promise<Found> {
    const values = { ...filters, ...range };
    const parts: Found[] = [{ ...unindexed, ids: unindexed.ids.filter((id) => id < range.before && id >= range.from) }];
    if (streams.few.length > 0) {
      const few = await this.database.query(FILTER_PAYINS[order], { ...values, ids: streams.few });
      parts.push({ ids: few.map(({ id }) => id), end: null });
    }
    if (streams.terms.length > 0)
      parts.push(...(await this.database.query(SCAN_TERMS[order], { ...values, terms: streams.terms })));
    if (streams.ofStatus.length > 0)
      parts.push(...(await this.database.query(SCAN_STATUSES_OF_TERMS[order], { ...values, terms: streams.ofStatus })));
    if (streams.all)
      parts.push(
        ...(await this.database.query((streams.all === 'by id' ? SCAN_PAYINS : SCAN_STATUSES)[order], {
          ...values,
          beginning: streams.beginning,
        })),
      );
    const isNewestFirst = order === 'desc';
    const end = parts.map((part) => part.end).reduce(isNewestFirst ? later : earlier, null);
    const isCertain = (id: string) => end === null || (isNewestFirst ? id >= end : id <= end);
    const ids = [...new Set(parts.flatMap((part) => part.ids).filter(isCertain))].toSorted();
    return { ids: (isNewestFirst ? ids.toReversed() : ids).slice(0, range.wanted), end };
  }

  /** Those that will be found by a term. */
  private async readUnindexed(
    values: PayinFilters & Omit<Range, 'wanted'>,
    criteria: PayinCriteria,
    order: IdOrder,
  ): Promise<Found> {
    const { text, amountInCents } = criteria;
    if (text === undefined && (amountInCents === undefined || isNamed(criteria))) return { ids: [], end: null };
    const rows = await this.database.query(READ_UNINDEXED[order], values);
    const meanings = text === undefined ? undefined : meaningsOf(text);
    const ids = rows
      .filter(({ passes, request }) => passes && (!meanings || fits(meanings, termsOf(request as PayinRequest))))
      .map(({ id }) => id);
    return { ids, end: rows.length === UNINDEXED_MAX ? rows.at(-1)!.id : null };
  }

  /** Of some organizations that are not busy, some payins that are not indexed yet. */
  async claimUnindexed(free: number, busy: readonly Busy[]): Promise<UnindexedPayins[]> {
    const rows = await this.database.query(CLAIM_UNINDEXED, {
      free,
      busy: busy.map(({ organizationId }) => organizationId),
    });
    return [...Map.groupBy(rows, ({ organizationId }) => organizationId)].map(([organizationId, payins]) => ({
      organizationId,
      payins: payins.map(({ id, request }) => ({ id, terms: termsOf(request as PayinRequest) })),
    }));
  }

  async index({ organizationId, payins }: UnindexedPayins): Promise<void> {
    await this.database.query(INDEX_PAYINS, { organizationId, payins });
  }
}

/** The rarest first. */
function byFrequency(one: Frequency, other: Frequency): number {
  if (one.reach === other.reach) return one.count - other.count;
  return isRarer(one.reach, other.reach) ? -1 : 1;
}

function isRarer(reach: string | null, than: string | null): boolean {
  return than !== null && (reach === null || reach < than);
}

/** How far the most common of them reaches; null where none is common. */
function densest(all: readonly Frequency[]): string | null {
  return all.map(({ reach }) => reach).reduce(later, null);
}

function isNamed({ reference, providerReference, externalId }: PayinCriteria): boolean {
  return reference !== undefined || providerReference !== undefined || externalId !== undefined;
}

function filtersOf(organizationId: string, criteria: PayinCriteria): PayinFilters {
  const { statuses, rail, provider, amountInCents, createdFrom, createdTo } = criteria;
  return {
    organizationId,
    statuses: statuses ?? null,
    rail: rail ?? null,
    provider: provider ?? null,
    amountInCents: amountInCents ?? null,
    createdFrom: createdFrom ?? null,
    createdTo: createdTo ?? null,
    beginning: null,
  };
}

/** Of ids, the newer one; null is older than all. */
function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

/** Of ids, the older one; null is younger than all. */
function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

/** What is left of a range behind an id. */
function goOn(range: Range, behind: string, order: IdOrder): Range {
  if (order === 'desc') return { ...range, before: behind < range.before ? behind : range.before };
  const next = following(behind);
  return { ...range, from: next > range.from ? next : range.from };
}

/** The next id there could be. */
function following(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
