import '@mantine/dates/styles.css';
import { Select } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';

/** One of some values, or all of them. */
export function SelectFilter<Value extends string>({
  label,
  names,
  value,
  onChange,
  width = 170,
  isWide = false,
}: {
  label: string;
  /** The values in their order, each with its name. */
  names: readonly (readonly [value: Value, name: string])[];
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
  width?: number;
  /** Takes what room there is, for long names. */
  isWide?: boolean;
}) {
  const t = useTexts(generalTexts);
  return (
    <Select
      label={label}
      placeholder={t.all}
      data={names.map(([one, name]) => ({ value: one, label: name }))}
      value={value ?? null}
      onChange={(one) => onChange(names.find(([known]) => known === one)?.[0])}
      clearable
      searchable={names.length > 8}
      {...(isWide ? { flex: '1 1 200px' } : { w: width })}
      clearButtonProps={{ 'aria-label': t.clear }}
    />
  );
}

/** Days of Bogotá, both included. */
export function DaysFilter({
  from,
  to,
  onChange,
}: {
  from: string | undefined;
  to: string | undefined;
  onChange: (change: { from?: string | undefined } | { to?: string | undefined }) => void;
}) {
  const t = useTexts(generalTexts);
  const clear = { 'aria-label': t.clear };
  return (
    <>
      <DateInput
        label={t.from}
        valueFormat="YYYY-MM-DD"
        value={from ?? null}
        onChange={(day) => onChange({ from: day ?? undefined })}
        clearable
        w={140}
        clearButtonProps={clear}
      />
      <DateInput
        label={t.to}
        valueFormat="YYYY-MM-DD"
        value={to ?? null}
        onChange={(day) => onChange({ to: day ?? undefined })}
        clearable
        w={140}
        clearButtonProps={clear}
      />
    </>
  );
}
