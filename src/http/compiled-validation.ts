import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';

/** `ValidationTypes` of class-validator, which it does not export. */
const CUSTOM = ['customValidation', 'isDefined'];
const CONDITION = 'conditionalValidation';
const NESTED = 'nestedValidation';
const ALLOWED = 'whitelistValidation';

type Class = new () => object;
type Fields = Record<string, unknown>;
type ValidationMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

interface Rule {
  validator: ValidatorConstraintInterface;
  constraints: unknown[];
  /** Of each item of a list. */
  each: boolean;
  appliesTo: ValidationMetadata['validateIf'];
}

interface Field {
  name: string;
  /** All hold, or the field is not validated. */
  conditions: ((object: object, value: unknown) => boolean)[];
  rules: Rule[];
  /** The class of the object that is its value. */
  nested: Class | undefined;
}

interface Plan {
  type: Class;
  fields: readonly Field[];
  byName: ReadonlyMap<string, Field>;
}

const plans = new WeakMap<Class, { plan: Plan | undefined }>();

/**
 * What `ValidationPipe` makes of a good JSON object, without its cost: the rules of class-validator and the classes of class-transformer, read
 * once per class. It says yes or nothing: who is given nothing asks the pipe, which knows all that decorators can say, and how to say no.
 * @returns an instance of the class; undefined for what is not good, and for what this does not know
 */
export function instanceOf(type: Class, value: unknown): object | undefined {
  const plan = planOf(type);
  if (!plan || !isPlainObject(value)) return undefined;
  const instance = new plan.type() as Fields;
  for (const name of Object.keys(value)) {
    const field = plan.byName.get(name);
    if (!field) return undefined;
    const given = value[name];
    const taken =
      field.nested && given !== null && given !== undefined ? instanceOf(field.nested, given) : copyOf(given);
    if (taken === undefined && given !== undefined) return undefined;
    instance[name] = taken;
  }
  for (const field of plan.fields) if (!isGood(field, instance, plan)) return undefined;
  return instance;
}

function isGood({ name, conditions, rules, nested }: Field, instance: Fields, { type }: Plan): boolean {
  const value = instance[name];
  let isValidated = true;
  for (const holds of conditions) if (!holds(instance, value)) isValidated = false;
  if (!isValidated) return true;
  const about: ValidationArguments = {
    targetName: type.name,
    property: name,
    object: instance,
    value,
    constraints: [],
  };
  for (const { validator, constraints, each, appliesTo } of rules) {
    if (appliesTo && !appliesTo(instance, value)) continue;
    about.constraints = constraints;
    if (each && Array.isArray(value)) {
      for (const item of value) if (validator.validate(item, about) !== true) return false;
    } else if (validator.validate(value, about) !== true) return false;
  }
  return !nested || value !== null;
}

/** A list or an object is copied, as class-transformer does. @returns undefined for what JSON does not have, and for names that every object has */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const copy = copyOf(item);
      if (copy === undefined) return undefined;
      items.push(copy);
    }
    return items;
  }
  if (!isPlainObject(value)) return undefined;
  const copy: Fields = {};
  for (const name of Object.keys(value)) {
    const item = isReserved(name) ? undefined : copyOf(value[name]);
    if (item === undefined) return undefined;
    copy[name] = item;
  }
  return copy;
}

/** Names that every object has: what is done with them is no validation's business. */
export function isReserved(name: string): boolean {
  return name in Object.prototype || name === 'prototype';
}

function isPlainObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function planOf(type: Class): Plan | undefined {
  let known = plans.get(type);
  if (!known) {
    known = { plan: compile(type) };
    plans.set(type, known);
  }
  return known.plan;
}

/** @returns undefined where a decorator says what this does not know */
function compile(type: Class): Plan | undefined {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const grouped = Map.groupBy(metadata, ({ propertyName }) => propertyName);
  const fields = [...grouped].map(([name, rules]) => compileField(type, name, rules));
  if (!isTransformedAsWritten(type) || !fields.every((field) => field !== undefined)) return undefined;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const isWhole = fields.length > 0 && Object.keys(new type()).every((name) => byName.has(name));
  return isWhole ? { type, fields, byName } : undefined;
}

function compileField(type: Class, name: string, metadata: readonly ValidationMetadata[]): Field | undefined {
  const ofType = (wanted: string) => metadata.filter((one) => one.type === wanted);
  const nested = nestedClass(type, name);
  const isKnown =
    !isReserved(name) &&
    transforms.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS).length === 0 &&
    nested !== 'unknown' &&
    ofType(NESTED).length === (nested ? 1 : 0) &&
    ofType(NESTED).every(({ each }) => !each) &&
    metadata.every(
      ({ type: kind, groups, always }) =>
        [...CUSTOM, CONDITION, NESTED, ALLOWED].includes(kind) && !groups?.length && always === undefined,
    );
  const rules = metadata.filter(({ type: kind }) => CUSTOM.includes(kind)).map(compileRule);
  if (!isKnown || !rules.every((rule) => rule !== undefined)) return undefined;
  const conditions = ofType(CONDITION).map(({ constraints }) => constraints[0] as Field['conditions'][number]);
  return { name, conditions, rules: rules.flat(), nested };
}

function compileRule({ constraintCls, constraints, each, validateIf }: ValidationMetadata): Rule[] | undefined {
  const all = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  return all.some((one) => one.async)
    ? undefined
    : all.map(({ instance }) => ({ validator: instance, constraints, each, appliesTo: validateIf }));
}

/** The class that `@Type()` names, of one object. */
function nestedClass(type: Class, name: string): Class | 'unknown' | undefined {
  const { typeFunction, options } = transforms.findTypeMetadata(type, name) ?? {};
  if (!typeFunction) return undefined;
  const nested: unknown = typeFunction.length === 0 && !options?.discriminator ? typeFunction() : undefined;
  return typeof nested === 'function' && !isBuiltIn(nested) ? (nested as Class) : 'unknown';
}

function isBuiltIn(type: unknown): boolean {
  return [Object, Array, Map, Set, String, Number, Boolean, Date, Buffer, Promise].includes(type as typeof Object);
}

/** No `@Expose()` or `@Exclude()`, and nothing on the prototype that would hide a field. */
function isTransformedAsWritten(type: Class): boolean {
  const isExposed =
    transforms.getStrategy(type) !== 'none' ||
    transforms.getExposedMetadatas(type).length > 0 ||
    transforms.getExcludedMetadatas(type).length > 0;
  for (let prototype: object = type.prototype; prototype !== Object.prototype;) {
    if (Reflect.ownKeys(prototype).some((name) => name !== 'constructor')) return false;
    prototype = Object.getPrototypeOf(prototype) as object;
  }
  return !isExposed;
}
