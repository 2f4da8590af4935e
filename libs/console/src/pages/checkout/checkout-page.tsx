import { Alert, Paper, Stack, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { appTexts } from '../../app/texts.js';
import { Page } from '../../components/page.js';
import { Failed, Loading } from '../../components/states.js';
import { useTexts } from '../../texts/texts.js';
import classes from './checkout.module.css';
import { type Draft, draftOf, isColor, type Settings } from './draft.js';
import { Logo } from './logo.js';
import { Preview } from './preview.js';
import { SettingsForm } from './settings-form.js';
import { checkoutTexts } from './texts.js';

const TYPING_MS = 200;

/** How the pages that payers see appear: what is typed shows at once beside it. */
export function CheckoutPage() {
  const t = useTexts(checkoutTexts);
  const { pages } = useTexts(appTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['checkout-settings'],
    queryFn: ({ signal }) => answerOf(api.GET('/checkout-settings', { signal })),
  });
  return (
    <Page title={pages.checkout} hint={t.hint}>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <Editor settings={data} />}
    </Page>
  );
}

function Editor({ settings }: { settings: Settings }) {
  const t = useTexts(checkoutTexts);
  const mayWrite = useMay()('links:write');
  const [typed, setTyped] = useState<Partial<Draft>>({});
  const draft: Draft = { ...draftOf(settings), ...typed };
  const contrast = useContrast(settings, draft.color);
  return (
    <>
      {!mayWrite && <Alert color="blue">{t.readOnly}</Alert>}
      <div className={classes.columns}>
        <Stack>
          <Part title={t.logo}>
            <Logo settings={settings} mayWrite={mayWrite} />
          </Part>
          <SettingsForm draft={draft} typed={typed} setTyped={setTyped} contrast={contrast} mayWrite={mayWrite} />
        </Stack>
        <Part title={t.preview}>
          <Preview
            draft={draft}
            name={draft.displayName.trim() || (settings.displayName === null ? settings.name : '')}
            logo={settings.logo}
            contrast={contrast}
          />
        </Part>
      </div>
    </>
  );
}

/** What becomes of a colour: the service decides it, so that the picture is as the pages are. */
function useContrast(settings: Settings, typed: string) {
  const [color] = useDebouncedValue(typed.trim().toLowerCase(), TYPING_MS);
  const isOther = isColor(color) && color !== settings.color;
  const { data } = useQuery({
    queryKey: ['checkout-settings', 'contrast', color],
    queryFn: ({ signal }) => answerOf(api.GET('/checkout-settings/contrast', { params: { query: { color } }, signal })),
    enabled: isOther,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  return (isOther && data) || settings.colorContrast;
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}
