import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { appTexts } from '../../app/texts.js';
import { MessageDrawer } from '../../components/messages/message-drawer.js';
import { Page } from '../../components/page.js';
import { Forbidden } from '../../components/states.js';
import { useTexts } from '../../texts/texts.js';
import { Endpoints } from './endpoints.js';
import { Messages } from './messages.js';
import { ResendProgress, ResendRange } from './resend-range.js';
import type { NotificationsSearch } from './search.js';
import { notificationsTexts } from './texts.js';
import { useResendRange } from './use-resend-range.js';

const route = getRouteApi('/notifications');

export function NotificationsPage() {
  const t = useTexts(notificationsTexts);
  const { pages } = useTexts(appTexts);
  const may = useMay();
  const search: NotificationsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/notifications' });
  const change = (to: NotificationsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...to }), replace: true, resetScroll: false });
  const resend = useResendRange();
  const tab = search.tab ?? 'messages';
  return (
    <Page
      title={pages.notifications}
      hint={t.hint}
      actions={may('notifications:write') && <ResendRange resend={resend} search={search} />}
    >
      <ResendProgress resend={resend} />
      <Tabs
        value={tab}
        onChange={(value) => change({ tab: value === 'endpoints' ? 'endpoints' : undefined, message: undefined })}
        keepMounted={false}
      >
        <Tabs.List aria-label={t.sections}>
          <Tabs.Tab value="messages">{t.messages}</Tabs.Tab>
          {may('endpoints:read') && <Tabs.Tab value="endpoints">{t.endpoints}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="messages" pt="md">
          <Messages search={search} onChange={change} />
        </Tabs.Panel>
        <Tabs.Panel value="endpoints" pt="md">
          {may('endpoints:read') ? (
            <Endpoints onMessage={(message) => change({ message })} />
          ) : (
            <Forbidden scope="endpoints:read" />
          )}
        </Tabs.Panel>
      </Tabs>
      <MessageDrawer id={search.message} onClose={() => change({ message: undefined })} />
    </Page>
  );
}
