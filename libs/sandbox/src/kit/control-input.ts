const TEXT_MAX = 255;

/** What a caller of the control API did wrong, in words that say what to fix. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 403 | 404,
    message: string,
  ) {
    super(message);
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a request's text; an empty text is an empty object, so that bodies without any option need not be sent. */
export function parseJsonObject(text: unknown): JsonObject {
  if (text === undefined || text === null || text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(typeof text === 'string' ? text : '');
  } catch {
    throw new ControlError(400, 'The body is not JSON.');
  }
  return asObject(value, 'the body');
}

export function asObject(value: unknown, where: string): JsonObject {
  if (!isJsonObject(value)) throw new ControlError(400, `${where} must be a JSON object.`);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A misspelt option would silently do nothing, so unknown ones are refused. */
export function refuseUnknownKeys(object: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new ControlError(
      400,
      `${where} does not know ${unknown.join(', ')}; it takes ${known.join(', ') || 'nothing'}.`,
    );
  }
}

export function optionalInteger(object: JsonObject, key: string, min: number, max: number): number | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new ControlError(400, `${key} must be an integer from ${min} to ${max}.`);
  }
  return value;
}

export function optionalChoice<Choice extends string>(
  object: JsonObject,
  key: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new ControlError(400, `${key} must be one of ${choices.join(', ')}.`);
  return choice;
}

export function optionalText(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > TEXT_MAX) {
    throw new ControlError(400, `${key} must be a text of 1 to ${TEXT_MAX} characters.`);
  }
  return value;
}

export function required<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new ControlError(400, `${key} is required.`);
  return value;
}
