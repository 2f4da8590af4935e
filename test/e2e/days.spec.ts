import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}
interface Operation {
  parameters?: { name: string; in: string; description?: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** A part of a request that says when. */
interface Moment {
  route: string;
  place: 'query' | 'body';
  name: string;
  schema: Schema;
}

/** Names of times, and what is described as one. */
const IS_TIME =
  /(?:^(?:from|to|at|on|date|day|since|until|before|after|time|month|when)|From|To|At|On|Date|Day|Since|Until|Before|After|Time)$/;
/** Whom money goes to. */
const NO_TIMES = new Set(['to object', 'after string', 'by string', 'total string']);

let testApp: TestApp;
let moments: Moment[];

beforeAll(async () => {
  testApp = await startTestApp();
  moments = await momentsOfRequests();
});
afterAll(() => testApp?.close());

async function momentsOfRequests(): Promise<Moment[]> {
  const { body } = await testApp.api.call<{
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  }>('GET', '/openapi.json');
  const propertiesOf = (schema: Schema | undefined): [string, Schema][] => {
    if (!schema) return [];
    const named = schema.$ref && body.components.schemas[schema.$ref.split('/').at(-1)!];
    const parts = [...(schema.allOf ?? []), ...(schema.items ? [schema.items] : []), ...(named ? [named] : [])];
    return [...Object.entries(schema.properties ?? {}), ...parts.flatMap(propertiesOf)];
  };
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody }]) => {
      const route = `${method.toUpperCase()} ${path}`;
      const inQuery = parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, description, schema }) => ({
          name,
          place: 'query' as const,
          schema: { description, ...schema },
        }));
      const inBody = Object.values(requestBody?.content ?? {})
        .flatMap(({ schema }) => propertiesOf(schema))
        .map(([name, schema]) => ({ name, place: 'body' as const, schema }));
      return [...inQuery, ...inBody]
        .filter(
          ({ name, schema }) =>
            IS_TIME.test(name) ||
            schema.format?.startsWith('date') ||
            /ISO 8601|\bdate\b/.test(schema.description ?? ''),
        )
        .filter(({ name, schema }) => !NO_TIMES.has(`${name} ${schema.type ?? 'object'}`))
        .map((one) => ({ route, ...one }));
    }),
  );
}

async function errorsOf({ route, place, name }: Moment, value: string): Promise<string[]> {
  const [method, path] = route.split(' ') as [string, string];
  const address = path.replaceAll(/\{\w+\}/g, '0199a000-0000-7000-8000-000000000000');
  const answer =
    place === 'query'
      ? await testApp.api.call<{ errors?: { field: string }[] }>(
          method,
          `${address}?${new URLSearchParams({ [name]: value }).toString()}`,
          ...(method === 'POST' ? (['a;b\r\n', { 'content-type': 'text/csv' }] as const) : []),
        )
      : await testApp.api.call<{ errors?: { field: string }[] }>(method, address, { [name]: value });
  return (answer.body.errors ?? []).map(({ field }) => field);
}

describe('a request', () => {
  it('says when as a day in Colombia, or with an offset, on every route that takes a time', () => {
    expect(moments.length).toBeGreaterThan(18);
    const others = moments.filter(({ schema }) => !/day in Colombia/.test(schema.description ?? ''));
    expect(others.map(({ route, name }) => `${route} ${name}`)).toEqual([]);
  });

  it('takes a date, and no time without an offset, nor one in the order of another country', async () => {
    for (const moment of moments) {
      const about = (errors: string[]) => [moment.route, moment.name, errors.includes(moment.name)];
      expect(about(await errorsOf(moment, '2126-11-29'))).toEqual([moment.route, moment.name, false]);
      for (const wrong of ['2126-11-29T10:00:00', '2126-11-29 10:00', '29/11/2126', '1764428400000'])
        expect(about(await errorsOf(moment, wrong))).toEqual([moment.route, moment.name, true]);
    }
  });
});
