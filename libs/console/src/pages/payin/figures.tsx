import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { AmountStatusBadge } from '../../components/status-badge.js';
import { Money } from '../../components/money.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import classes from './payin.module.css';
import type { Amounts, Payin } from './story.js';
import { payinTexts } from './texts.js';

/** What was asked, what came, what went back, what is missing. */
export function Figures({ payin, amounts }: { payin: Payin; amounts: Amounts }) {
  const t = useTexts(payinTexts);
  const { asked, received, reversed, refunded, refundsWaiting, missing, tooMuch, fees } = amounts;
  const isAccepted = payin.status === 'APPROVED' && missing > 0 && reversed === 0;
  return (
    <Paper withBorder component="section" aria-label={t.amount}>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing={0} verticalSpacing={0} className={classes.figures}>
        <Figure name={t.asked} cents={asked} />
        <Figure name={t.received} cents={received}>
          {fees !== null && <span>{t.fees(formatMoney(fees))}</span>}
          {reversed > 0 && <span>{t.reversed(formatMoney(reversed))}</span>}
        </Figure>
        <Figure name={t.refunded} cents={refunded}>
          {refundsWaiting > 0 && t.refundsWaiting(formatMoney(refundsWaiting))}
        </Figure>
        <Figure name={tooMuch > 0 ? t.tooMuch : t.missing} cents={tooMuch > 0 ? tooMuch : missing}>
          {isAccepted ? t.writtenOff : <AmountStatusBadge status={payin.amountStatus} />}
        </Figure>
      </SimpleGrid>
    </Paper>
  );
}

function Figure({ name, cents, children }: { name: string; cents: number; children?: ReactNode }) {
  return (
    <div className={classes.figure}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650} c={cents === 0 ? 'dimmed' : undefined} lh={1.3}>
        <Money cents={cents} />
      </Text>
      <Text size="xs" c="dimmed" component="div" className={classes.under}>
        {children}
      </Text>
    </div>
  );
}
