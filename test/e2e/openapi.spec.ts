import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { PROBLEMS } from '../../src/http/problem.js';
import { TEST_EVENT } from '../../src/notifications/test-event.js';
import { EVENT_TYPES, HISTORY_TYPES } from '../../src/payins/domain/history.js';
import { UPDATE_SOURCES } from '../../src/payins/domain/update-source.js';
import { payinRequest, ticketOf } from '../support/api-client.js';
import { DescribedSchemas } from '../support/described-schemas.js';
import { expectProblem } from '../support/expect-problem.js';
import { sendRaw } from '../support/raw-http.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { compared, csv, linesOf } from '../support/statements.js';

interface Schema {
  type?: string;
  $ref?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: string[];
}
interface Operation {
  operationId?: string;
  security?: object[];
  summary?: string;
  responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>;
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: {
    required: boolean;
    content: Record<string, { schema: Schema; examples?: Record<string, { value: unknown }> }>;
  };
}
interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
}

let testApp: TestApp;
let description: OpenApi;

beforeAll(async () => {
  testApp = await startTestApp();
  description = (await testApp.api.call<OpenApi>('GET', '/openapi.json')).body;
});

afterAll(async () => {
  await testApp?.close();
});

const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** What a reference within the description refers to. */
function resolved({ $ref }: { $ref?: string }): unknown {
  const [, ...path] = ($ref ?? '').split('/');
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], description);
}

function schemaOf(name: string): Required<Pick<Schema, 'properties' | 'required'>> {
  const { properties = {}, required = [] } = description.components.schemas[name] ?? {};
  return { properties, required };
}

