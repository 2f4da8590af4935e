import { MultiSelect, Stack, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { ConfirmDialog } from '../../components/confirm-action.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { notificationsTexts } from './texts.js';
import { EVENT_TYPES, type EventType } from './values.js';

type Endpoint = Schemas['WebhookEndpointSchema'];
const DESCRIPTION_MAX = 255;

interface Draft {
  url: string;
  description: string;
  eventTypes: EventType[];
  includePersonalData: boolean;
}

function draftOf(endpoint: Endpoint | undefined): Draft {
  return {
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    eventTypes: endpoint?.eventTypes ?? [],
    includePersonalData: endpoint?.includePersonalData ?? false,
  };
}

/** A new endpoint, or the change of one. What is typed stays while the page does. */
export function EndpointForm({
  endpoint,
  opened,
  onClose,
  onSecret,
}: {
  endpoint?: Endpoint;
  opened: boolean;
  onClose: () => void;
  onSecret: (secret: string) => void;
}) {
  const t = useTexts(notificationsTexts);
  const general = useTexts(generalTexts);
  const { event } = useTexts(valueTexts);
  const queries = useQueryClient();
  // Undefined until something is typed: until then it is as the endpoint is.
  const [typed, setTyped] = useState<Draft | undefined>(undefined);
  const [isWrong, setWrong] = useState(false);
  const draft = typed ?? draftOf(endpoint);
  const change = (fields: Partial<Draft>) => setTyped({ ...draft, ...fields });

  async function save(): Promise<void> {
    const body = {
      url: draft.url.trim(),
      description: draft.description.trim() === '' ? null : draft.description.trim(),
      eventTypes: draft.eventTypes.length === 0 ? null : draft.eventTypes,
      includePersonalData: draft.includePersonalData,
    };
    if (endpoint) {
      await answerOf(api.PATCH('/webhook-endpoints/{id}', { params: { path: { id: endpoint.id } }, body }));
      notifications.show({ message: t.saved });
    } else {
      const { secret } = await answerOf(api.POST('/webhook-endpoints', { body }));
      onSecret(secret);
    }
    setTyped(undefined);
    void queries.invalidateQueries({ queryKey: ['webhook-endpoints'] });
  }

  return (
    <ConfirmDialog
      label={endpoint ? general.save : t.create}
      title={endpoint ? t.editTitle : t.create}
      effect={endpoint ? t.editEffect : t.createEffect}
      opened={opened}
      onClose={onClose}
      isComplete={() => {
        const isRight = isAddress(draft.url.trim());
        setWrong(!isRight);
        return isRight;
      }}
      onConfirm={save}
    >
      <Stack gap="sm">
        <TextInput
          label={t.url}
          description={t.urlHint}
          inputMode="url"
          value={draft.url}
          onChange={(typing) => {
            setWrong(false);
            change({ url: typing.currentTarget.value });
          }}
          error={isWrong && t.badUrl}
          withAsterisk
          data-autofocus
        />
        <TextInput
          label={t.description}
          value={draft.description}
          onChange={(typing) => change({ description: typing.currentTarget.value })}
          maxLength={DESCRIPTION_MAX}
        />
        <MultiSelect
          label={t.events}
          description={t.eventsHint}
          data={EVENT_TYPES.map((value) => ({ value, label: event[value] }))}
          value={draft.eventTypes}
          onChange={(values) => change({ eventTypes: EVENT_TYPES.filter((type) => values.includes(type)) })}
          placeholder={draft.eventTypes.length === 0 ? t.allEvents : undefined}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': general.clear }}
        />
        <Switch
          label={t.personalData}
          description={t.personalDataHint}
          checked={draft.includePersonalData}
          onChange={(switching) => change({ includePersonalData: switching.currentTarget.checked })}
        />
      </Stack>
    </ConfirmDialog>
  );
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol);
}
