import { Controller, Get, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Needs } from '../auth/needs.js';
import { ProblemSchema } from '../http/openapi.js';
import { PseBanks } from './pse-banks.service.js';

export class PseBanksQuery {
  @ApiPropertyOptional({ description: 'Whose list; otherwise that of the first provider of PSE that has one' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;
}

export class PseBankSchema {
  @ApiProperty({ example: '1007', description: 'ACH code: `pse.bank` of a payin' }) code!: string;
  @ApiProperty({ example: 'BANCOLOMBIA' }) name!: string;
  @ApiProperty({ type: String, format: 'uri', nullable: true }) image!: string | null;
}

@ApiTags('pse')
@ApiBearerAuth()
@Controller('pse/banks')
export class PseBanksController {
  constructor(private readonly pseBanks: PseBanks) {}

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listPseBanks',
    summary: 'List the PSE banks of a provider',
    description:
      'Fetched once a day. A payin whose bank is in no list is refused, unless a list cannot be fetched. While the provider is away the last good list is served; Age says how old it is.',
  })
  @ApiOkResponse({
    type: [PseBankSchema],
    headers: {
      Age: { description: 'Seconds since the list was fetched', schema: { type: 'integer' } },
      'Last-Modified': { description: 'When the list was fetched', schema: { type: 'string' } },
    },
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED: the provider lists no banks' })
  @ApiResponse({ status: 404, type: ProblemSchema, description: 'NOT_FOUND: no provider lists banks' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'UNAVAILABLE: no list was fetched yet' })
  async list(@Query() { provider }: PseBanksQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const { banks, fetchedAt, ageSeconds } = await this.pseBanks.list(provider);
    void reply.headers({ age: String(Math.floor(ageSeconds)), 'last-modified': fetchedAt.toUTCString() });
    return banks
      .filter(({ offered }) => offered !== false)
      .map(({ code, name, image }) => ({ code, name, image: image ?? null }));
  }
}
