import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { listOf } from '../../api/use-list.js';
import classes from '../../components/components.module.css';
import { CopyButton } from '../../components/copy-button.js';
import { DataTable } from '../../components/data-table.js';
import { Facts } from '../../components/facts.js';
import { useTargetOf } from '../../components/messages/message-target.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { indented, RawText } from '../../components/raw-text.js';
import { useRefundColumns } from '../../components/refunds/refund-columns.js';
import { refundTexts } from '../../components/refunds/texts.js';
import { Failed, Loading } from '../../components/states.js';
import { MessageStatusBadge, StatusBadge, type Tone, WebhookStatusBadge } from '../../components/status-badge.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { type AttemptStatus, valueTexts } from '../../texts/values.js';
import { accountName } from './accounts.js';
import { type LedgerEntry, type Payin, storyOf } from './story.js';
import { payinTexts } from './texts.js';
import { Timeline } from './timeline.js';
import { LIST_MAX, type PayinParts } from './use-payin.js';

/** What each tab of a payin shows. */

interface PartProps {
  payin: Payin;
  parts: PayinParts;
}

export function Story({ parts: { events, webhooks, messages, entries } }: PartProps) {
  const t = useTexts(payinTexts);
  if (!events.data)
    return events.error ? <Failed error={events.error} onRetry={() => void events.refetch()} /> : <Loading />;
  const failed = [events, webhooks, messages, entries].find(({ error }) => error !== null);
  const isCut = [webhooks, messages].some(({ data }) => data?.pageInfo.hasNext);
  const lines = storyOf(
    events.data.data,
    webhooks.data?.data ?? [],
    messages.data?.data ?? [],
    entries.data?.data ?? [],
  );
  return (
    <Stack gap="xs">
      {failed?.error && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
      <Timeline lines={lines} />
      {isCut && (
        <Text size="sm" c="dimmed">
          {t.onlyLatest(LIST_MAX)}
        </Text>
      )}
    </Stack>
  );
}

const TONE_OF_ATTEMPT = {
  OPENING: 'waiting',
  OPEN: 'good',
  UNKNOWN: 'attention',
  NOT_EXECUTED: 'over',
  ENDED: 'over',
} as const satisfies Record<AttemptStatus, Tone>;

export function AttemptsAndReceipts({ payin, parts }: PartProps) {
  const t = useTexts(payinTexts);
  const { attemptStatus, source: sources } = useTexts(valueTexts);
  return (
    <Stack gap="md">
      <Title order={2} size="h5">
        {t.attempts}
      </Title>
      <DataTable
        label={t.attempts}
        list={listOf(payin.attempts, parts.payin)}
        empty={t.noAttempts}
        columns={[
          { key: 'provider', header: t.provider, cell: ({ provider }) => provider },
          {
            key: 'status',
            header: t.status,
            cell: ({ status }) => <StatusBadge tone={TONE_OF_ATTEMPT[status]}>{attemptStatus[status]}</StatusBadge>,
          },
          {
            key: 'ours',
            header: t.providerReference,
            cell: (one) => <Copied what={t.providerReference} value={one.providerReference} />,
          },
          { key: 'theirs', header: t.externalId, cell: (one) => <Copied what={t.externalId} value={one.externalId} /> },
          { key: 'started', header: t.started, cell: ({ startedAt }) => <Moment at={startedAt} /> },
        ]}
      />
      <Title order={2} size="h5">
        {t.receipts}
      </Title>
      <DataTable
        label={t.receipts}
        list={listOf(payin.receipts, parts.payin)}
        rowId={({ paymentId, receivedAt, amountInCents }) => `${paymentId} ${receivedAt} ${amountInCents}`}
        empty={t.noReceipts}
        columns={[
          { key: 'at', header: t.at, cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
          { key: 'payment', header: t.paymentId, cell: (one) => <Copied what={t.paymentId} value={one.paymentId} /> },
          { key: 'source', header: t.source, cell: ({ source }) => (source === null ? '—' : sources[source]) },
          { key: 'fee', header: t.fee, align: 'right', cell: ({ feeInCents }) => <Money cents={feeInCents} /> },
          {
            key: 'amount',
            header: t.amount,
            align: 'right',
            cell: (one) => <Money cents={one.amountInCents} strong />,
          },
        ]}
      />
    </Stack>
  );
}

function Copied({ what, value }: { what: string; value: string | null }) {
  if (value === null) return <>—</>;
  return (
    <span>
      {value} <CopyButton value={value} what={what} />
    </span>
  );
}

export function Webhooks({ payin, parts: { webhooks } }: PartProps) {
  const t = useTexts(payinTexts);
  const { inboxOutcome } = useTexts(valueTexts);
  return (
    <DataTable
      label={t.tabs.webhooks}
      list={listOf(webhooks.data?.data, webhooks)}
      rowHref={({ id }) => `/payins/${payin.id}?tab=webhooks&webhook=${id}`}
      empty={t.noWebhooks}
      columns={[
        { key: 'received', header: t.at, cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
        { key: 'provider', header: t.provider, cell: ({ provider }) => provider },
        { key: 'status', header: t.status, cell: ({ status }) => <WebhookStatusBadge status={status} /> },
        { key: 'outcome', header: t.outcome, cell: ({ outcome }) => (outcome === null ? '—' : inboxOutcome[outcome]) },
        { key: 'attempts', header: t.attemptsHeader, align: 'right', cell: ({ attempts }) => attempts },
      ]}
    />
  );
}

export function Messages({ payin, parts: { messages } }: PartProps) {
  const t = useTexts(payinTexts);
  const { event } = useTexts(valueTexts);
  const targetOf = useTargetOf();
  return (
    <DataTable
      label={t.tabs.messages}
      list={listOf(messages.data?.data, messages)}
      rowHref={({ id }) => `/payins/${payin.id}?tab=messages&message=${id}`}
      empty={t.noMessages}
      columns={[
        { key: 'event', header: t.event, cell: ({ type }) => event[type] },
        { key: 'target', header: t.target, cell: (message) => targetOf(message) },
        { key: 'status', header: t.status, cell: ({ status }) => <MessageStatusBadge status={status} /> },
        { key: 'result', header: t.lastResult, cell: ({ lastResult }) => lastResult ?? '—' },
        { key: 'attempts', header: t.attemptsHeader, align: 'right', cell: ({ attemptCount }) => attemptCount },
        { key: 'created', header: t.at, cell: ({ createdAt }) => <Moment at={createdAt} /> },
      ]}
    />
  );
}

export function Refunds({ parts: { refunds } }: PartProps) {
  const t = useTexts(refundTexts);
  const columns = useRefundColumns();
  return <DataTable label={t.refunds} list={listOf(refunds.data?.data, refunds)} columns={columns} empty={t.none} />;
}

export function Ledger({ parts: { entries } }: PartProps) {
  const t = useTexts(payinTexts);
  const { event } = useTexts(valueTexts);
  return (
    <DataTable<LedgerEntry>
      label={t.tabs.ledger}
      list={listOf(entries.data?.data, entries)}
      rowId={({ sequence, debit, credit, amountInCents }) => `${sequence} ${debit} ${credit} ${amountInCents}`}
      empty={t.noEntries}
      columns={[
        { key: 'at', header: t.at, cell: ({ at }) => <Moment at={at} /> },
        { key: 'event', header: t.event, cell: ({ type }) => event[type] },
        { key: 'debit', header: t.debit, cell: ({ debit }) => accountName(t, debit) },
        { key: 'credit', header: t.credit, cell: ({ credit }) => accountName(t, credit) },
        {
          key: 'amount',
          header: t.amount,
          align: 'right',
          cell: (entry) => <Money cents={entry.amountInCents} strong />,
        },
      ]}
    />
  );
}

export function Details({ payin }: PartProps) {
  const t = useTexts(payinTexts);
  const values = useTexts(valueTexts);
  const language = useLanguage();
  const { inlineCustomer: payer, forgottenAt, instructions, metadata } = payin;
  return (
    <Stack gap="md" maw={760}>
      <Title order={2} size="h5">
        {t.payer}
      </Title>
      {forgottenAt !== null && <Text size="sm">{t.forgotten(formatMoment(forgottenAt, language))}</Text>}
      {payer === null && forgottenAt === null && <Text size="sm">{t.noPayer}</Text>}
      {payer !== null && (
        <Facts
          label={t.payer}
          facts={[
            [t.name, payer.name],
            [t.document, `${payer.idType} ${payer.idNumber}`],
            [t.phone, payer.phone],
            [t.email, payer.email],
          ]}
        />
      )}
      <Title order={2} size="h5">
        {t.order}
      </Title>
      <Facts
        label={t.order}
        facts={[
          [t.id, <Copied key="id" what={t.id} value={payin.id} />],
          [t.reference, <Copied key="reference" what={t.reference} value={payin.reference} />],
          [t.rail, values.rail[payin.rail]],
          [t.provider, payin.provider],
          [t.description, payin.description],
          payin.paymentLinkId !== null && [
            t.paymentLink,
            <Link key="link" to="/links/$id" params={{ id: payin.paymentLinkId }} className={classes.link}>
              {payin.paymentLinkId}
            </Link>,
          ],
          [t.errorCode, payin.errorCode],
          [t.created, <Moment key="created" at={payin.createdAt} />],
          [t.updated, <Moment key="updated" at={payin.updatedAt} />],
          [t.expiresAt, <Moment key="expires" at={payin.expiresAt} />],
          payin.providerExpiresAt !== null && [t.providerExpiresAt, <Moment key="ends" at={payin.providerExpiresAt} />],
          [t.callbackUrl, payin.callbackUrl],
          [t.redirectUrl, payin.redirectUrl],
        ]}
      />
      {instructions !== null && (
        <>
          <Title order={2} size="h5">
            {t.instructions}
          </Title>
          <Facts
            label={t.instructions}
            facts={Object.entries(instructions).map(([name, value]) => [
              name,
              typeof value === 'string' ? <MayBeLink key={name} value={value} /> : JSON.stringify(value),
            ])}
          />
        </>
      )}
      {Object.keys(metadata).length > 0 && (
        <>
          <Title order={2} size="h5">
            {t.metadata}
          </Title>
          <RawText label={t.metadata}>{indented(JSON.stringify(metadata))!}</RawText>
        </>
      )}
    </Stack>
  );
}

/** An address of a provider's page is a link only where it is plain HTTPS. */
function MayBeLink({ value }: { value: string }) {
  if (!URL.canParse(value) || new URL(value).protocol !== 'https:') return <>{value}</>;
  return (
    <Anchor href={value} target="_blank" rel="noopener noreferrer" inherit>
      {value}
    </Anchor>
  );
}
