import {
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpStatus,
  Redirect,
  Res,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Public } from '../auth/caller.js';
import { presentedAttempt, writeAttemptCookie, writeSessionCookie } from '../auth/session-cookie.js';
import { callerAddress } from '../http/present-request.js';
import { ATTEMPT_SECONDS, OpenIdConnect } from './open-id-connect.js';

/** The request itself, of a route that takes no body. */
const RequestWithoutBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/** For browsers: what a client of the API could do with it is nothing. */
@ApiExcludeController()
@Controller('session/oidc')
export class OpenIdConnectController {
  constructor(
    private readonly openIdConnect: OpenIdConnect,
    private readonly settings: ServiceSettings,
  ) {}

  @Public()
  @Get()
  @Redirect()
  async begin(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ url: string; statusCode: number }> {
    const { url, attempt } = await this.openIdConnect.begin();
    writeAttemptCookie(reply, this.settings, attempt, ATTEMPT_SECONDS);
    return { url, statusCode: HttpStatus.FOUND };
  }

  @Public()
  @Get('callback')
  @Redirect()
  async finish(
    @RequestWithoutBody() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string; statusCode: number }> {
    const at = request.url.indexOf('?');
    const query = at < 0 ? '' : request.url.slice(at);
    const kept = presentedAttempt(request, this.settings);
    const { id } = await this.openIdConnect.finish(kept, query, callerAddress(request));
    writeAttemptCookie(reply, this.settings, '', 0);
    writeSessionCookie(reply, this.settings, id);
    return { url: `${this.settings.publicUrl}/console`, statusCode: HttpStatus.FOUND };
  }
}