describe('the description of the API', () => {
  it('is OpenAPI 3 with a title, a version and the routes of the contract', () => {
    expect(description.openapi).toMatch(/^3\.\d\.\d$/);
    expect(description.info).toMatchObject({ title: 'Recaudo', version: expect.any(String) });
    expect(operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`)).toEqual(
      expect.arrayContaining([
        ...[
          'POST /payins',
          'GET /payins',
          'GET /payins/{id}',
          'GET /payins/{id}/events',
          'GET /rails',
          'GET /pse/banks',
          'POST /statements',
          'POST /statements/fetch',
          'GET /statements',
          'GET /statements/{id}',
          'GET /statements/{id}/lines',
          'GET /statements/{id}/result.csv',
          'GET /discrepancies',
          'GET /discrepancies/{id}',
          'POST /discrepancies/{id}/resolve',
          'POST /discrepancies/{id}/approve',
          'POST /discrepancies/{id}/reject',
          'GET /webhook-endpoints',
          'PATCH /webhook-endpoints/{id}',
          'GET /notifications/{id}',
          'POST /notifications/resend',
        ],
        ...['POST /webhooks/{provider}', 'GET /health/live', 'GET /health/ready'],
      ]),
    );
  });

  it('says of every operation what it is for, what it answers and which part of the path it takes', () => {
    for (const { path, method, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect([method, path, operation.summary]).toEqual([method, path, expect.any(String)]);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      expect(described.map(({ name, required }) => [name, required])).toEqual(inPath.map((name) => [name, true]));
    }
  });

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference!,
    );
    expect(references.length).toBeGreaterThan(5);
    for (const $ref of references) expect([$ref, typeof resolved({ $ref })]).toEqual([$ref, 'object']);
  });

  it('names the fields that a create must have, and all that it may have', async () => {
    const { requestBody } = description.paths['/payins']!['post']!;
    expect(requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/CreatePayinDto' } } },
    });
    const { required, properties } = schemaOf('CreatePayinDto');
    expect(required.toSorted()).toEqual(['amountInCents', 'currency', 'rail', 'reference']);
    const { body } = await testApp.api.call<{ errors: { field: string }[] }>('POST', '/payins', {});
    expect(body.errors.map(({ field }) => field).toSorted()).toEqual(required.toSorted());
    // Every field that is described is known to the service.
    const everything = Object.fromEntries(Object.keys(properties).map((name) => [name, false]));
    const refused = await testApp.api.call<{ errors: { message: string }[] }>('POST', '/payins', everything);
    expect(refused.body.errors.map(({ message }) => message)).not.toContain('unknown field');
  });

  it('has just the fields of a real payin, open and paid, alone and in a list', async () => {
    const { properties, required } = schemaOf('PayinSchema');
    const opened = await testApp.api.open({ rail: 'BRE_B' });
    await testApp.sandbox.tumipay.pay(ticketOf(opened));
    const paid = await testApp.api.reaches(opened.id, 'APPROVED');
    const listed = (await testApp.api.call<{ data: object[]; pageInfo: object }>('GET', '/payins?limit=1')).body;
    for (const payin of [opened, paid, listed.data[0]!])
      expect(Object.keys(payin).toSorted()).toEqual(Object.keys(properties).toSorted());
    expect(required.toSorted()).toEqual(Object.keys(properties).toSorted());
    expect(Object.keys(paid.receipts[0]!).toSorted()).toEqual(
      Object.keys(schemaOf('ReceiptSchema').properties).toSorted(),
    );
    expect(Object.keys(listed).toSorted()).toEqual(Object.keys(schemaOf('PayinPageSchema').properties).toSorted());
    expect(Object.keys(listed.pageInfo).toSorted()).toEqual(Object.keys(schemaOf('PageInfo').properties).toSorted());
    const [event] = await testApp.api.events(opened.id);
    expect(Object.keys(event!).toSorted()).toEqual(Object.keys(schemaOf('PayinEventSchema').properties).toSorted());
  });

  it('lists what a line of the history may be about, and where it may come from', () => {
    const { type, source } = schemaOf('PayinEventSchema').properties;
    expect([type?.enum, source?.enum]).toEqual([HISTORY_TYPES, UPDATE_SOURCES]);
    expect(schemaOf('LedgerEntrySchema').properties['type']?.enum).toEqual(HISTORY_TYPES);
  });

  it('has just the fields of a real discrepancy, alone and in a list', async () => {
    const opened = await testApp.api.open({ rail: 'BRE_B' });
    await testApp.sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 4_000_000 });
    await testApp.api.reaches(opened.id, 'UNDERPAID');
    const fieldsOf = (schema: string) => Object.keys(schemaOf(schema).properties).toSorted();
    const listed = (await testApp.api.call<{ data: { id: string }[]; totals: object[] }>('GET', '/discrepancies')).body;
    expect(Object.keys(listed).toSorted()).toEqual(fieldsOf('DiscrepancyPageSchema'));
    expect(Object.keys(listed.data[0]!).toSorted()).toEqual(fieldsOf('DiscrepancySchema'));
    expect(Object.keys(listed.totals[0]!).toSorted()).toEqual(fieldsOf('TotalSchema'));
    const one = await testApp.api.call<{ payin: object }>('GET', `/discrepancies/${listed.data[0]!.id}`);
    expect(Object.keys(one.body).toSorted()).toEqual(fieldsOf('DiscrepancyWithEvidenceSchema'));
    expect(Object.keys(one.body.payin).toSorted()).toEqual(fieldsOf('DiscrepancyPayinSchema'));
    const correction = { type: 'ACCEPT_AS_PAID' };
    const short = (await testApp.api.discrepancies(opened.id)).find(({ kind }) => kind === 'UNDERPAID');
    const { body } = await testApp.api.call<{ correction: object }>('POST', `/discrepancies/${short!.id}/resolve`, {
      reason: 'CORRECTED',
      note: 'seen',
      correction,
    });
    expect(Object.keys(body.correction).toSorted()).toEqual(fieldsOf('CorrectionSchema'));
  });

  it('has just the fields of a real statement and of its lines', async () => {
    const done = await compared(testApp.api, csv('nobody,,100,COP,APPROVED,,'));
    expect(Object.keys(done).toSorted()).toEqual(Object.keys(schemaOf('StatementDetailSchema').properties).toSorted());
    const [line] = await linesOf(testApp.api, done.id);
    expect(Object.keys(line!).toSorted()).toEqual(Object.keys(schemaOf('StatementLineSchema').properties).toSorted());
    const listed = (await testApp.api.call<{ data: object[] }>('GET', '/statements?limit=1')).body.data[0]!;
    expect(Object.keys(listed).toSorted()).toEqual(Object.keys(schemaOf('StatementSchema').properties).toSorted());
  });

  it('has just the fields of a real rail, with the documents that each of its providers takes', async () => {
    const { data } = (await testApp.api.call<{ data: { rail: string; documents: object[] }[] }>('GET', '/rails')).body;
    const pse = data.find(({ rail }) => rail === 'PSE')!;
    expect(Object.keys(pse).toSorted()).toEqual(Object.keys(schemaOf('RailSchema').properties).toSorted());
    expect(pse.documents).toEqual([
      {
        provider: 'tumipay',
        required: true,
        types: ['CC', 'CE', 'PA'].map((idType) => ({ idType, form: null })),
      },
    ]);
  });

  it('has the names of seed 003 first in a payin, in its order', async () => {
    const names = Object.keys(await testApp.api.open());
    expect(names.slice(0, 15)).toEqual([
      ...[
        'id',
        'amount',
        'currency',
        'status',
        'rail',
        'reference',
        'createdAt',
        'updatedAt',
        'organizationId',
        'inlineCustomer',
      ],
      ...['errorCode', 'resultAt', 'chargebackAt', 'sourceData', 'callbackUrl'],
    ]);
  });

  it('lists every code of a problem, and has just the members of a real one', async () => {
    expect(description.components.schemas['ProblemCode']?.enum).toEqual(Object.keys(PROBLEMS));
    const problem = (await testApp.api.call('POST', '/payins', payinRequest({ rail: 'x' }))).body;
    expect(Object.keys(problem).toSorted()).toEqual(Object.keys(schemaOf('ProblemSchema').properties).toSorted());
  });
});

describe('a body', () => {
  const takesBody = ({ operation }: { operation: Operation }) => operation.requestBody !== undefined;
  const takesJson = ({ operation }: { operation: Operation }) =>
    operation.requestBody?.content['application/json'] !== undefined;

  /** With the key of an organization, and an id that nothing has: a body is looked at before anything is looked for. */
  function send(method: string, path: string, headers: string[], body = '') {
    const address = path.replaceAll(/\{\w+\}/g, '0199a000-0000-7000-8000-000000000000');
    const head = [
      `${method.toUpperCase()} ${address} HTTP/1.1`,
      ...['Host: localhost', `Authorization: Bearer ${API_KEY}`, 'Connection: close'],
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return sendRaw(testApp.url, `${head.join('\r\n')}\r\n\r\n`, body);
  }
  const JSON_TYPE = ['Content-Type: application/json'];

  it('that a route would ignore is refused with its names, on every route that takes none', async () => {
    const routes = operations().filter((route) => !takesBody(route));
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path } of routes) {
      const answer = await send(method, path, JSON_TYPE, '{"status":"APPROVED"}');
      expect([method, path, answer.status]).toEqual([method, path, 400]);
      expectProblem(answer, 'VALIDATION_FAILED', method === 'get' ? 'body' : 'status');
    }
  });

  it('that is empty is none, whatever its type says, on every route that takes none', async () => {
    for (const { method, path } of operations().filter((route) => !takesBody(route))) {
      const without = await send(method, path, []);
      for (const headers of [JSON_TYPE, ['Content-Type: text/plain'], [...JSON_TYPE, 'Content-Encoding: gzip']]) {
        const answer = await send(method, path, headers);
        expect([method, path, headers, answer.status]).toEqual([method, path, headers, without.status]);
      }
    }
  });

  it('that has nothing in it is as good as none', async () => {
    const { id } = await testApp.api.open();
    expect((await testApp.api.call('POST', `/payins/${id}/refresh`, {})).status).toBe(200);
  });

  it('that is empty is told to be empty, on every route that takes JSON', async () => {
    // A sign-in of a moment ago says enough there, and the description says that the body may be left out.
    const mayBeLeftOut = (path: string) => path === '/session/second-factor';
    const routes = operations().filter((route) => takesJson(route) && !mayBeLeftOut(route.path));
    expect(routes.length).toBeGreaterThan(5);
    for (const { method, path } of routes) {
      for (const headers of [[], JSON_TYPE]) {
        const answer = await send(method, path, headers);
        expect([method, path, answer.status]).toEqual([method, path, 400]);
        expect(expectProblem(answer, 'MALFORMED_JSON').detail).toContain('empty');
      }
    }
  });
});

describe('what we call', () => {
  it('is described for every event, with the headers of Standard Webhooks', () => {
    expect(Object.keys(description.webhooks)).toEqual([...EVENT_TYPES, TEST_EVENT]);
    for (const [type, { post }] of Object.entries(description.webhooks)) {
      expect([type, post?.summary]).toEqual([type, type]);
      const headers = (post!.parameters as { $ref?: string }[]).map(
        (header) => resolved(header) as NonNullable<Operation['parameters']>[number],
      );
      expect(headers.map(({ name, in: place, required }) => [name, place, required])).toEqual(
        ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, 'header', true]),
      );
    }
  });

  it('has full samples that are as their schemas say', () => {
    const schemas = new DescribedSchemas(description);
    for (const [type, { post }] of Object.entries(description.webhooks)) {
      const { examples = {}, schema } = post!.requestBody!.content['application/json']!;
      const of = resolved(schema) as Schema;
      expect(of.properties!['type']!.enum).toEqual([type]);
      expect(Object.keys(examples)).toContain(type);
      for (const { value } of Object.values(examples))
        expect([type, schemas.problemsOf(schema.$ref!.slice(1), value)]).toEqual([type, []]);
    }
  });
});

describe('what is generated from the description', () => {
  it('has short names for operations, each once', () => {
    const ids = operations().map(({ operation }) => operation.operationId ?? '');
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]*)*$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['createPayin', 'listPayins', 'requestRefund', 'createPaymentLink']));
  });

  it('knows what every caller may be answered, as a problem', () => {
    for (const { path, method, operation } of operations()) {
      const statuses = Object.keys(operation.responses);
      const isOfCaller = (operation.security ?? []).length > 0;
      if (isOfCaller)
        expect([path, method, statuses]).toEqual([path, method, expect.arrayContaining(['401', '403', '429', '503'])]);
      if (method === 'get' && (operation.parameters ?? []).some(({ in: place }) => place === 'query'))
        expect([path, statuses]).toEqual([path, expect.arrayContaining(['400'])]);
      for (const [status, { description: said, content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        expect([path, status, said]).toEqual([path, status, expect.stringMatching(/\S/)]);
        expect([path, status, Object.keys(content ?? {})]).toEqual([path, status, ['application/problem+json']]);
      }
    }
  });

  it('has amounts as 64-bit integers, other numbers as integers, and instructions by their type', () => {
    const numbers: string[] = [];
    const walk = (value: unknown, name: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { type, format } = value as Schema & { format?: string };
      const types = [type].flat();
      if (/InCents$/.test(name) && types.includes('integer')) expect([name, format]).toEqual([name, 'int64']);
      if (types.includes('number') && format === undefined) numbers.push(name);
      for (const [key, child] of Object.entries(value)) if (key !== 'example') walk(child, key);
    };
    walk(description, '');
    expect(numbers).toEqual([]);
    expect(JSON.stringify(schemaOf('PayinSchema').properties['instructions'])).toContain('"discriminator"');
    expect(schemaOf('CreatePayinDto').properties['amountInCents']).toMatchObject({
      ...{ type: 'integer', format: 'int64', minimum: 1, multipleOf: 100 },
    });
  });

  it('has the ids in paths as UUIDs, as those in answers', () => {
    const ids = operations().flatMap(({ path, method, operation: { parameters = [] } }) =>
      parameters.filter(({ name }) => name === 'id').map((parameter) => ({ at: `${method} ${path}`, parameter })),
    );
    expect(ids.length).toBeGreaterThan(30);
    for (const { at, parameter } of ids)
      expect([at, parameter]).toEqual([
        at,
        expect.objectContaining({ in: 'path', schema: { type: 'string', format: 'uuid' } }),
      ]);
  });

  it('says the limits of every amount that a request may have', () => {
    const limits = new Map<string, unknown[]>();
    const walk = (value: unknown, where: string, name: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { type, minimum, maximum, multipleOf } = value as Readonly<Record<string, unknown>>;
      if (/InCents$/.test(name) && [type].flat().includes('integer'))
        limits.set(`${where} ${name}`, [minimum, maximum, multipleOf]);
      const { in: place, name: parameter } = value as { in?: unknown; name?: string };
      for (const [key, child] of Object.entries(value))
        if (key !== 'example') walk(child, where, place === 'query' && key === 'schema' ? parameter! : key);
    };
    for (const [name, schema] of Object.entries(description.components.schemas))
      if (name.endsWith('Dto')) walk(schema, name, name);
    for (const [path, { get }] of Object.entries(description.paths)) walk(get?.parameters, path, '');
    const MAX = 100_000_000_000_000;
    expect(Object.fromEntries(limits)).toEqual({
      'CreatePayinDto amountInCents': [1, MAX, 100],
      'CreatePaymentLinkDto amountInCents': [1, MAX, 100],
      'CreatePaymentLinkDto minInCents': [1, MAX, 100],
      'CreatePaymentLinkDto maxInCents': [1, MAX, 100],
      'RequestRefundDto amountInCents': [1, MAX, undefined],
      'CorrectionDto amountInCents': [1, MAX, undefined],
      'SearchPayinsDto amountInCents': [1, MAX, undefined],
      '/payins amountInCents': [1, MAX, undefined],
      '/discrepancies minMoneyAtRiskInCents': [0, MAX, undefined],
    });
  });

  it('passes the recommended rules of a linter', async () => {
    const source = JSON.stringify({ ...description, servers: [{ url: 'https://pay.merchant.co' }] });
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    expect(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
  });
});
