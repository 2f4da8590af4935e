import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';

/** The names of the variables that a settings class takes. */
export function variablesOf(settings: Type): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(settings, '', false, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))];
}

export interface ReadSettings<T extends object> {
  instance: T;
  errors: ValidationError[];
}

/** A settings class filled from what is given, and what is wrong with it. */
export function readSettings<T extends object>(
  settings: Type<T>,
  given: Readonly<Record<string, string>>,
): ReadSettings<T> {
  const own = Object.fromEntries(variablesOf(settings).flatMap((name) => (name in given ? [[name, given[name]]] : [])));
  const instance = plainToInstance(settings, own);
  return { instance, errors: validateSync(instance, { forbidUnknownValues: true }) };
}

/** Names what is wrong without repeating the value, which may be a secret. */
export function describeError(error: ValidationError, prefix = ''): string[] {
  const name = `${prefix}${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) =>
    message.startsWith(error.property) ? `${prefix}${message}` : `${name} ${message}`,
  );
  return [...own, ...(error.children ?? []).flatMap((child) => describeError(child, `${name}.`))];
}

/** `NAME=` in a file means absent. */
export function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
