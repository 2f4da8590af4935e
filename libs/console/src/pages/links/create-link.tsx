import '@mantine/dates/styles.css';
import { Button, Group, Input, Modal, MultiSelect, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { linkTexts } from '../../components/links/texts.js';
import { ProblemAlert } from '../../components/problem.js';
import { generalTexts } from '../../texts/general.js';
import { dayInBogota } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { EMPTY_DRAFT, type LinkDraft, linkOf, wrongIn } from './draft.js';
import { linksTexts } from './texts.js';
import { LINK_RAILS, REFERENCE_MAX } from './values.js';

const TITLE_MAX = 120;
const DESCRIPTION_MAX = 255;
const AMOUNT_MAX = 20;
const URL_MAX = 2048;

/** What is typed stays when the dialog is closed, until the link is made. */
export function CreateLink({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTexts(linksTexts);
  const ofLink = useTexts(linkTexts);
  const general = useTexts(generalTexts);
  const { rail: railNames } = useTexts(valueTexts);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [isTried, setTried] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<LinkDraft>) => setDraft((before) => ({ ...before, ...change }));
  const wrong = wrongIn(draft);

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (wrong.size > 0) return;
    setBusy(true);
    setError(null);
    try {
      const { id, title } = await answerOf(api.POST('/payment-links', { body: linkOf(draft) }));
      notifications.show({ message: t.created(title) });
      setDraft(EMPTY_DRAFT);
      setTried(false);
      onClose();
      await navigate({ to: '/links/$id', params: { id } });
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
      // Where no answer came, it may have been made all the same: the reference keeps it from being made twice.
      void queries.invalidateQueries({ queryKey: ['payment-links'] });
    }
  }

  const money = (field: 'amount' | 'min' | 'max', label: string, other: string | false) => (
    <TextInput
      label={label}
      value={draft[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={isTried && ((wrong.has(field) && t.amountWrong) || other)}
      leftSection="$"
      inputMode="numeric"
      required
      withAsterisk={false}
      maxLength={AMOUNT_MAX}
      autoComplete="off"
      flex={1}
    />
  );

  return (
    <Modal
      opened={opened}
      onClose={isBusy ? () => undefined : onClose}
      title={t.create}
      size="lg"
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={(event) => void create(event)}>
        <Stack>
          <TextInput
            label={t.title}
            placeholder={t.titleHint}
            value={draft.title}
            onChange={(event) => set({ title: event.currentTarget.value })}
            required
            withAsterisk={false}
            maxLength={TITLE_MAX}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label={ofLink.reference}
            description={t.referenceHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={draft.reference}
            onChange={(event) => set({ reference: event.currentTarget.value })}
            error={isTried && wrong.has('reference') && t.referenceWrong}
            required
            withAsterisk={false}
            maxLength={REFERENCE_MAX}
            autoComplete="off"
            spellCheck={false}
          />
          <Input.Wrapper label={t.amountKind} labelElement="div">
            <SegmentedControl
              aria-label={t.amountKind}
              fullWidth
              value={draft.amountKind}
              onChange={(amountKind) => set({ amountKind })}
              data={[
                { value: 'fixed', label: t.fixed },
                { value: 'open', label: t.open },
              ]}
            />
          </Input.Wrapper>
          {draft.amountKind === 'fixed' ? (
            money('amount', t.amount, false)
          ) : (
            <Group align="flex-start" grow>
              {money('min', t.min, false)}
              {money('max', t.max, wrong.has('order') && t.maxWrong)}
            </Group>
          )}
          <Input.Wrapper label={t.usesKind} labelElement="div">
            <SegmentedControl
              aria-label={t.usesKind}
              fullWidth
              value={draft.usesKind}
              onChange={(usesKind) => set({ usesKind })}
              data={[
                { value: 'once', label: t.once },
                { value: 'several', label: t.several },
                { value: 'any', label: t.any },
              ]}
            />
          </Input.Wrapper>
          {draft.usesKind === 'several' && (
            <TextInput
              label={t.count}
              value={draft.count}
              onChange={(event) => set({ count: event.currentTarget.value })}
              error={isTried && wrong.has('count') && t.countWrong}
              inputMode="numeric"
              required
              withAsterisk={false}
              maxLength={9}
              autoComplete="off"
            />
          )}
          <MultiSelect
            label={t.rails}
            placeholder={draft.rails.length > 0 ? undefined : t.railsHint}
            data={LINK_RAILS.map((value) => ({ value, label: railNames[value] }))}
            value={draft.rails}
            onChange={(rails) => set({ rails: LINK_RAILS.filter((one) => rails.includes(one)) })}
            clearable
            clearButtonProps={{ 'aria-label': general.clear }}
          />
          <DateInput
            label={t.expires}
            description={t.expiresHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder={ofLink.never}
            valueFormat="YYYY-MM-DD"
            value={draft.expires}
            onChange={(expires) => set({ expires })}
            minDate={dayInBogota()}
            clearable
            clearButtonProps={{ 'aria-label': general.clear }}
          />
          <Textarea
            label={t.description}
            placeholder={t.descriptionHint}
            value={draft.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
            maxLength={DESCRIPTION_MAX}
            autosize
            maxRows={4}
          />
          <TextInput
            label={t.redirectUrl}
            placeholder={t.redirectUrlHint}
            type="url"
            value={draft.redirectUrl}
            onChange={(event) => set({ redirectUrl: event.currentTarget.value })}
            maxLength={URL_MAX}
            autoComplete="off"
          />
          <ProblemAlert error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              {general.cancel}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
