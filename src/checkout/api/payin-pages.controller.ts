import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/caller.js';
import { OwnPolicy } from '../own-policy.js';
import { PayinPages } from '../payin-pages.service.js';

/** The pages of payers. They are no part of the API for merchants. */
@ApiExcludeController()
@Controller('pay')
export class PayinPagesController {
  constructor(private readonly pages: PayinPages) {}

  @Get(':token')
  @Public()
  @OwnPolicy()
  page(
    @Param('token') token: string,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.show(request, reply, token, query);
  }

  /** The way back to the merchant. */
  @Get(':token/return')
  @Public()
  @OwnPolicy()
  goBack(
    @Param('token') token: string,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.goBack(request, reply, token, query);
  }
}
