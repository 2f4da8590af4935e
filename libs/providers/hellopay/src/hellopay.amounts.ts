import { AMOUNT_UNITS, type AmountUnit, parseAmount, type Rail } from '@recaudo/payment-provider';

/**
 * The unit of `amount`. Their documents show pesos in most places and cents in others (seed 003 read literally: cents); the fields
 * `…InCents`, where an answer has them, leave no doubt and win.
 */

export const HELLOPAY_CURRENCIES = ['COP'] as const;

export const AMOUNT_UNIT_SETTINGS = ['auto', ...AMOUNT_UNITS] as const;
export type AmountUnitSetting = (typeof AMOUNT_UNIT_SETTINGS)[number];

type Fields = Readonly<Record<string, unknown>>;

/** Above this many digits a fraction in JSON is not exactly what was written. */
const EXACT_DIGITS_MAX = 15;

/** What was requested and what arrived, by the fields that may say it, the surest first; undefined units are those of `amount`. */
const REQUESTED: readonly [string, 'cents' | undefined][] = [
  ['amountInCents', 'cents'],
  ['amount', undefined],
];
const SETTLED: typeof REQUESTED = [['confirmedAmountInCents', 'cents'], ['confirmedAmount', undefined], ...REQUESTED];

/** Fields that say the same in cents and in the unit of `amount`. */
const PAIRS = [
  ['amountInCents', 'amount'],
  ['confirmedAmountInCents', 'confirmedAmount'],
] as const;

/** Reads an amount exactly. @returns undefined for what is no whole number of cents: nothing is rounded. */
export function readCents(value: unknown, unit: AmountUnit): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const [, whole, fraction = ''] = /^(\d{1,16})(?:\.(\d{1,2}))?$/.exec(String(value)) ?? [];
  if (whole === undefined) return undefined;
  if (typeof value === 'number') {
    const exact = fraction ? whole.length + fraction.length <= EXACT_DIGITS_MAX : Number.isSafeInteger(value);
    if (!exact) return undefined;
  }
  if (unit === 'pesos') return parseAmount(String(value), HELLOPAY_CURRENCIES[0]);
  return /^0*$/.test(fraction) ? BigInt(whole) : undefined;
}

/**
 * What arrived: the confirmed amount where it is there, else the requested one. A field that is there and cannot be read is no amount, nor is one
 * whose unit is not known, unless it is what was requested in cents or in pesos. Then it is read literally, as cents (seed 003): if that is
 * wrong it is off by 100, which stops later on.
 */
export function settledInCents(
  fields: Fields,
  unit: AmountUnit | undefined,
  requestedInCents?: bigint,
): bigint | undefined {
  const knownUnit = unitOfPair(fields) ?? unit;
  if (knownUnit) return firstPresent(SETTLED, fields, knownUnit);
  const [inCents, inPesos] = AMOUNT_UNITS.map((candidate) => firstPresent(SETTLED, fields, candidate));
  return inCents === inPesos || inCents === requestedInCents || inPesos === requestedInCents ? inCents : undefined;
}

/** Whether a field says what arrived; seed 003 has none, and its `amount` may go on being what was requested. */
export function hasSettledAmount(fields: Fields): boolean {
  return !isAbsent(fields['confirmedAmountInCents']) || !isAbsent(fields['confirmedAmount']);
}

/** True where an answer certainly speaks of another amount than was requested. */
export function isForAnotherAmount(fields: Fields, requestedInCents: bigint, setting: AmountUnitSetting): boolean {
  if (REQUESTED.every(([name]) => isAbsent(fields[name]))) return false;
  const units = setting === 'auto' ? AMOUNT_UNITS : [setting];
  return !units.some((unit) => firstPresent(REQUESTED, fields, unit) === requestedInCents);
}

/** True where an amount stands there twice and the two are neither the same nor a hundred times each other. */
export function contradictsItself(fields: Fields): boolean {
  return PAIRS.some(([inCents, inUnit]) => {
    const sure = readCents(fields[inCents], 'cents');
    const readings = AMOUNT_UNITS.flatMap((unit) => readCents(fields[inUnit], unit) ?? []);
    return sure !== undefined && readings.length > 0 && !readings.includes(sure);
  });
}

/** The unit of `amount` by rail, as the setting says or as payins showed of which it is known what was requested: the documents of PSE differ from those of Bre-B. */
export class AmountUnits {
  readonly #learned = new Map<Rail, AmountUnit>();

  constructor(readonly setting: AmountUnitSetting) {}

  /** Undefined where nothing has shown it. */
  of(rail: Rail | undefined): AmountUnit | undefined {
    if (this.setting !== 'auto') return this.setting;
    return rail && this.#learned.get(rail);
  }

  /** Takes note of a payin whose `amount` can only be what was requested. */
  learn(rail: Rail, fields: Fields, requestedInCents: bigint): void {
    const unit = AMOUNT_UNITS.find((candidate) => readCents(fields['amount'], candidate) === requestedInCents);
    if (unit) this.#learned.set(rail, unit);
  }
}

function firstPresent(names: typeof REQUESTED, fields: Fields, unit: AmountUnit): bigint | undefined {
  const present = names.find(([name]) => !isAbsent(fields[name]));
  return present && readCents(fields[present[0]], present[1] ?? unit);
}

function unitOfPair(fields: Fields): AmountUnit | undefined {
  const sure = readCents(fields['amountInCents'], 'cents');
  return sure ? AMOUNT_UNITS.find((unit) => readCents(fields['amount'], unit) === sure) : undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
