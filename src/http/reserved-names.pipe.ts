import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { isReserved } from './compiled-validation.js';
import { type FieldProblem, validationFailed } from './problem.js';

/**
 * Refuses names that every JavaScript object has (`constructor`, `toString`, `__proto__` …), at any depth of a body or query. The libraries
 * that transform and validate drop them without a word; what a caller sends is either accepted or refused by name.
 */
@Injectable()
export class ReservedNamesPipe implements PipeTransform {
  /** @throws Problem VALIDATION_FAILED */
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    const found = type === 'custom' ? [] : reservedNames(value);
    if (found.length > 0) throw validationFailed(...found);
    return value;
  }
}

/** Recursion is safe: the parser bounds the depth of bodies, and queries have none. */
function reservedNames(value: unknown, prefix = ''): FieldProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const field = `${prefix}${name}`;
    if (isReserved(name)) return [{ field, message: 'unknown field: this name is reserved' }];
    return reservedNames(item, `${field}.`);
  });
}
