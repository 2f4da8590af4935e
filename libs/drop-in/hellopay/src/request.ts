import type { IncomingHttpHeaders } from 'node:http';
import type { ServedOrder } from '@recaudo/drop-in-contract';
import {
  BREB_KEY_TYPES,
  type Customer,
  HOME_CURRENCY,
  type IdType,
  type PERSON_TYPES,
} from '@recaudo/payment-provider';
import { ACH_CODES, BANK_NAMES } from './banks.js';

/** Texts that the documents put no limit on. */
const TEXT_MAX = 255;
const URL_MAX = 2_048;
/** The pattern of the newest schema. */
const PHONE = /^\+573\d{9}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Seed 003 has `BRE_B`; the guides have the others. */
const HELLOPAY_RAILS = ['BRE_B', 'PSE', 'NEQUI'] as const;
export type HelloPayRail = (typeof HELLOPAY_RAILS)[number];

/** The newest schema's documents, by our names. We have none for the Mexican one. */
const ID_TYPES = { CO_CC: 'CC', CO_CE: 'CE', CO_NIT: 'NIT', PASSPORT: 'PA', MXN_RFC: null } as const satisfies Record<
  string,
  IdType | null
>;
type HelloPayIdType = keyof typeof ID_TYPES;

const PERSONS = { INDIVIDUAL: 'NATURAL', BUSINESS: 'JURIDICA' } as const satisfies Record<
  string,
  (typeof PERSON_TYPES)[number]
>;
type HelloPayPerson = keyof typeof PERSONS;

/** Everything that is wrong with a request, a sentence each. */
export class InvalidInput extends Error {
  constructor(readonly problems: readonly string[]) {
    super('Invalid input data');
  }
}

/** What only this contract knows of a payin. */
export interface HelloPayAsked {
  keyType?: (typeof BREB_KEY_TYPES)[number];
}

export function isJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** Every documented field; others are ignored. @throws InvalidInput with all that is wrong */
export function toServedOrder(body: unknown, webhookUrl: string): ServedOrder {
  const problems: string[] = [];
  const fields = new FieldReader(isObject(body) ? body : {}, '', problems);
  const amountInCents = fields.cents('amountInCents');
  fields.oneOf('currency', [HOME_CURRENCY]);
  const rail = fields.oneOf('rail', HELLOPAY_RAILS);
  const reference = fields.text('reference');
  // Optional in seed 003; a request at Nequi goes to its telephone.
  const customer = customerOf(fields.object('inlineCustomer', rail === 'NEQUI'));
  const method = rail && METHODS[rail](fields);
  const redirectUrl = fields.url('callbackUrl');
  if (problems.length > 0 || amountInCents === undefined || !reference || !rail || !method)
    throw new InvalidInput(problems);
  return {
    reference,
    amountInCents,
    rail,
    ...(customer && { customer }),
    ...method,
    webhookUrl,
    webhookIsOfCredentials: true,
    ...(redirectUrl !== undefined && { redirectUrl }),
  };
}

type Method = Pick<ServedOrder, 'breb' | 'pse' | 'asked'>;

/** The object of each rail. Nequi has none. */
const METHODS: Readonly<Record<HelloPayRail, (fields: FieldReader) => Method | undefined>> = {
  BRE_B: (fields) => {
    const breb = fields.object('breb', true);
    if (!breb) return undefined;
    // The guides send `keyType`, the schema has a `keyString`: whichever key was sent, it is the provider that gives one.
    if (!breb.has('keyType') && breb.has('keyString'))
      return breb.text('keyString') === undefined ? undefined : brebMethod('SINGLE_USE');
    const keyType = breb.oneOf('keyType', BREB_KEY_TYPES);
    return keyType && brebMethod(keyType);
  },
  PSE: (fields) => {
    const pse = fields.object('pse', true);
    const bank = pse?.oneOf('bank', BANK_NAMES);
    const person = pse?.oneOf('personType', Object.keys(PERSONS) as HelloPayPerson[]);
    if (!pse || !bank || !person) return undefined;
    const achCode = ACH_CODES[bank] ?? pse.wrong('bank', `${bank} is not available: it has no ACH code`);
    return achCode && { pse: { bank: achCode, personType: PERSONS[person] }, asked: {} };
  },
  NEQUI: () => ({ asked: {} }),
};

function brebMethod(keyType: (typeof BREB_KEY_TYPES)[number]): Method {
  return { breb: { keyType }, asked: { keyType } satisfies HelloPayAsked };
}

/** All five fields of one that is given. */
function customerOf(fields: FieldReader | undefined): Customer | undefined {
  if (!fields) return undefined;
  const name = fields.text('name');
  const id = fields.oneOf('idType', Object.keys(ID_TYPES) as HelloPayIdType[]);
  const idType = id && (ID_TYPES[id] ?? fields.wrong('idType', `${id} is not available in Colombia`));
  const idNumber = fields.text('idNumber');
  const email = fields.text('email', EMAIL, 'must be an email');
  const phone = fields.text('phone', PHONE, `must match ${PHONE.source} regular expression`);
  return { name, idType, idNumber, phone, email };
}

export function idTypeOnWire(idType: IdType | undefined): HelloPayIdType | null {
  return (Object.keys(ID_TYPES) as HelloPayIdType[]).find((known) => idType && ID_TYPES[known] === idType) ?? null;
}

export function personOnWire(personType: (typeof PERSON_TYPES)[number]): HelloPayPerson {
  return personType === 'NATURAL' ? 'INDIVIDUAL' : 'BUSINESS';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the fields of one object. What is missing or wrong is undefined, and a problem. */
class FieldReader {
  constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly path: string,
    private readonly problems: string[],
  ) {}

  /** Null is nothing. */
  has(name: string): boolean {
    return this.#value(name) !== undefined && this.#value(name) !== null;
  }

  wrong(name: string, rule: string): undefined {
    this.problems.push(`${this.path}${name} ${rule}`);
  }

  cents(name: string): number | undefined {
    const value = this.#value(name);
    if (typeof value !== 'number') return this.wrong(name, 'must be a number');
    if (value < 1) return this.wrong(name, 'must not be less than 1');
    return Number.isSafeInteger(value) ? value : this.wrong(name, 'must be an integer number');
  }

  text(name: string, pattern = /\S/, rule = 'should not be empty'): string | undefined {
    const value = this.#value(name);
    if (typeof value !== 'string') return this.wrong(name, 'must be a string');
    if (value.length > TEXT_MAX) return this.wrong(name, `must be shorter than or equal to ${TEXT_MAX} characters`);
    return pattern.test(value) ? value : this.wrong(name, rule);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const choice = choices.find((one) => one === this.#value(name));
    return choice ?? this.wrong(name, `must be one of the following values: ${choices.join(', ')}`);
  }

  url(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#value(name);
    const isUrl =
      typeof value === 'string' && value.length <= URL_MAX && /^https?:\/\//i.test(value) && URL.canParse(value);
    return isUrl ? value : this.wrong(name, 'must be a URL address');
  }

  object(name: string, isRequired: boolean): FieldReader | undefined {
    if (!isRequired && !this.has(name)) return undefined;
    const value = this.#value(name);
    if (!isObject(value)) return this.wrong(name, 'must be an object');
    return new FieldReader(value, `${this.path}${name}.`, this.problems);
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }
}
