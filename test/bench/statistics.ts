export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const median = (values: readonly number[]) => percentile(values, 0.5);

/** Between two neighbours where it falls between them. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** A median, and how far the rounds lay apart: `470 (455–481)`. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

export const whole = (value: number) => Math.round(value).toLocaleString('en-US');
export const tenths = (value: number) => value.toFixed(1);
export const hundredths = (value: number) => value.toFixed(2);
