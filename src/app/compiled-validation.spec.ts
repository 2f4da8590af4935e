import 'reflect-metadata';
import { globSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { PipeTransform } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import fc from 'fast-check';
import { getMetadataStorage } from 'class-validator';
import { thoroughly } from '../../test/support/thorough.js';
import { instanceOf } from '../http/compiled-validation.js';
import { validationPipe } from '../http/http-app.js';
import { Problem } from '../http/problem.js';
import { RequestPipe } from '../http/request.pipe.js';
import { ReservedNamesPipe } from '../http/reserved-names.pipe.js';

type Class = new () => object;

/** Their dates are texts, or other spellings are read: the ordinary pipe does. */
const NOT_COMPILED = [
  ...['FetchStatementDto', 'ResendNotificationsDto', 'SearchPayinsDto', 'CreateApiKeyDto'],
  ...['RequestRefundDto', 'ResolveDiscrepancyDto', 'CreatePaymentLinkDto'],
];

/** Of every `@Body()` of every controller. */
const BODIES = await classesOfBodies();

async function classesOfBodies(): Promise<[name: string, type: Class][]> {
  const found = new Map<string, Class>();
  for (const path of globSync('src/**/*.controller.ts')) {
    const controllers = (await import(`../../${path}`)) as Record<string, Class>;
    for (const controller of Object.values(controllers)) {
      for (const method of Object.getOwnPropertyNames(controller.prototype)) {
        const args: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
        const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) as Class[];
        for (const key of Object.keys(args)) {
          const [, index] = new RegExp(`^${RouteParamtypes.BODY}:(\\d+)$`).exec(key) ?? [];
          if (index) found.set(types[Number(index)]!.name, types[Number(index)]!);
        }
      }
    }
  }
  return [...found];
}

/** By the name of a field: what is mostly good for it. What is not tried here has no good bodies, and the test says so. */
const GOOD: Readonly<Record<string, readonly unknown[]>> = {
  amountInCents: [5_000_000, 100],
  currency: ['COP'],
  rail: ['PSE', 'BRE_B', 'ANY'],
  reference: ['INV-2024-001', 'a'],
  name: ['John Doe', 'Ñandú'],
  idType: ['CC', 'NIT', 'PPN'],
  idNumber: ['1234567890', '860.002.964-4'],
  phone: ['+573121234567'],
  email: ['johndoe@example.com'],
  bank: ['1007'],
  personType: ['NATURAL'],
  keyType: ['QR_CODE'],
  description: ['a text', ''],
  expiresInMinutes: [30],
  callbackUrl: ['https://example.com/callback', 'http://localhost:1/'],
  redirectUrl: ['https://example.com/?a=b'],
  url: ['https://example.com/webhooks'],
  provider: ['tumipay'],
  metadata: [{}, { a: 'b', c: '' }],
  eventTypes: [['payin.approved'], ['payin.approved', 'payin.expired']],
  includePersonalData: [true, false],
  status: ['ENABLED', 'DISABLED', 'PENDING', 'ACTIVE'],
  note: ['said by telephone'],
  reason: ['CORRECTED', 'ACCEPTED'],
  type: ['BOOK_RECEIPT', 'ACCEPT_AS_PAID'],
  paymentId: ['123/4'],
  from: ['2026-11-29'],
  to: ['2026-11-30T10:00:00Z'],
  by: ['P3D', 'PT72H'],
  total: ['P90D'],
  endpointId: ['0199a000-0000-7000-8000-000000000000'],
  key: ['@payer123'],
  accountType: ['SAVINGS', 'AHORROS'],
  accountNumber: ['12345678901'],
  holderName: ['Ana Gómez'],
  evidence: ['transfer 4711'],
  resolution: ['ACCEPTED', 'REFUND'],
  password: ['correct horse battery staple'],
  code: ['123456'],
  role: ['viewer', 'owner'],
  scopes: [['payins:read'], ['payins:read', 'refunds:write']],
  allowedNetworks: [['203.0.113.0/24']],
  overlapHours: [0, 24],
  link: ['o7b1i4nDYLuwTQkbMR0VUvTq8F1qkR8Gqh3VYl9qDtA'],
  organizationId: ['0199a000-0000-7000-8000-000000000000'],
  disabled: [true, false],
  text: ['50.000', 'nunez maria'],
  cursor: ['abc'],
  limit: [20],
  expiresAt: ['2099-12-31'],
  displayName: ['Tienda Ñandú'],
  color: ['#1d5fa7', '#1D5FA7'],
  supportEmail: ['ayuda@example.com'],
  supportPhone: ['+576015550123'],
  supportUrl: ['https://example.com/ayuda'],
  language: ['es', 'en'],
  frameOrigins: [[], ['https://shop.example.com']],
  title: ['Curso de cerámica'],
  minInCents: [500_000],
  maxInCents: [5_000_000],
  uses: [1, 100],
  rails: [['BRE_B', 'PSE']],
};
/** Where a name means something else in one class. */
const GOOD_OF: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  RequestRefundDto: { reason: ['OVERPAID', 'OTHER'] },
  DestinationDto: { type: ['BRE_B_KEY', 'BANK_ACCOUNT'] },
};
/** Nearly good somewhere. */
const OTHERS: readonly unknown[] = [
  ...[null, '', ' ', 'x', 'x'.repeat(256), 'COP', 'cop', '5000000', '+57', 'a@b', 'http://u:p@example.com', 'ftp://x'],
  ...[0, 1, -1, 50, 0.5, 1e15, 5_000_000.5, true, [], {}, [[]], ['x'], [null], ['payin.approved', 'payin.approved']],
  ...[{ a: 1 }, { a: null }, { a: { b: 'c' } }, { '': 'x' }, { toString: 'x' }, { prototype: 'x' }, { length: 'x' }],
  JSON.parse('{"__proto__":{"a":1}}'),
];
const UNKNOWN = ['id', '', '0', 'then', 'length', 'constructor', '__proto__', 'prototype', 'toString', 'Currency'];

