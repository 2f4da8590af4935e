/** What a media range weighs; a caller takes what weighs most. */
const weightOf = (accept: readonly string[], type: string): number => {
  const range = accept.find((one) => one.split(';', 1)[0]!.trim().toLowerCase() === type);
  if (range === undefined) return 0;
  const weight = Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
  return Number.isNaN(weight) ? 0 : weight;
};

/** The request names CSV, and no other form of the answer that it would rather have. */
export function wantsCsv(accept: string | undefined): boolean {
  const ranges = accept?.split(',') ?? [];
  const csv = weightOf(ranges, 'text/csv');
  return csv > 0 && csv >= weightOf(ranges, 'application/json');
}
