import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional } from 'class-validator';
import { PAYIN_STATUSES } from '../domain/status.js';

/** One status or several: `A`, `A,B`, or a list of them. */
export function IsStatuses(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      enum: PAYIN_STATUSES,
      isArray: true,
      description: 'One status or several: `status=PENDING,UNDERPAID`, or `status` more than once',
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => listOf(value)),
    IsIn(PAYIN_STATUSES, { each: true, message: `status must be one or several of ${PAYIN_STATUSES.join(', ')}` }),
    ArrayMaxSize(PAYIN_STATUSES.length),
    IsArray(),
  );
}

function listOf(value: unknown): unknown {
  if (typeof value === 'string') return [...new Set(value.split(','))];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return value;
  return [...new Set(value.flatMap((one: string) => one.split(',')))];
}
