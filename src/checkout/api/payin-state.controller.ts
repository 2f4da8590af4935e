import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/caller.js';
import { EventStreams } from '../live/event-streams.js';
import { PayinOfToken } from '../payin-of-token.service.js';

/** What the script of the pages asks. It is no part of the API for merchants. */
@ApiExcludeController()
@Controller('checkout')
export class PayinStateController {
  constructor(
    private readonly payins: PayinOfToken,
    private readonly streams: EventStreams,
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
}
