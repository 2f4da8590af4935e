import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Min,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { instanceOf } from './compiled-validation.js';

class Inner {
  @IsString()
  text!: string;
}

class Outer {
  @Min(1)
  @IsInt()
  count!: number;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner | null;

  @IsOptional()
  @IsIn(['a', 'b'], { each: true })
  @IsArray()
  list?: string[];

  @Allow()
  free?: unknown;

  @ValidateIf(({ count }: Outer) => count > 5)
  @IsString()
  why?: string;
}

const good = (changes: object = {}) => instanceOf(Outer, { count: 1, ...changes });

describe('a compiled class', () => {
  it('makes what class-transformer would: instances of it and of the classes in it, in the order in which it came', () => {
    const given = { list: ['a'], inner: { text: 'x' }, count: 6, why: 'y', free: { deep: [{ a: null }] } };
    const made = instanceOf(Outer, given) as Outer;
    expect(made).toStrictEqual(
      Object.assign(new Outer(), { ...given, inner: Object.assign(new Inner(), given.inner) }),
    );
    expect(Object.keys(made)).toEqual(Object.keys(given));
    expect(made.list).not.toBe(given.list);
    expect(made.free).not.toBe(given.free);
  });

  it.each([{}, { inner: null }, { inner: undefined }, { list: [] }, { list: null }, { free: 'x' }, { why: 5 }])(
    'takes %j',
    (changes) => expect(good(changes)).toBeInstanceOf(Outer),
  );

  it.each([
    { count: 0 },
    { count: '1' },
    { count: null },
    { count: undefined },
    { other: 1 },
    { inner: {} },
    { inner: { text: 1 } },
    { inner: { text: 'x', other: 1 } },
    { inner: [] },
    { inner: 'x' },
    { list: ['a', 'c'] },
    { list: 'a' },
    { list: { 0: 'a' } },
    { count: 6 },
    { free: { toString: 1 } },
    { free: { deep: [JSON.parse('{"__proto__":1}')] } },
    JSON.parse('{"__proto__":{"count":1}}') as object,
  ])('leaves %j to the pipe', (changes) => expect(good(changes)).toBeUndefined());

  it.each<[string, unknown]>([
    ['a value that it inherits', Object.create({ count: 1 })],
    ['an instance', Object.assign(new Outer(), { count: 1 })],
    ['no prototype', Object.assign(Object.create(null) as object, { count: 1 })],
    ['a list', [{ count: 1 }]],
    ['a text', 'count'],
    ['nothing', undefined],
    ['null', null],
    ['a date in it', { count: 1, free: new Date() }],
    ['a buffer in it', { count: 1, free: Buffer.from('x') }],
    ['a function in it', { count: 1, free: () => 1 }],
    ['a gap in a list', { count: 1, free: Array(2) }],
  ])('leaves what no JSON is to the pipe: %s', (_, value) => expect(instanceOf(Outer, value)).toBeUndefined());

  it('does not see names that are symbols, as the pipe does not', () => {
    expect(good({ [Symbol('x')]: 1 })).toStrictEqual(Object.assign(new Outer(), { count: 1 }));
  });

  it('is left to the pipe where a decorator says what it does not know', () => {
    const text = (...decorators: PropertyDecorator[]) => {
      class One {
        text!: unknown;
      }
      for (const decorate of [IsOptional(), ...decorators]) decorate(One.prototype, 'text');
      return One;
    };
    const later = (target: object) =>
      registerDecorator({
        target: target.constructor,
        propertyName: 'text',
        async: true,
        validator: { validate: () => Promise.resolve(true) },
      });
    class WithMethod {
      @IsOptional()
      text?: string;
      method() {}
    }
    class WithDefault {
      @IsOptional()
      text?: string;
      other = 1;
    }
    expect(instanceOf(text(), { text: 'x' })).toBeDefined();
    for (const one of [
      text(Transform(({ value }) => value as unknown)),
      text(Expose()),
      text(Exclude()),
      text(Type(() => Number)),
      text(Type(() => Inner)),
      text(ValidateNested()),
      text(IsString({ groups: ['some'] })),
      text(IsString({ always: true })),
      text(later),
      WithMethod,
      WithDefault,
      class {},
    ])
      expect(instanceOf(one, {})).toBeUndefined();
  });

  it('does not take a promise for a yes', () => {
    class Unsure {
      text!: string;
    }
    registerDecorator({
      target: Unsure,
      propertyName: 'text',
      validator: { validate: () => Promise.resolve(false) },
    });
    expect(instanceOf(Unsure, { text: 'x' })).toBeUndefined();
  });
});
