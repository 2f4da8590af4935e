import { Text } from '@mantine/core';
import { formatMoney } from '../texts/money.js';
import classes from './components.module.css';

/** Pesos from integer cents; null is shown as a dash. */
export function Money({ cents, strong = false }: { cents: number | null; strong?: boolean }) {
  return (
    <Text span inherit fw={strong ? 700 : undefined} className={classes.money}>
      {cents === null ? '—' : formatMoney(cents)}
    </Text>
  );
}
