import { registerDecorator } from 'class-validator';

export interface FlatTextMapBounds {
  keysMax: number;
  keyLengthMax: number;
  valueLengthMax: number;
}

/** A flat object whose values are texts, within bounds. */
export function IsFlatTextMap(bounds: FlatTextMapBounds): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isFlatTextMap',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => isFlatTextMap(value, bounds),
        defaultMessage: () =>
          `${String(propertyName)} must be a flat object of up to ${bounds.keysMax} texts (keys up to ${bounds.keyLengthMax} characters, texts up to ${bounds.valueLengthMax})`,
      },
    });
}

function isFlatTextMap(value: unknown, { keysMax, keyLengthMax, valueLengthMax }: FlatTextMapBounds): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= keysMax &&
    entries.every(
      ([key, text]) =>
        key.length > 0 && key.length <= keyLengthMax && typeof text === 'string' && text.length <= valueLengthMax,
    )
  );
}
