import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ListAuditEntriesQuery } from '../audit-log/audit-log.dto.js';
import { BalancesQuery } from '../ledger/ledger.schema.js';
import { ListNotificationsQuery, ResendNotificationsDto } from '../notifications/notification.dto.js';
import { ListPayinsQuery } from '../payins/api/list-payins.dto.js';
import { SearchPayinsDto } from '../payins/api/search-payins.dto.js';
import { ListRefundsQuery } from '../refunds/refund.dto.js';
import { ListDiscrepanciesQuery } from '../reconciliation/list-discrepancies.dto.js';
import { FetchStatementDto, UploadStatementQuery } from '../statements/api/statement.dto.js';
import { ListInboundWebhooksQuery } from '../webhooks/list-inbound-webhooks.dto.js';

const DAY = '2026-11-29';

/** Every request that has a period. */
const PERIODS: [new () => object, string, string][] = [
  [ListPayinsQuery, 'createdFrom', 'createdTo'],
  [SearchPayinsDto, 'from', 'to'],
  [ListDiscrepanciesQuery, 'openedFrom', 'openedTo'],
  [ListNotificationsQuery, 'createdFrom', 'createdTo'],
  [ResendNotificationsDto, 'from', 'to'],
  [ListInboundWebhooksQuery, 'receivedFrom', 'receivedTo'],
  [BalancesQuery, 'from', 'to'],
  [ListAuditEntriesQuery, 'from', 'to'],
  [ListRefundsQuery, 'requestedFrom', 'requestedTo'],
  [UploadStatementQuery, 'from', 'to'],
  [FetchStatementDto, 'from', 'to'],
];

it('a period is given in no other way by any request', () => {
  const uses = globSync('src/**/*.{dto,query,schema}.ts').map((path) => readFileSync(path, 'utf8'));
  const count = (pattern: RegExp) => uses.flatMap((text) => [...text.matchAll(pattern)]).length;
  // FetchStatementDto has those of UploadStatementQuery, and an API key and a payment link only end.
  expect([count(/@PeriodFrom\(/g), count(/@PeriodTo\(/g)]).toEqual([PERIODS.length - 1, PERIODS.length + 1]);
  expect(count(/\b(?:IsISO8601|IsDate|IsDateString|IsRFC3339)\b/g)).toBe(0);
});

describe.each(PERIODS)('%p', (dto, from, to) => {
  const read = (values: Record<string, unknown>) => {
    const said = plainToInstance(dto, values) as Record<string, unknown>;
    const refused = validateSync(said).map(({ property }) => property);
    return { said, refused: refused.filter((property) => property === from || property === to) };
  };

  it('takes one date for a Colombian day, and refuses a time without an offset', () => {
    const { said, refused } = read({ [from]: DAY, [to]: DAY });
    expect([said[from], said[to], refused]).toEqual([
      new Date('2026-11-29T05:00:00Z'),
      new Date('2026-11-30T05:00:00Z'),
      [],
    ]);
    for (const wrong of ['2026-11-29T10:00:00', '29/11/2026', [DAY, DAY], 1764000000, ''])
      expect(read({ [from]: wrong, [to]: wrong }).refused.toSorted()).toEqual([from, to].toSorted());
  });
});
