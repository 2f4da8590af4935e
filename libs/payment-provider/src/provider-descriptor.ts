import type { Type } from '@nestjs/common';
import type { StatementMapping } from './statement-mapping.js';

/** What the manifest needs to know of a provider: one of these per folder, one line per provider in the manifest. */
export interface ProviderDescriptor {
  readonly name: string;
  /** Binds and exports `PAYMENT_PROVIDER`. */
  readonly module: Type;
  /** class-validator class whose properties are named as the environment variables. */
  readonly settings: Type;
  /** Settings with which it offers something else, for the page that shows what providers can do. */
  readonly otherModes?: readonly Readonly<Record<string, string>>[];
  /** How its statements are written, where that differs from our own form. */
  readonly statement?: Partial<StatementMapping>;
  /** What the settings are when the provider is enabled outside production and nothing else is said: the built-in sandbox. */
  sandboxEnvironment(sandboxUrl: string): Record<string, string>;
}
