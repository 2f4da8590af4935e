import { Button, Center, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconExternalLink, IconPrinter } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { Actor } from '../../components/actor.js';
import { ConfirmAction } from '../../components/confirm-action.js';
import { CopyButton } from '../../components/copy-button.js';
import { CsvButton } from '../../components/csv-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Expiry } from '../../components/expiry.js';
import { Facts } from '../../components/facts.js';
import { LinkStateBadge, useAmountOf, useUsesOf } from '../../components/links/link-state.js';
import type { PaymentLink } from '../../components/links/state.js';
import { linkTexts } from '../../components/links/texts.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { Page } from '../../components/page.js';
import { ProblemAlert } from '../../components/problem.js';
import { QrCode } from '../../components/qr-code.js';
import { Failed, Loading } from '../../components/states.js';
import { PayinStatusBadge } from '../../components/status-badge.js';
import { useNow } from '../../components/use-now.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import classes from './link.module.css';
import { oneLinkTexts } from './texts.js';

type Payin = Schemas['PayinSchema'];
const PAGE = 50;
const REFRESH_MS = 5_000;
const QR_SIZE = 220;
const route = getRouteApi('/links/$id');

/** One payment link: where it leads, and what it has brought. */
export function LinkPage() {
  const { id } = route.useParams();
  // Another link is another page.
  return <OneLink key={id} id={id} />;
}

function OneLink({ id }: { id: string }) {
  const { pages } = useTexts(appTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['payment-links', id],
    queryFn: ({ signal }) => answerOf(api.GET('/payment-links/{id}', { params: { path: { id } }, signal })),
    refetchInterval: REFRESH_MS,
  });
  const retry = () => void refetch();
  if (data) return <Loaded link={data} error={error} onRetry={retry} />;
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <Page title={pages.links}>
      {isMissing ? <NotThere /> : error ? <Failed error={error} onRetry={retry} /> : <Loading rows={10} />}
    </Page>
  );
}

function NotThere() {
  const t = useTexts(oneLinkTexts);
  return (
    <Center mih={240} data-state="missing">
      <Stack align="center" gap="xs">
        <Text fw={600}>{t.notThere}</Text>
        <Text c="dimmed" size="sm">
          {t.notThereHint}
        </Text>
        <Button component={Link} to="/links" variant="default">
          {t.toList}
        </Button>
      </Stack>
    </Center>
  );
}

function Loaded({ link, error, onRetry }: { link: PaymentLink; error: Error | null; onRetry: () => void }) {
  const ofLink = useTexts(linkTexts);
  const may = useMay();
  const now = useNow();
  return (
    <Page
      title={link.title}
      hint={
        <Group gap="xs" mt={4}>
          <LinkStateBadge link={link} now={now} />
          <span>{link.reference}</span>
          <CopyButton value={link.reference} what={ofLink.reference} />
        </Group>
      }
      actions={may('links:write') && <ChangeStatus link={link} />}
    >
      <ProblemAlert error={error} onRetry={onRetry} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="md">
            <Address link={link} />
            <Data link={link} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Poster link={link} />
        </Grid.Col>
      </Grid>
      {may('payins:read') && <Payins id={link.id} />}
    </Page>
  );
}

function Address({ link: { url } }: { link: PaymentLink }) {
  const t = useTexts(oneLinkTexts);
  const ofLink = useTexts(linkTexts);
  return (
    <section aria-label={t.address}>
      <Title order={2} size="h5">
        {t.address}
      </Title>
      <Group gap="xs" wrap="nowrap">
        <Text className={classes.address}>{url}</Text>
        <CopyButton value={url} what={ofLink.link} />
      </Group>
      <Group gap="xs" mt="xs">
        <Button
          component="a"
          href={url}
          target="_blank"
          rel="noreferrer"
          variant="default"
          size="xs"
          leftSection={<IconExternalLink size={14} aria-hidden />}
        >
          {t.openPage}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPrinter size={14} aria-hidden />}
          onClick={() => window.print()}
        >
          {t.print}
        </Button>
      </Group>
    </section>
  );
}

/** On the screen the code alone; on paper what it is for, too. */
function Poster({ link }: { link: PaymentLink }) {
  const t = useTexts(oneLinkTexts);
  const amountOf = useAmountOf();
  return (
    <div className={classes.poster}>
      <p className={classes.onPaper}>{link.title}</p>
      <QrCode text={link.url} label={t.qr} size={QR_SIZE} />
      <Text fw={600}>{t.scan}</Text>
      <p className={classes.onPaper}>{amountOf(link)}</p>
    </div>
  );
}

