import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Patch, Put, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import { ProblemSchema } from '../http/openapi.js';
import { Problem } from '../http/problem.js';
import { PICTURE_BYTES_MAX, PICTURE_TYPES, PictureBody, pictureTypeOf } from '../http/route-body.js';
import { ColorQuery, UpdateCheckoutSettingsDto } from './checkout-settings.dto.js';
import { CheckoutSettingsSchema, ColorContrastSchema } from './checkout-settings.schema.js';
import { readableColors } from './color.js';
import { presentContrast } from './present-contrast.js';
import { EditCheckoutSettings } from './edit-checkout-settings.service.js';
import { PICTURE_SIDE_MAX } from './logo/picture.js';

@ApiTags('checkout')
@ApiBearerAuth()
@Controller('checkout-settings')
export class CheckoutSettingsController {
  constructor(private readonly settings: EditCheckoutSettings) {}

  @Get()
  @Needs('links:read')
  @ApiOperation({
    operationId: 'getCheckoutSettings',
    description: 'Name, colour, logo, support contact and language, as payers see them.',
    summary: 'Get the appearance of your checkout pages',
  })
  @ApiOkResponse({ type: CheckoutSettingsSchema })
  read(@Caller() caller: Principal) {
    return this.settings.read(caller);
  }

  @Get('contrast')
  @Needs('links:read')
  @ApiOperation({
    operationId: 'checkContrast',
    summary: 'Preview what becomes of a colour',
    description: 'Nothing is stored.',
  })
  @ApiOkResponse({ type: ColorContrastSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  contrast(@Query() { color }: ColorQuery) {
    return presentContrast(readableColors(color.toLowerCase()));
  }

  @Patch()
  @Needs('links:write')
  @ApiOperation({
    operationId: 'updateCheckoutSettings',
    summary: 'Update the appearance of your checkout pages',
    description: 'Absent fields stay as they are; null is as by default. The pages show it within five seconds.',
  })
  @ApiOkResponse({ type: CheckoutSettingsSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  update(@Caller() caller: Principal, @Body() body: UpdateCheckoutSettingsDto) {
    return this.settings.update(caller, body);
  }

  @Put('logo')
  @Needs('links:write')
  @PictureBody()
  @ApiOperation({
    operationId: 'setCheckoutLogo',
    summary: 'Set the logo of your checkout pages',
    description: `The body is a PNG, JPEG or WebP of up to ${PICTURE_BYTES_MAX / 1024} KiB and ${PICTURE_SIDE_MAX} pixels a side. It is drawn anew, of at most 512 pixels a side; of what else the file holds nothing is kept.`,
  })
  @ApiConsumes(...PICTURE_TYPES)
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: CheckoutSettingsSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'LOGO_REJECTED' })
  @ApiResponse({ status: 413, type: ProblemSchema })
  @ApiResponse({ status: 415, type: ProblemSchema })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'UNAVAILABLE: other logos are being read' })
  setLogo(@Caller() caller: Principal, @Req() request: FastifyRequest) {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0) throw new Problem('LOGO_REJECTED', 'The body is empty.');
    // Of any other type it was refused before.
    return this.settings.setLogo(caller, pictureTypeOf(request)!, body);
  }

  @Delete('logo')
  @Needs('links:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'removeCheckoutLogo',
    description: 'The pages show the name instead, within five seconds.',
    summary: 'Remove the logo of your checkout pages',
  })
  @ApiNoContentResponse()
  removeLogo(@Caller() caller: Principal) {
    return this.settings.removeLogo(caller);
  }
}
