import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { parseObject } from './parse-object.js';
import { RAILS, type Rail } from './rail.js';

/** Bounds of one payment, in cents. Absent: none is known. */
export interface AmountLimits {
  minInCents?: bigint;
  maxInCents?: bigint;
}
export type AmountLimitsByRail = Readonly<Partial<Record<Rail, AmountLimits>>>;

/** A setting that holds a provider's limits as JSON, e.g. `{"PSE":{"minInCents":200000,"maxInCents":200000000}}`. */
export function AmountLimitsSetting(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? (readAmountLimits(value) ?? value) : (value as unknown))),
    IsOptional(),
    ValidateBy({
      name: 'amountLimits',
      validator: {
        validate: (value: unknown) => typeof value === 'object',
        defaultMessage: () =>
          `$property must be JSON like {"PSE":{"minInCents":200000,"maxInCents":200000000}}, by rail (${RAILS.join(', ')}), whole cents, the least not above the most`,
      },
    }),
  );
}

export function readAmountLimits(json: string): AmountLimitsByRail | undefined {
  const object = parseObject(Buffer.from(json));
  if (!object) return undefined;
  const limits: Partial<Record<Rail, AmountLimits>> = {};
  for (const [rail, value] of Object.entries(object)) {
    const read = RAILS.includes(rail as Rail) ? readLimits(value) : undefined;
    if (!read) return undefined;
    limits[rail as Rail] = read;
  }
  return limits;
}

function readLimits(value: unknown): AmountLimits | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const limits: AmountLimits = {};
  for (const [name, amount] of Object.entries(value)) {
    if ((name !== 'minInCents' && name !== 'maxInCents') || !Number.isSafeInteger(amount) || amount < 1)
      return undefined;
    limits[name] = BigInt(amount as number);
  }
  const { minInCents = 0n, maxInCents = minInCents } = limits;
  return minInCents <= maxInCents ? limits : undefined;
}
