/** Of bodies that are still in use: one is verified, read, and asked for its order. */
const parsed = new WeakMap<Buffer, Readonly<Record<string, unknown>>>();

/** The body as a JSON object, or undefined for anything else. Each body is parsed once. */
export function parseObject(rawBody: Buffer): Readonly<Record<string, unknown>> | undefined {
  const known = parsed.get(rawBody);
  if (known) return known;
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const object = value as Record<string, unknown>;
    parsed.set(rawBody, object);
    return object;
  } catch {
    return undefined;
  }
}
