import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/caller.js';
import type { Form } from '../../http/form-body.js';
import { FormBody } from '../../http/route-body.js';
import { LinkPages } from '../link-pages.service.js';
import { OwnPolicy } from '../own-policy.js';
import type { PageQuery } from '../page-answers.js';

/** The pages of payment links. They are no part of the API for merchants. */
@ApiExcludeController()
@Controller('pay/link')
export class LinkPagesController {
  constructor(private readonly pages: LinkPages) {}

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
  use(
    @Param('token') token: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.pages.use({ request, reply, token, query }, (request.body ?? {}) as Form);
  }
}
