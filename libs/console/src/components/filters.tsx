import '@mantine/dates/styles.css';
import { Select, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, type Ref, useEffect, useState } from 'react';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';

const TYPING_MS = 300;

/** A text that stands in the address. What is typed is shown at once, and asked for a moment later or with Enter. */
export function TextFilter({
  label,
  placeholder,
  value = '',
  onChange,
  maxLength,
  pattern = /\S/,
  wrong,
  ref,
  leftSection,
}: {
  label: string;
  placeholder: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  maxLength: number;
  /** What else is typed is not asked for. */
  pattern?: RegExp;
  /** Says that it does not match the pattern. */
  wrong?: string;
  ref?: Ref<HTMLInputElement>;
  leftSection?: ReactNode;
}) {
  const [typed, setTyped] = useState(value);
  const [asked, setAsked] = useState(value);
  const isWrong = typed.trim() !== '' && !pattern.test(typed.trim());
  const ask = useDebouncedCallback((text: string) => {
    if (text === asked || (text !== '' && !pattern.test(text))) return;
    setAsked(text);
    onChange(text === '' ? undefined : text);
  }, TYPING_MS);
  const { cancel } = ask;
  // From a row, by a link, or taken away with all filters: what was typed before does not come back.
  useEffect(() => {
    if (value === asked) return;
    cancel();
    setTyped(value);
    setAsked(value);
    // Only what the address says changes it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [value]);
  return (
    <TextInput
      ref={ref}
      type="search"
      label={label}
      placeholder={placeholder}
      leftSection={leftSection}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        ask(currentTarget.value.trim());
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter') ask.flush();
      }}
      error={wrong !== undefined && isWrong && wrong}
      maxLength={maxLength}
      flex="1 1 200px"
    />
  );
}

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
