import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Node = Record<string, unknown>;
const ID = 'openapi.json';
/** Where examples stand, no schemas. */
const VALUES = new Set(['example', 'examples', 'enum', 'default']);

/** Holds values against schemas of an OpenAPI document, as if its objects had no other members than those that it describes. */
export class DescribedSchemas {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });

  constructor(document: object) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    const closed = structuredClone(document) as Node;
    close(closed);
    this.ajv.addSchema(closed, ID);
  }

  /** @param pointer of a schema in the document: `/components/schemas/PayinSchema` @returns what is wrong with the value */
  problemsOf(pointer: string, value: unknown): string[] {
    const $ref = `${ID}#${pointer}`;
    const validate = this.ajv.getSchema($ref);
    if (!validate) throw new Error(`the document has no ${pointer}`);
    void validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** A part of a JSON pointer. */
export function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function close(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) close(item);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const node = value as Node;
  for (const [key, child] of Object.entries(node)) if (!VALUES.has(key)) close(child);
  if ([node['type']].flat().includes('object') && node['properties'] !== undefined)
    node['additionalProperties'] ??= false;
}
