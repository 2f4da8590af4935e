/** Payins and money of one provider on one rail, in one day. Counts are of payins. */
export interface ReportRow {
  provider: string;
  rail: string;
  asked: number;
  paid: number;
  underpaid: number;
  overpaid: number;
  late: number;
  reversed: number;
  grossInCents: number;
  feesInCents: number;
  netInCents: number;
  refundedInCents: number;
}

export const REPORT_COLUMNS = [
  'provider',
  'rail',
  'asked',
  'paid',
  'underpaid',
  'overpaid',
  'late',
  'reversed',
  'grossInCents',
  'feesInCents',
  'netInCents',
  'refundedInCents',
] as const satisfies readonly (keyof ReportRow)[];

/** How many payins were paid after so many seconds, the fewest seconds first. */
export type Steps = readonly (readonly [seconds: number, payins: number])[];

/** What days that were kept by an old version do not have. */
export interface Outcomes {
  rejected: number;
  expired: number;
  canceled: number;
  failed: number;
  paidAfter: Steps;
}

export type FiguresRow = ReportRow & Partial<Outcomes>;

export interface ExpectedOfProvider {
  provider: string;
  balanceInCents: number;
}

/** Of a day, or of a part of it. */
export interface Figures {
  rows: readonly FiguresRow[];
  expected: readonly ExpectedOfProvider[];
}

/** Without lines that say nothing. */
export function addFigures(one: Figures, other: Figures): Figures {
  return {
    rows: added([...one.rows, ...other.rows], ({ provider, rail }) => JSON.stringify([provider, rail]), addRows).filter(
      saysSomething,
    ),
    expected: added(
      [...one.expected, ...other.expected],
      ({ provider }) => provider,
      (a, b) => ({ ...a, balanceInCents: a.balanceInCents + b.balanceInCents }),
    ),
  };
}

/** In the order of their keys. */
function added<T>(all: readonly T[], keyOf: (item: T) => string, add: (one: T, other: T) => T): T[] {
  const byKey = Map.groupBy(all, keyOf);
  const keys = [...byKey.keys()].toSorted();
  return keys.map((key) => byKey.get(key)!.reduce(add));
}

function addRows(one: FiguresRow, other: FiguresRow): FiguresRow {
  const sums = Object.entries(other).filter(([, value]) => typeof value === 'number') as [keyof ReportRow, number][];
  return {
    ...one,
    ...Object.fromEntries(sums.map(([name, value]) => [name, Number(one[name]) + value])),
    paidAfter: addSteps(one.paidAfter ?? [], other.paidAfter ?? []),
  };
}

function addSteps(one: Steps, other: Steps): Steps {
  const counts = new Map<number, number>();
  for (const [seconds, payins] of [...one, ...other]) counts.set(seconds, (counts.get(seconds) ?? 0) + payins);
  return [...counts].toSorted(([a], [b]) => a - b);
}

function saysSomething(row: FiguresRow): boolean {
  return Object.values(row).some((value) => typeof value === 'number' && value !== 0);
}

/** Of several rows, as of one. */
export function stepsOf(rows: readonly FiguresRow[]): Steps {
  return rows.reduce<Steps>((steps, { paidAfter = [] }) => addSteps(steps, paidAfter), []);
}

/** @returns the seconds within which so large a part of the payins was paid; null where there is none */
export function percentileOf(steps: Steps, part: number): number | null {
  const wanted = part * steps.reduce((sum, [, payins]) => sum + payins, 0);
  let seen = 0;
  for (const [seconds, payins] of steps) {
    seen += payins;
    if (seen >= wanted) return seconds;
  }
  return null;
}
