import {
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpStatus,
  Redirect,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Public } from '../auth/caller.js';
import { presentedAttempt, writeAttemptCookie, writeSessionCookie } from '../auth/session-cookie.js';
import { ProblemSchema } from '../http/openapi.js';
import { callerAddress } from '../http/present-request.js';
import { ATTEMPT_SECONDS, OpenIdConnect } from './open-id-connect.js';

/** The request itself, of a route that takes no body. */
const RequestWithoutBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

@ApiTags('people')
@Controller('session/oidc')
export class OpenIdConnectController {
  constructor(
    private readonly openIdConnect: OpenIdConnect,
    private readonly settings: ServiceSettings,
  ) {}

  @Public()
  @Get()
  @Redirect()
  @ApiOperation({ summary: 'Sign in by OpenID Connect', description: 'For browsers. Where OIDC_ISSUER is set.' })
  @ApiResponse({ status: 302, description: 'To the provider' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async begin(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ url: string; statusCode: number }> {
    const { url, attempt } = await this.openIdConnect.begin();
    writeAttemptCookie(reply, this.settings, attempt, ATTEMPT_SECONDS);
    return { url, statusCode: HttpStatus.FOUND };
  }

  @Public()
  @Get('callback')
  @Redirect()
  @ApiOperation({ summary: 'Where the provider sends the browser back to' })
  @ApiResponse({ status: 302, description: 'To the console, with the session’s cookie' })
  @ApiResponse({ status: 401, type: ProblemSchema, description: 'SIGN_IN_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 429, type: ProblemSchema, description: 'TOO_MANY_SIGN_INS, with Retry-After' })
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
