import { Button, Center, Group, Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ComponentType, useState } from 'react';
import { ApiProblem } from '../../api/problem.js';
import type { Scope } from '../../api/session.js';
import { useMay } from '../../api/session.js';
import { appTexts } from '../../app/texts.js';
import { CopyButton } from '../../components/copy-button.js';
import { MessageDrawer } from '../../components/messages/message-drawer.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { ProblemAlert } from '../../components/problem.js';
import { Failed, Forbidden, Loading } from '../../components/states.js';
import { PayinStatusBadge } from '../../components/status-badge.js';
import { WebhookDrawer } from '../../components/webhooks/webhook-drawer.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { PayinActions } from './actions.js';
import { Explanation } from './explanation.js';
import { Figures } from './figures.js';
import { AttemptsAndReceipts, Details, Ledger, Messages, Refunds, Story, Webhooks } from './parts.js';
import classes from './payin.module.css';
import { type PayinSearch, type Tab, TABS } from './search.js';
import { amountsOf, type Payin } from './story.js';
import { payinTexts } from './texts.js';
import { type PayinParts, usePayin } from './use-payin.js';

const route = getRouteApi('/payins/$id');

interface Part {
  component: ComponentType<{ payin: Payin; parts: PayinParts }>;
  scope?: Scope;
}
const PARTS: Readonly<Record<Tab, Part>> = {
  story: { component: Story },
  money: { component: AttemptsAndReceipts },
  webhooks: { component: Webhooks, scope: 'inbox:read' },
  messages: { component: Messages, scope: 'notifications:read' },
  refunds: { component: Refunds, scope: 'refunds:read' },
  ledger: { component: Ledger, scope: 'ledger:read' },
  details: { component: Details },
};

/** The story of one payin, and what can be done about it. */
export function PayinPage() {
  const { id } = route.useParams();
  // Another payin is another page: nothing that was typed for one is left for the next.
  return <OnePayin key={id} id={id} />;
}

function OnePayin({ id }: { id: string }) {
  const { pages } = useTexts(appTexts);
  const parts = usePayin(id);
  const { data, error, refetch } = parts.payin;
  if (data) return <Loaded payin={data} parts={parts} />;
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <Page title={pages.payins}>
      {isMissing ? (
        <NotThere />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </Page>
  );
}

function NotThere() {
  const t = useTexts(payinTexts);
  return (
    <Center mih={240} data-state="missing">
      <Stack align="center" gap="xs">
        <Text fw={600}>{t.notThere}</Text>
        <Text c="dimmed" size="sm">
          {t.notThereHint}
        </Text>
        <Button component={Link} to="/payins" variant="default">
          {t.toList}
        </Button>
      </Stack>
    </Center>
  );
}

function Loaded({ payin, parts }: { payin: Payin; parts: PayinParts }) {
  const t = useTexts(payinTexts);
  const values = useTexts(valueTexts);
  const search: PayinSearch = route.useSearch();
  const navigate = useNavigate({ from: '/payins/$id' });
  const [error, setError] = useState<Error | null>(null);
  const { events, explanation, refunds, webhooks } = parts;
  const amounts = amountsOf(payin, events.data?.data, refunds.data?.data);
  const show = (change: PayinSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      title={t.title(payin.reference)}
      hint={
        <Group gap="xs" mt={4}>
          <PayinStatusBadge status={payin.status} />
          <span>
            {[payin.inlineCustomer?.name, values.rail[payin.rail], payin.provider, '']
              .filter((part) => part != null)
              .join(' · ')}
            <Moment at={payin.createdAt} />
          </span>
          <CopyButton value={window.location.href} what={t.link} />
        </Group>
      }
      actions={<PayinActions payin={payin} amounts={amounts} onError={setError} />}
    >
      <ProblemAlert error={error ?? parts.payin.error} onRetry={error ? undefined : () => void parts.payin.refetch()} />
      <Figures payin={payin} amounts={amounts} />
      {explanation.data ? (
        <Explanation explanation={explanation.data} />
      ) : explanation.error ? (
        <Failed error={explanation.error} onRetry={() => void explanation.refetch()} />
      ) : (
        <Loading rows={3} />
      )}
      <Parts payin={payin} parts={parts} tab={search.tab ?? 'story'} onTab={(tab) => show({ tab })} />
      <WebhookDrawer
        id={search.webhook}
        known={webhooks.data?.data.find(({ id }) => id === search.webhook)}
        onClose={() => show({ webhook: undefined })}
      />
      <MessageDrawer id={search.message} onClose={() => show({ message: undefined })} />
    </Page>
  );
}

function Parts({
  payin,
  parts,
  tab,
  onTab,
}: {
  payin: Payin;
  parts: PayinParts;
  tab: Tab;
  onTab: (tab: Tab | undefined) => void;
}) {
  const t = useTexts(payinTexts);
  const may = useMay();
  const counts: Partial<Record<Tab, number | undefined>> = {
    webhooks: parts.webhooks.data?.data.length,
    messages: parts.messages.data?.data.length,
    refunds: parts.refunds.data?.data.length,
  };
  const maySee = ({ scope }: Part) => scope === undefined || may(scope);
  const { component: Shown, scope } = PARTS[tab];
  return (
    <Tabs
      value={tab}
      onChange={(value) => onTab(value === 'story' ? undefined : (value as Tab))}
      keepMounted={false}
      activateTabWithKeyboard
    >
      <Tabs.List aria-label={t.sections} className={classes.tabs}>
        {TABS.filter((one) => maySee(PARTS[one])).map((one) => (
          <Tabs.Tab key={one} value={one}>
            {counts[one] ? t.count(t.tabs[one], counts[one]) : t.tabs[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt="md">
        {scope === undefined || may(scope) ? <Shown payin={payin} parts={parts} /> : <Forbidden scope={scope} />}
      </Tabs.Panel>
    </Tabs>
  );
}
