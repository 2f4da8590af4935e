import { CURRENCY } from '../kit/pesos.js';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';
import {
  ID_TYPES,
  KEY_TYPES,
  PERSON_TYPES,
  RAILS,
  type HelloPayRail,
  type InlineCustomer,
  type PayinMethod,
  type PayinRequest,
} from './payin.js';
import { PSE_BANKS } from './pse-banks.js';
import type { HelloPaySwitches } from './switches.js';

const AMOUNT_MAX = 10_000_000_000_000;
const TEXT_MAX = 255;
const URL_MAX = 2_048;
/** The pattern of the newest schema; earlier ones had none. */
const PHONE = /^\+573\d{9}$/;

/** Everything that is wrong with a request, one sentence each. */
export class InvalidInput extends Error {
  constructor(readonly problems: readonly string[]) {
    super('Invalid input data');
  }
}

type Rules = Pick<HelloPaySwitches, 'phonePattern' | 'brebRequest' | 'inlineCustomer'>;

/** Checks every documented field of `POST /payins`; throws `InvalidInput` with all that is wrong. Unknown fields are ignored. */
export function parsePayinRequest(body: unknown, rules: Rules): PayinRequest {
  const problems: string[] = [];
  const fields = new Fields(isJsonObject(body) ? body : {}, '', problems);
  const amount = fields.amount('amountInCents');
  fields.choice('currency', [CURRENCY]);
  const rail = fields.choice<HelloPayRail>('rail', RAILS);
  const reference = fields.text('reference');
  const customer = parseCustomer(fields, rail, rules);
  const method = rail === undefined ? undefined : METHODS[rail](fields, rules);
  const callbackUrl = fields.optionalUrl('callbackUrl');
  if (problems.length > 0 || amount === undefined || reference === undefined || method === undefined) {
    throw new InvalidInput(problems);
  }
  return { reference, requestedInCents: BigInt(amount), method, customer, callbackUrl };
}

/** Nequi pushes to the customer's telephone, so its customer is never optional. */
function parseCustomer(fields: Fields, rail: HelloPayRail | undefined, rules: Rules): InlineCustomer | null {
  const asked = rules.inlineCustomer === 'required' || rail === 'NEQUI';
  const customer = fields.object('inlineCustomer', asked);
  if (customer === undefined) return null;
  const name = customer.text('name');
  const email = customer.text('email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an email');
  const phone = rules.phonePattern
    ? customer.text('phone', PHONE, `must match ${PHONE.source} regular expression`)
    : customer.anyText('phone');
  const idType = customer.choice('idType', ID_TYPES);
  const idNumber = customer.text('idNumber');
  if (name === undefined || email === undefined || phone === undefined) return null;
  return idType === undefined || idNumber === undefined ? null : { name, email, phone, idType, idNumber };
}

/** What else each rail needs; undefined where it is wrong. */
const METHODS: Readonly<Record<HelloPayRail, (fields: Fields, rules: Rules) => PayinMethod | undefined>> = {
  BRE_B: (fields, { brebRequest }) => {
    const breb = fields.object('breb', true);
    if (breb === undefined) return undefined;
    if (brebRequest === 'keyString' || (brebRequest === 'either' && !breb.has('keyType'))) {
      const keyString = breb.text('keyString');
      return keyString === undefined ? undefined : { rail: 'BRE_B', keyString };
    }
    const keyType = breb.choice('keyType', KEY_TYPES);
    return keyType === undefined ? undefined : { rail: 'BRE_B', keyType };
  },
  PSE: (fields) => {
    const pse = fields.object('pse', true);
    const bank = pse?.choice('bank', PSE_BANKS);
    const personType = pse?.choice('personType', PERSON_TYPES);
    return bank === undefined || personType === undefined ? undefined : { rail: 'PSE', bank, personType };
  },
  NEQUI: () => ({ rail: 'NEQUI' }),
};

/** The fields of one object; a reader returns undefined for what is missing or wrong, and says so in `problems`. */
class Fields {
  constructor(
    private readonly fields: JsonObject,
    private readonly path: string,
    private readonly problems: string[],
  ) {}

  has(key: string): boolean {
    return this.fields[key] !== undefined && this.fields[key] !== null;
  }

  amount(key: string): number | undefined {
    const value = this.fields[key];
    if (typeof value !== 'number') return this.#wrong(key, 'must be a number');
    if (value < 1) return this.#wrong(key, 'must not be less than 1');
    if (!Number.isInteger(value)) return this.#wrong(key, 'must be an integer number');
    return value > AMOUNT_MAX ? this.#wrong(key, `must not be greater than ${AMOUNT_MAX}`) : value;
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const choice = choices.find((candidate) => candidate === this.fields[key]);
    return choice ?? this.#wrong(key, `must be one of the following values: ${choices.join(', ')}`);
  }

  anyText(key: string): string | undefined {
    const value = this.fields[key];
    if (typeof value !== 'string') return this.#wrong(key, 'must be a string');
    return value.length > TEXT_MAX
      ? this.#wrong(key, `must be shorter than or equal to ${TEXT_MAX} characters`)
      : value;
  }

  text(key: string, pattern = /\S/, rule = 'should not be empty'): string | undefined {
    const value = this.anyText(key);
    return value === undefined || pattern.test(value) ? value : this.#wrong(key, rule);
  }

  optionalUrl(key: string): string | null {
    if (!this.has(key)) return null;
    const value = this.fields[key];
    const valid =
      typeof value === 'string' && value.length <= URL_MAX && /^https?:\/\//.test(value) && URL.canParse(value);
    if (!valid) this.#wrong(key, 'must be a URL address');
    return valid ? value : null;
  }

  object(key: string, asked: boolean): Fields | undefined {
    const value = this.fields[key];
    if (isJsonObject(value)) return new Fields(value, `${this.path}${key}.`, this.problems);
    if (asked || this.has(key)) this.#wrong(key, 'must be an object');
    return undefined;
  }

  #wrong(key: string, rule: string): undefined {
    this.problems.push(`${this.path}${key} ${rule}`);
  }
}
