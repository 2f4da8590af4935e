import { Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { ScrollRegion } from '../../components/scroll-region.js';
import { useTexts } from '../../texts/texts.js';
import { type PayinStatus, valueTexts } from '../../texts/values.js';
import classes from './discrepancies.module.css';
import { discrepanciesTexts } from './texts.js';
import type { DiscrepancyWithEvidence } from './values.js';

/** What one source says. */
interface Side {
  key: string;
  title: ReactNode;
  amount?: number | null;
  asked?: number | null;
  currency?: string | null;
  status?: string | null;
  rawStatus?: string | null;
  number?: string | null;
  reference?: string | null;
  paidAt?: string | null;
  reversedAt?: string | null;
  fee?: number | null;
  source?: string | null;
  at?: string | null;
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Cents, which a report keeps as text. */
function centsIn(value: unknown): number | null {
  const cents = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof cents === 'number' && Number.isSafeInteger(cents) ? cents : null;
}

/** What we have and what each source says, a column each, so that a difference is in one line. */
export function Comparison({ discrepancy }: { discrepancy: DiscrepancyWithEvidence }) {
  const t = useTexts(discrepanciesTexts);
  const values = useTexts(valueTexts);
  const { payin, evidence } = discrepancy;
  const sides = [...(payin ? [ourSide(payin, t.ours, discrepancy.reference)] : []), ...evidence.map(sideOf)];
  if (evidence.length === 0) return <Text c="dimmed">{t.noEvidence}</Text>;

  function sideOf(raw: Record<string, unknown>, index: number): Side {
    const key = String(index);
    if (raw['type'] === 'statement_line') {
      const id = textIn(raw['statementId']);
      const title = t.statementLine(Number(raw['line']));
      return {
        key,
        title: id ? (
          <Link to="/statements" search={{ id } as never} title={t.seeStatement}>
            {title}
          </Link>
        ) : (
          title
        ),
        amount: centsIn(raw['amountInCents']),
        currency: textIn(raw['currency']),
        status: textIn(raw['status']),
        rawStatus: textIn(raw['rawStatus']),
        number: textIn(raw['externalId']),
        reference: textIn(raw['reference']),
      };
    }
    const provider = textIn(raw['provider']) ?? '';
    const at = textIn(raw['at']);
    if (raw['type'] === 'webhook')
      return { key, title: `${t.webhook} · ${provider}`, at, source: t.deliveries(Number(raw['deliveries'])) };
    const report = (raw['report'] ?? {}) as Record<string, unknown>;
    const source = textIn(raw['source']);
    return {
      key,
      title: `${t.observation} ${provider}`,
      amount: centsIn(report['amountInCents']),
      currency: textIn(report['currency']),
      status: textIn(report['status']),
      rawStatus: textIn(report['rawStatus']),
      number: textIn(report['externalId']),
      fee: centsIn(report['feeInCents']),
      paidAt: textIn(report['paidAt']),
      reversedAt: textIn(report['reversedAt']),
      source: source && source in t.sources ? t.sources[source as keyof typeof t.sources] : source,
      at,
    };
  }

  const statusText = (status: string) =>
    status in values.payinStatus
      ? values.payinStatus[status as PayinStatus]
      : status === 'UNRECOGNISED'
        ? t.unrecognised
        : status;
  const ours = payin ? [payin.amountInCents, payin.amountReceivedInCents] : [];
  const rows: readonly [keyof typeof t.rows, (side: Side) => ReactNode][] = [
    ['asked', ({ asked }) => asked != null && <Money cents={asked} />],
    [
      'amount',
      ({ key, amount, currency }) =>
        amount != null && (
          <>
            <Money cents={amount} strong />
            {currency && currency !== discrepancy.currency ? ` ${currency}` : ''}
            {key !== OURS && payin && !ours.includes(amount) && <Differs />}
          </>
        ),
    ],
    [
      'status',
      ({ status, rawStatus }) =>
        status && (
          <>
            {statusText(status)}
            {rawStatus && rawStatus !== status && (
              <Text size="xs" c="dimmed">
                {rawStatus}
              </Text>
            )}
          </>
        ),
    ],
    ['number', ({ number }) => number],
    ['reference', ({ reference }) => reference],
    ['paidAt', ({ paidAt }) => paidAt && <Moment at={paidAt} />],
    ['reversedAt', ({ reversedAt }) => reversedAt && <Moment at={reversedAt} />],
    ['fee', ({ fee }) => fee != null && <Money cents={fee} />],
    ['source', ({ source }) => source],
    ['at', ({ at }) => at && <Moment at={at} />],
  ];

  return (
    <ScrollRegion label={t.evidence}>
      <table className={classes.compare}>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>{t.fact}</VisuallyHidden>
            </th>
            {sides.map(({ key, title }) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            .map(([name, cell]) => ({ name, cells: sides.map((side) => ({ key: side.key, shown: cell(side) })) }))
            .filter(({ cells }) => cells.some(({ shown }) => Boolean(shown)))
            .map(({ name, cells }) => (
              <tr key={name}>
                <th scope="row">{t.rows[name]}</th>
                {cells.map(({ key, shown }) => (
                  <td key={key}>{shown || '—'}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const OURS = 'ours';

function ourSide(payin: NonNullable<DiscrepancyWithEvidence['payin']>, title: string, reference: string): Side {
  const numbers = payin.receipts.map(({ paymentId }) => paymentId).join(', ');
  return {
    key: OURS,
    title,
    reference,
    asked: payin.amountInCents,
    amount: payin.amountReceivedInCents,
    status: payin.status,
    number: numbers === '' ? null : numbers,
    at: payin.receipts.at(-1)?.receivedAt ?? null,
  };
}

function Differs() {
  const t = useTexts(discrepanciesTexts);
  return <Text span size="xs" c="var(--mantine-color-error)" ml={6}>{`≠ ${t.differs}`}</Text>;
}
