import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../auth/caller.js';
import { ProblemSchema } from '../../http/openapi.js';
import { Problem } from '../../http/problem.js';
import { CheckoutSettings } from '../checkout-settings.service.js';

@ApiTags('checkout')
@Controller('checkout/logos')
export class LogosController {
  constructor(private readonly settings: CheckoutSettings) {}

  @Get(':token')
  @Public()
  @ApiOperation({
    operationId: 'getLogo',
    summary: 'Get the logo of a page for payers',
    description: 'While it is the present one.',
  })
  @ApiProduces('image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async logo(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const logo = await this.settings.logo(token);
    if (!logo) throw new Problem('NOT_FOUND', 'There is no such logo.');
    // Another picture has another address.
    void reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'");
    return new StreamableFile(logo, { type: 'image/webp', length: logo.length });
  }
}
