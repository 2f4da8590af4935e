import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional } from 'class-validator';

/** One word or several of a closed list in a query: `A`, `A,B`, or the name more than once. */
export function OneOrSeveral(name: string, words: readonly string[]): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      enum: words,
      isArray: true,
      description: `One or several: \`${name}=${words.slice(0, 2).join()}\`, or \`${name}\` more than once`,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => listOf(value)),
    IsIn(words, { each: true, message: `${name} must be one or several of ${words.join(', ')}` }),
    ArrayMaxSize(words.length),
    IsArray(),
  );
}

function listOf(value: unknown): unknown {
  if (typeof value === 'string') return [...new Set(value.split(','))];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return value;
  return [...new Set(value.flatMap((one: string) => one.split(',')))];
}
