import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, type FormEvent, type SetStateAction, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { ProblemAlert } from '../../components/problem.js';
import { generalTexts } from '../../texts/general.js';
import { useLanguage } from '../../texts/language.js';
import { useTexts } from '../../texts/texts.js';
import classes from './checkout.module.css';
import { changesOf, type Contrast, type Draft, type Field, isColor } from './draft.js';
import { checkoutTexts } from './texts.js';

const NAME_MAX = 60;

export function SettingsForm({
  draft,
  typed,
  setTyped,
  contrast,
  mayWrite,
}: {
  draft: Draft;
  typed: Partial<Draft>;
  setTyped: Dispatch<SetStateAction<Partial<Draft>>>;
  contrast: Contrast;
  mayWrite: boolean;
}) {
  const t = useTexts(checkoutTexts);
  const general = useTexts(generalTexts);
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const isChanged = Object.keys(typed).length > 0;
  const refused = error instanceof ApiProblem ? error.fields.map(({ field }) => field) : [];
  const isAtFields = refused.length > 0 && refused.every((field) => field in t.wrong);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const saved = await answerOf(api.PATCH('/checkout-settings', { body: changesOf(typed) }));
      queries.setQueryData(['checkout-settings'], saved);
      setTyped({});
      notifications.show({ message: t.saved });
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  const field = (name: Field) => ({
    value: draft[name],
    error: refused.includes(name) && t.wrong[name],
    onChange: (typing: { currentTarget: { value: string } }) => {
      const { value } = typing.currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
  });

  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <fieldset disabled={!mayWrite} className={classes.fields}>
        <Stack gap="lg">
          <Stack gap="sm">
            <Title order={2} size="h4">
              {t.brand}
            </Title>
            <TextInput
              label={t.displayName}
              description={t.displayNameHint}
              maxLength={NAME_MAX}
              {...field('displayName')}
            />
            <TextInput
              label={t.color}
              description={t.colorHint}
              placeholder={contrast.color}
              rightSection={
                <input
                  type="color"
                  className={classes.color}
                  aria-label={t.pickColor}
                  value={isColor(draft.color) ? draft.color.toLowerCase() : contrast.color}
                  onChange={field('color').onChange}
                />
              }
              {...field('color')}
            />
            <ContrastNote contrast={contrast} />
            <NativeSelect
              label={t.language}
              description={t.languageHint}
              data={(['es', 'en'] as const).map((value) => ({ value, label: t.languages[value] }))}
              {...field('language')}
            />
          </Stack>
          <Stack gap="sm">
            <div>
              <Title order={2} size="h4">
                {t.support}
              </Title>
              <Text size="sm" c="dimmed">
                {t.supportHint}
              </Text>
            </div>
            <TextInput label={t.supportEmail} type="email" {...field('supportEmail')} />
            <TextInput label={t.supportPhone} description={t.supportPhoneHint} type="tel" {...field('supportPhone')} />
            <TextInput label={t.supportUrl} placeholder="https://" inputMode="url" {...field('supportUrl')} />
          </Stack>
          <Stack gap="sm">
            <Title order={2} size="h4">
              {t.frames}
            </Title>
            <Textarea
              label={t.frameOrigins}
              description={t.frameOriginsHint}
              autosize
              minRows={2}
              spellCheck={false}
              {...field('frameOrigins')}
            />
          </Stack>
          {!isAtFields && <ProblemAlert error={error} />}
          {mayWrite && (
            <Group justify="flex-end">
              {isChanged && (
                <Button
                  variant="default"
                  disabled={isBusy}
                  onClick={() => {
                    setTyped({});
                    setError(null);
                  }}
                >
                  {t.discard}
                </Button>
              )}
              <Button type="submit" loading={isBusy} disabled={!isChanged}>
                {general.save}
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

/** In words, whether what is drawn in the colour can be read. */
function ContrastNote({ contrast }: { contrast: Contrast }) {
  const t = useTexts(checkoutTexts);
  const language = useLanguage();
  const ratio = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 2 });
  const { color, linkColor, pageContrast, textContrast } = contrast;
  return (
    <div aria-live="polite">
      <Text size="sm">{t.contrastOnColor(ratio(textContrast))}</Text>
      <Text size="sm" fw={linkColor === color ? undefined : 600}>
        {linkColor === color ? t.contrastOnPage(ratio(pageContrast)) : t.darkened(ratio(pageContrast), linkColor)}
      </Text>
    </div>
  );
}
