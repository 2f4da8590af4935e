import type { Schemas } from '../../api/client.js';

export type Overview = Schemas['OverviewSchema'];
export type Day = Overview['days'][number];
export type Row = Day['rows'][number];

/** Of several rows. `ended` and `paidOfEnded` are of those days alone of which it is known how payins ended. */
interface Sum {
  asked: number;
  paid: number;
  ended: number;
  paidOfEnded: number;
  grossInCents: number;
  feesInCents: number;
  netInCents: number;
}

const ZERO: Sum = { asked: 0, paid: 0, ended: 0, paidOfEnded: 0, grossInCents: 0, feesInCents: 0, netInCents: 0 };

export function sumOf(rows: readonly Row[]): Sum {
  return rows.reduce<Sum>(
    (sum, row) => ({
      asked: sum.asked + row.asked,
      paid: sum.paid + row.paid,
      ended: sum.ended + (row.ended ?? 0),
      paidOfEnded: sum.paidOfEnded + (row.ended === null ? 0 : row.paid),
      grossInCents: sum.grossInCents + row.grossInCents,
      feesInCents: sum.feesInCents + row.feesInCents,
      netInCents: sum.netInCents + row.netInCents,
    }),
    ZERO,
  );
}

export interface Group extends Sum {
  provider: string;
  rail: string;
}

/** By provider and rail, the most money first. */
export function groupsOf(rows: readonly Row[]): Group[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.provider, row.rail]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()]
    .map((of) => ({ ...sumOf(of), provider: of[0]!.provider, rail: of[0]!.rail }))
    .toSorted((a, b) => b.grossInCents - a.grossInCents || b.asked - a.asked);
}

/** The names of a chart's parts, the most money first. */
export function partsOf(days: readonly Day[], by: 'rail' | 'provider'): string[] {
  const sums = new Map<string, number>();
  for (const row of days.flatMap(({ rows }) => rows))
    if (row.grossInCents !== 0) sums.set(row[by], (sums.get(row[by]) ?? 0) + row.grossInCents);
  return [...sums].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}

export function grossOf({ rows }: Day, by: 'rail' | 'provider', part: string): number {
  return sumOf(rows.filter((row) => row[by] === part)).grossInCents;
}
