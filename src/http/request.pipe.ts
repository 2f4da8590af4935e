import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { instanceOf } from './compiled-validation.js';

/** What is good goes to its handler at once; the other pipes decide about all else, each on what the one before has made. */
@Injectable()
export class RequestPipe implements PipeTransform {
  private readonly others: readonly PipeTransform[];

  constructor(...others: readonly PipeTransform[]) {
    this.others = others;
  }

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { type, metatype } = metadata;
    // Of our own decorators, made by ourselves.
    if (type === 'custom' || (metatype === String && typeof value === 'string')) return value;
    const instance = type === 'body' && metatype ? instanceOf(metatype, value) : undefined;
    return instance ?? this.slowly(value, metadata);
  }

  private async slowly(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    let result = value;
    for (const pipe of this.others) result = await (pipe.transform(result, metadata) as unknown);
    return result;
  }
}