function fieldsOf(type: Class): string[] {
  const all = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(all.map(({ propertyName }) => propertyName))];
}

/** The class of a field that is an object of its own. */
function nestedIn(type: Class, field: string): Class | undefined {
  const declared = Reflect.getMetadata('design:type', type.prototype as object, field) as Class | undefined;
  return declared && fieldsOf(declared).length > 0 ? declared : undefined;
}

/** @param spoiled how many of 100 fields are missing or anything */
function bodiesOf(type: Class, spoiled: number): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.constantFrom(...OTHERS), fc.constantFrom(...Object.values(GOOD).flat()), fc.jsonValue());
  const fields = fieldsOf(type).map((name) => {
    const nested = nestedIn(type, name);
    const good = nested
      ? bodiesOf(nested, spoiled)
      : fc.constantFrom(...(GOOD_OF[type.name]?.[name] ?? GOOD[name] ?? ['']));
    const entry = (value: fc.Arbitrary<unknown>) => value.map((given): [string, unknown][] => [[name, given]]);
    return fc.oneof(
      { weight: 100 - spoiled, arbitrary: entry(good) },
      { weight: spoiled, arbitrary: fc.oneof(entry(anything), entry(fc.constant(null)), fc.constant([])) },
    );
  });
  const unknown = fc.tuple(fc.oneof(fc.constantFrom(...UNKNOWN), fc.string({ maxLength: 4 })), anything);
  return fc
    .tuple(
      fc.tuple(...fields),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(unknown, { maxLength: 1 }) },
      ),
    )
    .chain(([known, others]) =>
      fc.shuffledSubarray([...known.flat(), ...others], { minLength: known.flat().length + others.length }),
    )
    .map((entries) => {
      // As the parser makes it: a name is a name, whatever it is.
      const body = {};
      for (const [name, value] of entries)
        Object.defineProperty(body, name, { value, enumerable: true, configurable: true, writable: true });
      return body;
    });
}

const PIPES = [new ReservedNamesPipe(), validationPipe()];
/** As it would be without anything compiled. */
const ordinary: PipeTransform = {
  transform: async (value: unknown, metadata) => {
    let result = value;
    for (const pipe of PIPES) result = await pipe.transform(result, metadata);
    return result;
  },
};

async function outcome(
  pipe: PipeTransform,
  metatype: Class,
  body: unknown,
): Promise<{ value?: unknown; errors?: unknown }> {
  try {
    return { value: await (pipe.transform(body, { type: 'body', metatype }) as unknown) };
  } catch (error) {
    if (error instanceof Problem) return { errors: error.errors };
    throw error;
  }
}

describe('what is compiled of a class of a body', () => {
  it('is tried of all bodies of the API', () => {
    expect(BODIES.map(([name]) => name)).toEqual(
      expect.arrayContaining(['CreatePayinDto', 'CreateWebhookEndpointDto', 'NoteDto', ...NOT_COMPILED]),
    );
  });

  it.each(BODIES)('takes what the pipe takes, as the pipe does, and nothing else: %s', async (name, type) => {
    let taken = 0;
    let refused = 0;
    const body = fc.oneof(bodiesOf(type, 1), bodiesOf(type, 8), bodiesOf(type, 50), fc.constantFrom(...OTHERS));
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        // The pipe removes names from what it is given.
        const compiled = instanceOf(type, structuredClone(given));
        const expected = await outcome(ordinary, type, structuredClone(given));
        const made = await outcome(new RequestPipe(...PIPES), type, structuredClone(given));
        expect([given, isDeepStrictEqual(made, expected)]).toEqual([given, true]);
        expect(JSON.stringify(made)).toBe(JSON.stringify(expected));
        if ('value' in expected) taken += 1;
        else refused += 1;
        if (NOT_COMPILED.includes(name) && compiled === undefined) return;
        // The parser refuses a body that is null; the pipe would take it for an empty one.
        else if (given !== null) {
          expect([given, compiled !== undefined]).toEqual([given, 'value' in expected]);
          if (compiled) expect(isDeepStrictEqual(compiled, expected.value)).toBe(true);
        }
      }),
      { numRuns: thoroughly(2_000) },
    );
    // Both happen often enough to mean something.
    expect([name, Math.min(taken, refused) > 50]).toEqual([name, true]);
  });
});
