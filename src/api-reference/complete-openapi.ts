import type { OpenAPIObject } from '@nestjs/swagger';

type Node = Record<string, unknown>;

/** Answers that an operation may have whatever it does; those that it names itself stay. */
const COMMON = {
  '400': 'VALIDATION_FAILED (`errors` says what to fix), MALFORMED_JSON or BAD_REQUEST',
  '401': 'UNAUTHENTICATED: no key, or one that is unknown, revoked or past its date',
  '403': 'SCOPE_MISSING: `detail` names the scope that the caller does not have',
  '404': 'NOT_FOUND: your organization has no such thing',
  '409': 'It cannot be done now: `code` says why',
  '413': 'BODY_TOO_LARGE',
  '415': 'UNSUPPORTED_MEDIA_TYPE',
  '422': 'PROVIDER_RULE: `errors` says what no provider takes',
  '429': 'RATE_LIMITED: wait for the seconds of `Retry-After`',
  '503': 'OVERLOADED or UNAVAILABLE: send the same again after the seconds of `Retry-After`',
} as const;
type CommonStatus = keyof typeof COMMON;
const GOOD: Readonly<Record<string, string>> = {
  '200': 'As it is now',
  '201': 'Created',
  '202': 'Accepted: it is done in the background',
  '204': 'Done',
};

const UNREADABLE = 'BAD_REQUEST: a request that cannot be read at all';
const WAITS: readonly string[] = ['429', '503'];
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 0 } },
} as const;
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemSchema' } } } as const;
const METHODS: readonly string[] = ['get', 'put', 'post', 'patch', 'delete'];
const MONEY = /InCents$|^amount$/;

/**
 * What the generator leaves out of the API's description: answers that every operation has, whole numbers, amounts as 64-bit integers, ids in
 * paths as UUIDs, and OpenAPI 3.1's way to say that something may be null.
 */
export function completeOpenApi(document: OpenAPIObject): OpenAPIObject {
  const completed = structuredClone(document) as unknown as Node;
  completed['openapi'] = '3.1.0';
  for (const methods of Object.values(nodeOf(completed['paths'])))
    for (const [method, operation] of Object.entries(nodeOf(methods)))
      if (METHODS.includes(method)) {
        addCommonAnswers(nodeOf(operation));
        formatIds(nodeOf(operation));
      }
  visit(completed, '');
  return completed as unknown as OpenAPIObject;
}

function addCommonAnswers(operation: Node): void {
  const responses = nodeOf(operation['responses']);
  // Absent would say that the whole API's applies.
  const security = (operation['security'] ??= []) as readonly unknown[];
  const hasCaller = security.length > 0;
  const takesInput = operation['requestBody'] !== undefined || (operation['parameters'] as unknown[])?.length > 0;
  const statuses: CommonStatus[] = [
    ...(takesInput ? (['400'] as const) : []),
    ...(hasCaller ? (['401', '403', '429', '503'] as const) : []),
  ];
  for (const status of statuses) responses[status] ??= { description: COMMON[status] };
  if (!Object.keys(responses).some((status) => Number(status) >= 400 && Number(status) < 500))
    responses['400'] = { description: UNREADABLE };
  for (const [status, response] of Object.entries(responses)) {
    const answer = nodeOf(response);
    if (Number(status) < 400) {
      answer['description'] ||= GOOD[status] ?? '';
      continue;
    }
    answer['content'] = PROBLEM;
    answer['description'] ||= COMMON[status as CommonStatus] ?? '';
    if (WAITS.includes(status)) answer['headers'] ??= RETRY_AFTER;
  }
}

/** As the ids in answers, so that a typed client can give one back as it is. */
function formatIds(operation: Node): void {
  for (const parameter of (operation['parameters'] ?? []) as readonly Node[])
    if (parameter['in'] === 'path' && parameter['name'] === 'id') nodeOf(parameter['schema'])['format'] = 'uuid';
}

/** Every schema of the document, wherever it stands. */
function visit(value: unknown, name: string): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, name);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  for (const [key, child] of Object.entries(node)) {
    if (key === 'example' || key === 'examples' || key === 'enum') continue;
    visit(child, key === 'schema' && typeof node['name'] === 'string' ? node['name'] : key);
  }
  if (node['type'] === 'number' && node['format'] === undefined) {
    node['type'] = 'integer';
    if (MONEY.test(name)) node['format'] = 'int64';
  }
  if (node['nullable'] === true) allowNull(node);
  else unwrap(node);
}

/** A reference may have words of its own beside it since 3.1. */
function unwrap(node: Node): void {
  const { allOf } = node as { allOf?: readonly Node[] };
  if (allOf?.length !== 1 || allOf[0]?.['$ref'] === undefined) return;
  delete node['allOf'];
  delete node['type'];
  node['$ref'] = allOf[0]['$ref'];
}

function allowNull(node: Node): void {
  delete node['nullable'];
  const { allOf, oneOf, discriminator } = node as {
    allOf?: readonly unknown[];
    oneOf?: unknown;
    discriminator?: unknown;
  };
  const NULL = { type: 'null' };
  if (allOf) {
    delete node['allOf'];
    delete node['type'];
    node['anyOf'] = [...allOf, NULL];
  } else if (oneOf) {
    delete node['oneOf'];
    delete node['discriminator'];
    node['anyOf'] = [{ oneOf, discriminator }, NULL];
  } else if (typeof node['type'] === 'string') node['type'] = [node['type'], 'null'];
  if (Array.isArray(node['enum'])) node['enum'] = [...(node['enum'] as unknown[]), null];
}

function nodeOf(value: unknown): Node {
  return (value ?? {}) as Node;
}
