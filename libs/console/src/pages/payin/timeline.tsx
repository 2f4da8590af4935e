import { Text, ThemeIcon } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBuildingBank,
  IconCoins,
  IconFlag,
  IconPencil,
  IconPlugConnected,
  IconScale,
  IconWebhook,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { useMay } from '../../api/session.js';
import shared from '../../components/components.module.css';
import { Actor } from '../../components/actor.js';
import { useTargetOf } from '../../components/messages/message-target.js';
import { ResendMessage } from '../../components/messages/resend-message.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { RawText } from '../../components/raw-text.js';
import { MessageStatusBadge, WebhookStatusBadge } from '../../components/status-badge.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { type HistoryType, valueTexts } from '../../texts/values.js';
import { accountName } from './accounts.js';
import classes from './payin.module.css';
import { centsOf, type Event, type LedgerEntry, type Message, type StoryLine, type Webhook } from './story.js';
import { payinTexts } from './texts.js';

/** Icon and colour by what a line is about: most are quiet, so that money and trouble stand out. */
const LOOKS: readonly (readonly [prefix: string, icon: typeof IconFlag, color: string])[] = [
  ['payin.approved', IconFlag, 'teal'],
  ['payin.reversed', IconFlag, 'red'],
  ['payin.rejected', IconFlag, 'red'],
  ['payin.failed', IconFlag, 'red'],
  ['payin.underpaid', IconFlag, 'orange'],
  ['payin.overpaid', IconFlag, 'orange'],
  ['payin.late', IconFlag, 'orange'],
  ['payin.', IconFlag, 'gray'],
  ['receipt.', IconCoins, 'teal'],
  ['money.', IconCoins, 'red'],
  ['discrepancy.opened', IconScale, 'orange'],
  ['discrepancy.', IconScale, 'gray'],
  ['refund.refused', IconArrowBackUp, 'orange'],
  ['refund.', IconArrowBackUp, 'indigo'],
  ['correction.', IconPencil, 'indigo'],
  ['attempt.', IconPlugConnected, 'gray'],
  ['', IconBuildingBank, 'gray'],
];

function lookOf(type: HistoryType) {
  return LOOKS.find(([prefix]) => type.startsWith(prefix))!;
}

/** The whole story, oldest first, with what each moment caused beneath it. */
export function Timeline({ lines }: { lines: readonly StoryLine[] }) {
  const language = useLanguage();
  const days = Map.groupBy(lines, ({ at }) => formatMoment(at, language, 'day'));
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <Fragment key={day}>
          <h3 className={classes.day}>{day}</h3>
          <ol className={classes.story}>
            {ofDay.map((line) =>
              line.kind === 'event' ? (
                <EventLine key={`event ${line.event.sequence}`} {...line} />
              ) : (
                <WebhookLine key={line.webhook.id} webhook={line.webhook} />
              ),
            )}
          </ol>
        </Fragment>
      ))}
    </>
  );
}

function Line({
  at,
  icon: Icon,
  color,
  title,
  amount,
  children,
}: {
  at: string;
  icon: typeof IconFlag;
  color: string;
  title: ReactNode;
  amount?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className={classes.line}>
      <div className={classes.time}>
        <Moment at={at} form="time" />
      </div>
      <div className={classes.rail}>
        <ThemeIcon size={22} radius="xl" variant="light" color={color}>
          <Icon size={13} aria-hidden />
        </ThemeIcon>
      </div>
      <div className={classes.what}>
        <Text size="sm" fw={600} component="div" className={classes.title}>
          <span>{title}</span>
          {amount}
        </Text>
        {children}
      </div>
    </li>
  );
}

