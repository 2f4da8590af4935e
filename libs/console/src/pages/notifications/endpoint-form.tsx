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

/** As the API takes them. */
function fieldsOf({ url, description, eventTypes, includePersonalData }: Partial<Draft>) {
  return {
    ...(url !== undefined && { url: url.trim() }),
    ...(description !== undefined && { description: description.trim() === '' ? null : description.trim() }),
    ...(eventTypes && { eventTypes: eventTypes.length === 0 ? null : eventTypes }),
    ...(includePersonalData !== undefined && { includePersonalData }),
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
  // What is not typed is as the endpoint is, also when somebody else changes it meanwhile.
  const [typed, setTyped] = useState<Partial<Draft>>({});
  const [isWrong, setWrong] = useState(false);
  const draft = { ...draftOf(endpoint), ...typed };
  const change = (fields: Partial<Draft>) => setTyped((before) => ({ ...before, ...fields }));

  async function save(): Promise<void> {
    if (endpoint) {
      const params = { path: { id: endpoint.id } };
      await answerOf(api.PATCH('/webhook-endpoints/{id}', { params, body: fieldsOf(typed) }));
      notifications.show({ message: t.saved });
    } else {
      const body = { ...fieldsOf(typed), url: draft.url.trim() };
      const { secret } = await answerOf(api.POST('/webhook-endpoints', { body }));
      onSecret(secret);
    }
    setTyped({});
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
