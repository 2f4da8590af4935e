import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { csvDownload } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { isUuid } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { wantsCsv } from '../http/wants-csv.js';
import { BalancesQuery, BalancesSchema, LedgerEntriesSchema } from './ledger.schema.js';
import type { BalanceRow, LedgerRow } from './ledger.queries.js';
import { LedgerStore } from './ledger.store.js';

@ApiTags('ledger')
@ApiBearerAuth()
@Controller()
export class LedgerController {
  constructor(
    private readonly store: LedgerStore,
    private readonly audit: AuditLog,
  ) {}

  @Get('ledger/balances')
  @Needs('ledger:read')
  @ApiOperation({
    operationId: 'getLedgerBalances',
    summary: 'List the balances of all accounts',
    description: 'Of all time, or of a period. All balances of a currency sum up to zero.',
  })
  @ApiOkResponse({ type: BalancesSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({
    status: 503,
    type: ProblemSchema,
    description: 'UNAVAILABLE: too much for one answer; ask for a period',
  })
  async balances(@Caller() { organizationId }: Principal, @Query() { from, to }: BalancesQuery) {
    const rows = await this.store.balances(organizationId, from ?? null, to ?? null).catch(readPeriod);
    const check = await this.store.lastCheck(organizationId);
    return {
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      accounts: rows.map(presentBalance),
      lastCheck: check ? { ...check, finishedAt: check.finishedAt.toISOString() } : null,
    };
  }

  @Get('payins/:id/ledger-entries')
  @Needs('ledger:read')
  @ApiOperation({
    operationId: 'listPayinLedgerEntries',
    summary: 'List the ledger entries of a payin',
    description:
      'Each entry moves an amount from one account to another. Its sequence names the line of the history that caused it.',
  })
  @ApiListResponse(LedgerEntriesSchema)
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async ledgerEntries(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { organizationId } = caller;
    if (!isUuid(id) || !(await this.store.hasPayin(organizationId, id)))
      throw new Problem('NOT_FOUND', 'Your organization has no payin with this id.');
    void reply.header('vary', 'Accept');
    const entries = async () => (await this.store.entries(organizationId, id)).map(presentEntry);
    if (!wantsCsv(accept)) return { data: await entries() };
    const next = async () => ({ items: await entries(), next: null });
    const download = csvDownload(organizationId, 'ledger-entries', ENTRY_COLUMNS, next, (entry) => entry);
    return recorded(this.audit, caller, { type: 'ledger_entries', query: { payinId: id } }, download);
  }
}

/** PostgreSQL's code for a query that takes longer than `statement_timeout`. */
const TOOK_TOO_LONG = '57014';

function readPeriod(error: unknown): never {
  if ((error as { code?: unknown } | null)?.code !== TOOK_TOO_LONG) throw error;
  throw new Problem(
    'UNAVAILABLE',
    'Summing up the balances takes too long. Request a shorter period, with from and to.',
  );
}

function presentBalance({ account, currency, debitInCents, creditInCents }: BalanceRow) {
  return {
    account,
    currency,
    debitInCents: Number(debitInCents),
    creditInCents: Number(creditInCents),
    balanceInCents: Number(BigInt(debitInCents) - BigInt(creditInCents)),
  };
}

function presentEntry({ sequence, type, at, debit, credit, amountInCents, currency }: LedgerRow) {
  return { sequence, type, at: at.toISOString(), debit, credit, amountInCents: Number(amountInCents), currency };
}

const ENTRY_COLUMNS = [
  'sequence',
  'type',
  'at',
  'debit',
  'credit',
  'amountInCents',
  'currency',
] as const satisfies readonly (keyof ReturnType<typeof presentEntry>)[];
