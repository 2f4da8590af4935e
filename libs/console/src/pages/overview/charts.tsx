import '@mantine/charts/styles.css';
import { BarChart, LineChart, type LineChartProps } from '@mantine/charts';
import { formatDay } from '../../texts/day.js';
import { PERCENT, formatRate, formatSeconds, roughMoney } from '../../texts/figures.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoney } from '../../texts/money.js';
import { type Day, grossOf, sumOf } from './figures.js';

const COLORS = ['indigo.6', 'teal.6', 'orange.6', 'grape.6', 'cyan.6', 'pink.6', 'gray.6'];
/** A table says the same, and is what is read. */
const PICTURE = { accessibilityLayer: false } as const;

/** Loaded on demand: a library of charts is larger than the rest of the page. */
export function MoneyChart({
  days,
  by,
  parts,
  nameOf,
  label,
}: {
  days: readonly Day[];
  by: 'rail' | 'provider';
  parts: readonly string[];
  nameOf: (part: string) => string;
  label: string;
}) {
  const language = useLanguage();
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={240}
        data={days.map((day) => ({
          day: formatDay(day.date, 'short', language),
          ...Object.fromEntries(parts.map((part) => [nameOf(part), grossOf(day, by, part)])),
        }))}
        dataKey="day"
        type="stacked"
        series={parts.map((part, index) => ({ name: nameOf(part), color: COLORS[index % COLORS.length]! }))}
        valueFormatter={(cents) => formatMoney(Math.round(cents))}
        yAxisProps={{ tickFormatter: (cents: number) => roughMoney(cents, language), width: 72 }}
        xAxisProps={{ minTickGap: 16 }}
        withLegend={parts.length > 1}
        tickLine="none"
        maxBarWidth={28}
        barChartProps={PICTURE}
        barProps={{ isAnimationActive: false }}
      />
    </div>
  );
}

interface DayLineProps extends Pick<LineChartProps, 'valueFormatter' | 'yAxisProps'> {
  label: string;
  name: string;
  color: string;
  /** Null: none on that day. */
  figures: readonly { date: string; figure: number | null }[];
}

/** One figure of each day. */
function DayLine({ label, name, color, figures, ...props }: DayLineProps) {
  const language = useLanguage();
  return (
    <div role="img" aria-label={label}>
      <LineChart
        h={140}
        data={figures.map(({ date, figure }) => ({ day: formatDay(date, 'short', language), [name]: figure }))}
        dataKey="day"
        series={[{ name, color }]}
        xAxisProps={{ minTickGap: 24 }}
        tickLine="none"
        curveType="linear"
        dotProps={{ r: 2 }}
        lineChartProps={PICTURE}
        lineProps={{ isAnimationActive: false }}
        {...props}
      />
    </div>
  );
}

interface LineOfDays {
  days: readonly Day[];
  name: string;
  label: string;
}

export function RateChart({ days, ...line }: LineOfDays) {
  const language = useLanguage();
  return (
    <DayLine
      {...line}
      color="teal.6"
      figures={days.map(({ date, rows }) => {
        const { paidOfEnded, ended } = sumOf(rows);
        return { date, figure: ended === 0 ? null : (PERCENT * paidOfEnded) / ended };
      })}
      valueFormatter={(percent) => formatRate(percent, PERCENT, language)}
      yAxisProps={{ domain: [0, PERCENT], ticks: [0, PERCENT / 2, PERCENT], width: 56 }}
    />
  );
}

export function TimeChart({ days, ...line }: LineOfDays) {
  return (
    <DayLine
      {...line}
      color="indigo.6"
      figures={days.map(({ date, paidWithinSecondsP50 }) => ({ date, figure: paidWithinSecondsP50 }))}
      valueFormatter={formatSeconds}
      yAxisProps={{ width: 72, allowDecimals: false, domain: [0, 'auto'] }}
    />
  );
}
