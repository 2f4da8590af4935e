import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/caller.js';
import { EventStreams } from '../live/event-streams.js';
import { Checkout } from '../../payins/use-cases/checkout.service.js';
import { PayinOfToken } from '../payin-of-token.service.js';
import { languageOf } from '../page-answers.js';
import { payerValuesOf, railOf } from '../payin-pages.service.js';
import { textsOf } from '../texts/texts.js';

/** What the script of the pages asks. It is no part of the API for merchants. */
@ApiExcludeController()
@Controller('checkout')
export class PayinStateController {
  constructor(
    private readonly payins: PayinOfToken,
    private readonly streams: EventStreams,
    private readonly checkout: Checkout,
  ) {}

  /** For pages without a stream of events. */
  @Get(':token')
  @Public()
  async state(@Param('token') token: string, @Req() request: FastifyRequest) {
    const { version, status } = await this.payins.read(request, token);
    return { version, status };
  }

  /** Server-sent events: `change` whenever the payin is not any more as the page with this version shows it. */
  @Get(':token/events')
  @Public()
  async events(
    @Param('token') token: string,
    @Query('version') version: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { organizationId, payinId, version: present } = await this.payins.read(request, token);
    const known = typeof version === 'string' && /^\d{1,9}$/.test(version) ? Number(version) : present;
    this.streams.open(request, reply, token, { organizationId, id: payinId }, known);
  }

  /** What is wrong with what was typed so far: `{ rail, values }`. It is checked once more when the form is sent. */
  @Post(':token/check')
  @HttpCode(HttpStatus.OK)
  @Public()
  async check(
    @Param('token') token: string,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
  ) {
    const view = await this.payins.read(request, token);
    const { rail, values } = (request.body ?? {}) as { rail?: unknown; values?: unknown };
    const chosen = railOf(rail);
    if (!chosen || !view.mayChoose || typeof values !== 'object' || values === null) return { problems: [] };
    const problems = await this.checkout.check(view, chosen, payerValuesOf(values as Record<string, unknown>));
    const { problems: texts } = textsOf(languageOf(query) ?? 'es');
    return { problems: problems.map(({ field, code }) => ({ field, code, message: texts[code] })) };
  }
}
