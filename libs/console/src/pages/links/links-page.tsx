import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { CopyButton } from '../../components/copy-button.js';
import { CsvButton } from '../../components/csv-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Expiry } from '../../components/expiry.js';
import { SelectFilter, TextFilter } from '../../components/filters.js';
import { LinkStateBadge, useAmountOf, useUsesOf } from '../../components/links/link-state.js';
import type { PaymentLink } from '../../components/links/state.js';
import { linkTexts } from '../../components/links/texts.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { useNow } from '../../components/use-now.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { CreateLink } from './create-link.js';
import type { LinksSearch } from './search.js';
import { linksTexts } from './texts.js';
import { LINK_STATUSES, REFERENCE, REFERENCE_MAX } from './values.js';

const PAGE = 50;
const route = getRouteApi('/links');

export function LinksPage() {
  const t = useTexts(linksTexts);
  const ofLink = useTexts(linkTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const may = useMay();
  const filters: LinksSearch = route.useSearch();
  const navigate = useNavigate({ from: '/links' });
  const narrow = (change: LinksSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [isCreating, { open, close }] = useDisclosure(false);
  const now = useNow();
  const amountOf = useAmountOf();
  const usesOf = useUsesOf();

  const query = { ...filters, limit: PAGE };
  const list = useList<PaymentLink>(['payment-links', 'list', query], (cursor, signal) =>
    answerOf(api.GET('/payment-links', { params: { query: { ...query, cursor } }, signal })),
  );
  const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));

  const columns: readonly [Column<PaymentLink>, ...Column<PaymentLink>[]] = [
    { key: 'title', header: t.title, cell: ({ title }) => title },
    {
      key: 'reference',
      header: ofLink.reference,
      cell: ({ reference }) => (
        <Text span inherit c="dimmed">
          {reference}
        </Text>
      ),
    },
    { key: 'status', header: ofLink.status, cell: (link) => <LinkStateBadge link={link} now={now} /> },
    { key: 'amount', header: ofLink.amount, align: 'right', cell: amountOf },
    { key: 'uses', header: ofLink.uses, align: 'right', cell: usesOf },
    {
      key: 'expires',
      header: ofLink.expires,
      cell: ({ expiresAt }) => (expiresAt === null ? ofLink.never : <Expiry at={expiresAt} />),
    },
    { key: 'createdAt', header: ofLink.createdAt, cell: ({ createdAt }) => <Moment at={createdAt} form="day" /> },
    { key: 'url', header: general.copy, cell: ({ url }) => <CopyButton value={url} what={ofLink.link} /> },
  ];

  return (
    <Page
      title={pages.links}
      hint={t.hint}
      actions={
        <>
          <CsvButton path={`/payment-links?${new URLSearchParams(given).toString()}`} name="payment-links.csv" />
          {may('links:write') && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
              {t.create}
            </Button>
          )}
        </>
      }
    >
      <Group gap="xs" align="flex-end" role="search">
        <TextFilter
          label={ofLink.reference}
          placeholder={t.referenceSearch}
          value={filters.reference}
          onChange={(reference) => narrow({ reference })}
          maxLength={REFERENCE_MAX}
          pattern={REFERENCE}
          wrong={t.referenceWrong}
        />
        <SelectFilter
          label={ofLink.status}
          names={LINK_STATUSES.map((one) => [one, t.statuses[one]])}
          value={filters.status}
          onChange={(status) => narrow({ status })}
        />
        {given.length > 0 && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable
        label={pages.links}
        list={list}
        columns={columns}
        rowHref={({ id }) => `/links/${id}`}
        isFiltered={given.length > 0}
        empty={t.empty}
      />
      {may('links:write') && <CreateLink opened={isCreating} onClose={close} />}
    </Page>
  );
}