function Data({ link }: { link: PaymentLink }) {
  const t = useTexts(oneLinkTexts);
  const ofLink = useTexts(linkTexts);
  const { rail: railNames } = useTexts(valueTexts);
  const amountOf = useAmountOf();
  const usesOf = useUsesOf();
  const metadata = Object.entries(link.metadata);
  return (
    <section aria-label={t.details}>
      <Title order={2} size="h5">
        {t.details}
      </Title>
      <Facts
        label={t.details}
        facts={[
          [t.description, link.description],
          [ofLink.amount, amountOf(link)],
          [ofLink.uses, usesOf(link)],
          [ofLink.rails, link.rails === null ? ofLink.allRails : link.rails.map((one) => railNames[one]).join(', ')],
          [ofLink.expires, link.expiresAt === null ? ofLink.never : <Expiry key="expires" at={link.expiresAt} />],
          [t.redirectUrl, link.redirectUrl],
          [t.callbackUrl, link.callbackUrl],
          metadata.length > 0 && [t.metadata, metadata.map(([name, value]) => `${name}: ${value}`).join(', ')],
          [ofLink.createdAt, <Moment key="created" at={link.createdAt} />],
          [t.createdBy, <Actor key="by" id={link.createdBy} />],
        ]}
      />
    </section>
  );
}

function Payins({ id }: { id: string }) {
  const t = useTexts(oneLinkTexts);
  const ofLink = useTexts(linkTexts);
  const { rail: railNames } = useTexts(valueTexts);
  const list = useList<Payin>(['payment-links', id, 'payins'], (cursor, signal) =>
    answerOf(
      api.GET('/payment-links/{id}/payins', { params: { path: { id }, query: { limit: PAGE, cursor } }, signal }),
    ),
  );
  const columns: readonly [Column<Payin>, ...Column<Payin>[]] = [
    { key: 'reference', header: ofLink.reference, cell: ({ reference }) => reference },
    { key: 'status', header: ofLink.status, cell: ({ status }) => <PayinStatusBadge status={status} /> },
    {
      key: 'amount',
      header: ofLink.amount,
      align: 'right',
      cell: ({ amountInCents }) => <Money cents={amountInCents} strong />,
    },
    {
      key: 'received',
      header: t.received,
      align: 'right',
      cell: ({ amountReceivedInCents }) => <Money cents={amountReceivedInCents === 0 ? null : amountReceivedInCents} />,
    },
    { key: 'rail', header: t.rail, cell: ({ rail }) => railNames[rail] },
    { key: 'payer', header: t.payer, cell: ({ inlineCustomer }) => inlineCustomer?.name ?? '—' },
    { key: 'createdAt', header: ofLink.createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h5">
          {t.payins}
        </Title>
        <CsvButton path={`/payment-links/${id}/payins`} name="payins.csv" />
      </Group>
      <DataTable
        label={t.payins}
        list={list}
        columns={columns}
        rowHref={(payin) => `/payins/${payin.id}`}
        empty={t.noPayins}
      />
    </Stack>
  );
}

function ChangeStatus({ link: { id, title, status, ...link } }: { link: PaymentLink }) {
  const t = useTexts(oneLinkTexts);
  const queries = useQueryClient();
  const usesOf = useUsesOf();
  const isActive = status === 'ACTIVE';
  return (
    <ConfirmAction
      // What is asked changes with the status: never the old dialog over a new one.
      key={status}
      label={isActive ? t.disable : t.enable}
      effect={
        isActive ? (
          <Stack gap={4}>
            <Text size="sm">{t.disableEffect}</Text>
            <Text size="sm">{t.disableKeeps}</Text>
          </Stack>
        ) : (
          t.enableEffect(usesOf({ id, title, status, ...link }))
        )
      }
      onConfirm={async () => {
        try {
          const body = { status: isActive ? ('DISABLED' as const) : ('ACTIVE' as const) };
          await answerOf(api.PATCH('/payment-links/{id}', { params: { path: { id } }, body }));
          notifications.show({ message: isActive ? t.disabled(title) : t.enabled(title) });
        } finally {
          await queries.invalidateQueries({ queryKey: ['payment-links'] });
        }
      }}
    />
  );
}
