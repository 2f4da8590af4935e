import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsUrl } from 'class-validator';

const CREDENTIALS = Symbol('credentials');
const SANDBOX_ONLY = Symbol('sandbox only');

/** A setting with a provider's address, whose name ends in `_BASE_URL`. Production takes https only. */
export function ProviderAddressSetting(): PropertyDecorator {
  return applyDecorators(
    IsUrl(
      {
        protocols: ['http', 'https'],
        require_protocol: true,
        require_tld: false,
        disallow_auth: true,
        allow_query_components: false,
        allow_fragments: false,
      },
      { message: '$property must be a URL address, without user, password, query and fragment' },
    ),
  );
}

/** A setting that is `true` or `false`. */
export function BooleanSetting(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }): unknown => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
  );
}

/** A setting that says who we are or who they are. Production refuses what the sandbox publishes for any such setting. */
export function CredentialSetting(): PropertyDecorator {
  return (target, property) =>
    Reflect.defineMetadata(CREDENTIALS, [...credentialsOf(target.constructor), String(property)], target.constructor);
}

/** A setting that is `true` or `false`, and may be `true` only where the provider is its sandbox: it turns on what no real one documents. */
export function SandboxOnlySetting(): PropertyDecorator {
  return applyDecorators(BooleanSetting(), (target: object, property: string | symbol) =>
    Reflect.defineMetadata(SANDBOX_ONLY, [...sandboxOnlyOf(target.constructor), String(property)], target.constructor),
  );
}

/** The names of those among the settings of a class. */
export function sandboxOnlyOf(settings: object): readonly string[] {
  return (Reflect.getOwnMetadata(SANDBOX_ONLY, settings) as string[] | undefined) ?? [];
}

/** The names of the credentials among the settings of a class. */
export function credentialsOf(settings: object): readonly string[] {
  return (Reflect.getOwnMetadata(CREDENTIALS, settings) as string[] | undefined) ?? [];
}
