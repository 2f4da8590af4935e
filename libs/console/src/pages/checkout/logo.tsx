import { Button, Group, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { answerOf, api, send } from '../../api/client.js';
import { ConfirmAction } from '../../components/confirm-action.js';
import { ProblemAlert } from '../../components/problem.js';
import { useTexts } from '../../texts/texts.js';
import classes from './checkout.module.css';
import type { Settings } from './draft.js';
import { checkoutTexts } from './texts.js';

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
const BYTES_MAX = 512 * 1024;

export function Logo({ settings, mayWrite }: { settings: Settings; mayWrite: boolean }) {
  const t = useTexts(checkoutTexts);
  const queries = useQueryClient();
  const inputId = useId();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const { logo, name } = settings;

  async function upload(file: File): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      // What the service would refuse unread is said before it is sent.
      if (!TYPES.includes(file.type)) throw new Error(t.logoType);
      if (file.size > BYTES_MAX) throw new Error(t.logoTooLarge);
      const request = new Request('/checkout-settings/logo', {
        method: 'PUT',
        body: file,
        headers: { 'content-type': file.type },
      });
      queries.setQueryData(['checkout-settings'], (await (await send(request)).json()) as Settings);
      notifications.show({ message: t.uploaded });
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  async function remove(): Promise<void> {
    await answerOf(api.DELETE('/checkout-settings/logo'));
    await queries.invalidateQueries({ queryKey: ['checkout-settings'], exact: true });
    setError(null);
    notifications.show({ message: t.removed });
  }

  return (
    <>
      {logo === null ? (
        <Text>{t.noLogo}</Text>
      ) : (
        <Group>
          <div className={classes.paper}>
            <img
              className={classes.logo}
              src={pathOf(logo.url)}
              alt={t.logoOf(name)}
              width={logo.width}
              height={logo.height}
            />
          </div>
          <Text size="sm" c="dimmed">
            {t.logoSize(logo.width, logo.height)}
          </Text>
        </Group>
      )}
      {mayWrite && (
        <>
          <Text size="sm" c="dimmed" id={`${inputId}-hint`}>
            {t.logoHint}
          </Text>
          <ProblemAlert error={error} title={t.notUploaded} />
          <Group>
            <input
              id={inputId}
              className={classes.file}
              type="file"
              accept={TYPES.join(',')}
              aria-label={logo === null ? t.upload : t.replace}
              aria-describedby={`${inputId}-hint`}
              disabled={isBusy}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                event.currentTarget.value = '';
                if (file) void upload(file);
              }}
            />
            <Button
              component="label"
              htmlFor={inputId}
              variant="default"
              aria-hidden
              data-disabled={isBusy || undefined}
            >
              {logo === null ? t.upload : t.replace}
            </Button>
            {logo !== null && (
              <ConfirmAction
                label={t.remove}
                effect={t.removeEffect}
                onConfirm={remove}
                button={{ disabled: isBusy }}
              />
            )}
            {isBusy && (
              <Group gap="xs" role="status">
                <Loader size="xs" aria-hidden />
                <Text size="sm">{t.uploading}</Text>
              </Group>
            )}
          </Group>
        </>
      )}
    </>
  );
}

/** From here, whatever address the service has for others. */
export function pathOf(url: string): string {
  return new URL(url).pathname;
}
