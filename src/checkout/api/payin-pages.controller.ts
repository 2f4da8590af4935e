import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/caller.js';
import type { Form } from '../../http/form-body.js';
import { FormBody } from '../../http/route-body.js';
import { OwnPolicy } from '../own-policy.js';
import type { PageQuery } from '../page-answers.js';
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
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.show({ request, reply, token, query });
  }

  @Post(':token')
  @HttpCode(HttpStatus.SEE_OTHER)
  @Public()
  @OwnPolicy()
  @FormBody()
  choose(
    @Param('token') token: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.choose({ request, reply, token, query }, (request.body ?? {}) as Form);
  }

  /** The way back to the merchant. */
  @Get(':token/return')
  @Public()
  @OwnPolicy()
  goBack(
    @Param('token') token: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.goBack({ request, reply, token, query });
  }
}