/** Data of an event that its line shows in another way. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set([
  'amountInCents',
  'trust',
  'amountMayBeEchoed',
  'webhookId',
  'attemptId',
  'refundId',
  'discrepancyId',
]);

function EventLine({ event, entries, messages }: Extract<StoryLine, { kind: 'event' }>) {
  const t = useTexts(payinTexts);
  const values = useTexts(valueTexts);
  const { type, at, source, from, to, data } = event;
  const [, icon, color] = lookOf(type);
  const cents = centsOf(event);
  return (
    <Line
      at={at}
      icon={icon}
      color={color}
      title={values.event[type]}
      amount={cents !== null && <Money cents={cents} />}
    >
      <Text className={classes.sub} component="div">
        {from !== null && to !== null && from !== to && (
          <>{t.statusChange(values.payinStatus[from], values.payinStatus[to])} · </>
        )}
        {values.source[source]}
        <Said event={event} />
      </Text>
      {Object.keys(data).some((name) => !(name in t.data) && !SHOWN_OTHERWISE.has(name)) && (
        <details className={classes.sub}>
          <summary>{t.showData}</summary>
          <RawText label={t.showData}>{JSON.stringify(data, null, 2)}</RawText>
        </details>
      )}
      {entries.map((entry) => (
        <EntryRow key={`${entry.debit} ${entry.credit} ${entry.amountInCents}`} entry={entry} />
      ))}
      {messages.map((message) => (
        <MessageRow key={message.id} message={message} />
      ))}
    </Line>
  );
}

/** What an event says about itself, as names and values. Everything that came from outside is text. */
function Said({ event: { type, data } }: { event: Event }) {
  const t = useTexts(payinTexts);
  const values = useTexts(valueTexts);
  const of = <Value extends string>(names: Readonly<Record<Value, string>>, value: string) =>
    Object.hasOwn(names, value) ? names[value as Value] : value;
  function shown(name: keyof typeof t.data, value: string): ReactNode {
    if (name === 'by' || name === 'approvedBy' || name === 'rejectedBy') return <Actor id={value} />;
    if (name === 'kind') return of(values.discrepancyKind, value);
    if (name === 'status' || name === 'was') return of(values.payinStatus, value);
    if (name === 'reason' && type.startsWith('refund.')) return of(values.refundReason, value);
    return value;
  }
  const names = Object.keys(t.data) as (keyof typeof t.data)[];
  return (
    <>
      {data['trust'] === 'hint' && ` · ${t.hint}`}
      {data['trust'] === 'answer' && ` · ${t.answer}`}
      {data['amountMayBeEchoed'] === true && ` · ${t.echo}`}
      {names.map((name) => {
        const value = data[name];
        return (
          typeof value === 'string' &&
          value !== '' && (
            <Fragment key={name}>
              {` · ${t.data[name]}: `}
              {shown(name, value)}
            </Fragment>
          )
        );
      })}
    </>
  );
}

function EntryRow({ entry: { debit, credit, amountInCents } }: { entry: LedgerEntry }) {
  const t = useTexts(payinTexts);
  return (
    <div className={`${classes.extra} ${classes.entry}`}>
      <Text size="sm" c="dimmed">
        {t.entry(accountName(t, debit), accountName(t, credit))}
      </Text>
      <Money cents={amountInCents} />
    </div>
  );
}

function MessageRow({ message }: { message: Message }) {
  const t = useTexts(payinTexts);
  const may = useMay();
  const targetOf = useTargetOf();
  const { id, status, attemptCount, lastResult } = message;
  return (
    <div className={classes.extra}>
      <Link
        className={shared.link}
        from="/payins/$id"
        to="."
        search={(before) => ({ ...before, message: id })}
        resetScroll={false}
      >
        {t.messageTo(targetOf(message))}
      </Link>
      <span>
        <MessageStatusBadge status={status} />
        <Text span size="xs" c="dimmed" mx={6}>
          {t.attemptCount(attemptCount)}
          {status !== 'DELIVERED' && lastResult !== null && ` · ${lastResult}`}
        </Text>
        {status === 'FAILED' && may('notifications:write') && (
          <ResendMessage message={message} button={{ size: 'compact-xs' }} />
        )}
      </span>
    </div>
  );
}

function WebhookLine({ webhook }: { webhook: Webhook }) {
  const t = useTexts(payinTexts);
  const { inboxOutcome } = useTexts(valueTexts);
  const { id, receivedAt, provider, status, outcome, verifiedBy, lastError } = webhook;
  return (
    <Line at={receivedAt} icon={IconWebhook} color="gray" title={t.webhookCame(provider)}>
      <Text className={classes.sub} component="div">
        <WebhookStatusBadge status={status} />
        {outcome !== null && ` · ${inboxOutcome[outcome]}`}
        {verifiedBy !== null && ` · ${verifiedBy}`}
        {lastError !== null && ` · ${lastError}`}
        {' · '}
        <Link
          className={shared.link}
          from="/payins/$id"
          to="."
          search={(before) => ({ ...before, webhook: id })}
          resetScroll={false}
        >
          {t.openWebhook}
        </Link>
      </Text>
    </Line>
  );
}
