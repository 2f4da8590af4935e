import type { OpenAPIObject } from '@nestjs/swagger';

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; example?: unknown; schema?: { example?: unknown } }[];
  requestBody?: { content: Record<string, { example?: unknown; examples?: Record<string, { value: unknown }> }> };
}

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const JSON_TYPE = 'application/json';

/** The API as a collection for Postman, and for Bruno, which imports it. Base URL and key are variables: it holds no secret. */
export function postmanCollection(document: OpenAPIObject): object {
  const folders = new Map<string, object[]>((document.tags ?? []).map(({ name }) => [name, []]));
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const [tag = 'other'] = operation.tags ?? [];
      folders.set(tag, [...(folders.get(tag) ?? []), requestOf(path, method, operation)]);
    }
  return {
    info: { name: document.info.title, description: document.info.description, schema: SCHEMA },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{apiKey}}', type: 'string' }] },
    variable: [
      { key: 'baseUrl', value: document.servers?.[0]?.url ?? '' },
      { key: 'apiKey', value: '' },
    ],
    item: [...folders].flatMap(([name, item]) => (item.length > 0 ? [{ name, item }] : [])),
  };
}

function requestOf(path: string, method: string, operation: Operation): object {
  const { parameters = [], requestBody, security = [] } = operation;
  const [type] = Object.keys(requestBody?.content ?? {});
  const media = requestBody?.content[JSON_TYPE] ?? requestBody?.content[type ?? ''];
  const [first] = Object.values(media?.examples ?? {});
  const body = first?.value ?? media?.example;
  const query = parameters.filter(({ in: place }) => place === 'query');
  const places = path.slice(1).replaceAll(/\{(\w+)\}/g, ':$1');
  const given = query
    .filter(({ required }) => required)
    .map((parameter) => `${parameter.name}=${exampleOf(parameter)}`);
  return {
    name: operation.summary ?? operation.operationId,
    request: {
      method: method.toUpperCase(),
      description: operation.description,
      ...(security.length === 0 && { auth: { type: 'noauth' } }),
      header: type === undefined ? [] : [{ key: 'Content-Type', value: type }],
      url: {
        raw: `{{baseUrl}}/${places}${given.length > 0 ? `?${given.join('&')}` : ''}`,
        host: ['{{baseUrl}}'],
        path: places.split('/'),
        query: query.map((parameter) => ({
          key: parameter.name,
          value: exampleOf(parameter),
          disabled: parameter.required !== true,
        })),
        variable: [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => ({ key, value: '' })),
      },
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: typeof body === 'string' ? body : JSON.stringify(body, null, 2),
          options: { raw: { language: type === JSON_TYPE ? 'json' : 'text' } },
        },
      }),
    },
  };
}

function exampleOf({ example, schema }: NonNullable<Operation['parameters']>[number]): string {
  const value = example ?? schema?.example ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
