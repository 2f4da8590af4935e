import { applyDecorators } from '@nestjs/common';
import { IsUrl, MaxLength } from 'class-validator';

/** An address that can be called or opened. Whether a server at it may be called is another question: `OutboundHttp.whyNeverCalled`. */
export function IsHttpUrl(): PropertyDecorator {
  return applyDecorators(
    MaxLength(2048),
    IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true }),
  );
}
