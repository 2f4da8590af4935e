// The API's document as OpenAPI 3.0, for generators that do not read 3.1: node bin/openapi-3.0.mjs DOCUMENT NEW_DOCUMENT
import { readFileSync, writeFileSync } from 'node:fs';

const isNull = (schema) => schema?.type === 'null';

/**
 * What 3.0 has no words for is said as near as it can: `null` becomes `nullable`, but for what is referred to, where it is left out; a choice
 * between objects becomes any object, because old generators make one class of all of them.
 */
function toOpenApi30(document) {
  const { webhooks: _messages, ...rest } = reduced(document);
  return { ...rest, openapi: '3.0.3' };
}

function reduced(value) {
  if (Array.isArray(value)) return value.map(reduced);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value;
  if (typeof $ref === 'string') return { $ref };
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, reduced(member)]));
  return isSchema(value) ? reducedSchema(members) : members;
}

function isSchema({ type, oneOf, anyOf, enum: values }) {
  return Array.isArray(type) || Array.isArray(oneOf) || Array.isArray(anyOf) || Array.isArray(values);
}

function reducedSchema({ type, oneOf, anyOf, enum: values, discriminator: _by, ...rest }) {
  const choices = oneOf ?? anyOf;
  const types = [type].flat().filter((one) => one !== undefined);
  const nullable = types.includes('null') || choices?.some(isNull) || values?.includes(null) ? { nullable: true } : {};
  if (choices) {
    const others = choices.filter((choice) => !isNull(choice));
    if (others.length > 1) return { ...rest, type: 'object', ...nullable };
    return '$ref' in others[0] ? others[0] : { ...rest, ...others[0], ...nullable };
  }
  const [first] = types.filter((one) => one !== 'null');
  return {
    ...rest,
    ...(first !== undefined && { type: first }),
    ...nullable,
    ...(values && { enum: values.filter((one) => one !== null) }),
  };
}

const [, , from, to] = process.argv;
writeFileSync(to, JSON.stringify(toOpenApi30(JSON.parse(readFileSync(from, 'utf8')))));
process.stdout.write(`Wrote ${to}\n`);
