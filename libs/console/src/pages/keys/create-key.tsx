import '@mantine/dates/styles.css';
import {
  Button,
  Checkbox,
  Group,
  Input,
  Modal,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { type Role, type Scope, useSession } from '../../api/session.js';
import { ProblemAlert } from '../../components/problem.js';
import { RoleSelect } from '../../components/role-select.js';
import { generalTexts } from '../../texts/general.js';
import { dayInBogota } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { ACTIONS, RESOURCES, scopeOf } from './scopes.js';
import { keysTexts } from './texts.js';

type ApiKeyWithKey = Schemas['ApiKeyWithKeySchema'];

const NAME_LENGTH_MAX = 120;
const MS_PER_DAY = 86_400_000;
const DAYS = [30, 90, 365] as const;
const EMPTY = {
  name: '',
  by: 'role' as 'role' | 'scopes',
  role: 'viewer' as Role,
  scopes: [] as readonly Scope[],
  expires: null as string | null,
  networks: '',
};

/** What is typed stays when the dialog is closed, until the key is made. */
export function CreateKey({
  opened,
  onClose,
  onCreated,
}: {
  opened: boolean;
  onClose: () => void;
  onCreated: (key: ApiKeyWithKey) => void;
}) {
  const t = useTexts(keysTexts);
  const general = useTexts(generalTexts);
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<typeof EMPTY>) => setForm((before) => ({ ...before, ...change }));

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const networks = form.networks.split(/[\s,;]+/).filter((one) => one !== '');
    try {
      onCreated(
        await answerOf(
          api.POST('/api-keys', {
            body: {
              name: form.name.trim(),
              ...(form.by === 'role' ? { role: form.role } : { scopes: [...form.scopes] }),
              ...(form.expires !== null && { expiresAt: form.expires }),
              ...(networks.length > 0 && { allowedNetworks: networks }),
            },
          }),
        ),
      );
      setForm(EMPTY);
      onClose();
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
      // Where no answer came, a key may have been made all the same.
      void queries.invalidateQueries({ queryKey: ['api-keys'] });
    }
  }

  const isOfNetworks =
    error instanceof ApiProblem &&
    error.fields.length > 0 &&
    error.fields.every(({ field }) => field.startsWith('allowedNetworks'));
  const lacksScopes = form.by === 'scopes' && form.scopes.length === 0;
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
            label={t.name}
            placeholder={t.nameHint}
            value={form.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            required
            withAsterisk={false}
            maxLength={NAME_LENGTH_MAX}
            autoComplete="off"
            data-autofocus
          />
          <Input.Wrapper label={t.by} labelElement="div">
            <SegmentedControl
              aria-label={t.by}
              fullWidth
              value={form.by}
              onChange={(by) => set({ by })}
              data={[
                { value: 'role', label: t.byRole },
                { value: 'scopes', label: t.byScopes },
              ]}
            />
          </Input.Wrapper>
          {form.by === 'role' ? (
            <RoleSelect label={t.role} value={form.role} onChange={(role) => set({ role })} />
          ) : (
            <ScopeTable value={form.scopes} onChange={(scopes) => set({ scopes })} />
          )}
          <DateInput
            label={t.expires}
            description={t.expiresHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder={t.never}
            valueFormat="YYYY-MM-DD"
            value={form.expires}
            onChange={(expires) => set({ expires })}
            minDate={dayInBogota()}
            clearable
            clearButtonProps={{ 'aria-label': general.clear }}
          />
          <Group gap="xs" mt={-8}>
            {DAYS.map((days) => (
              <Button
                key={days}
                size="compact-xs"
                variant="default"
                onClick={() => set({ expires: dayInBogota(new Date(Date.now() + days * MS_PER_DAY)) })}
              >
                {t.inDays(days)}
              </Button>
            ))}
            <Button size="compact-xs" variant="default" onClick={() => set({ expires: null })}>
              {t.never}
            </Button>
          </Group>
          <Textarea
            label={t.networksLabel}
            description={t.networksHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={form.networks}
            onChange={(event) => set({ networks: event.currentTarget.value })}
            error={isOfNetworks && t.networksWrong}
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
          />
          {!isOfNetworks && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            {lacksScopes && (
              <Text size="sm" c="dimmed" flex={1}>
                {t.pickScopes}
              </Text>
            )}
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              {general.cancel}
            </Button>
            <Button type="submit" loading={isBusy} disabled={lacksScopes}>
              {t.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Of what the person has: nobody gives what they do not have. */
function ScopeTable({ value, onChange }: { value: readonly Scope[]; onChange: (scopes: readonly Scope[]) => void }) {
  const t = useTexts(keysTexts);
  const { scopes: own } = useSession();
  const rows = RESOURCES.filter((resource) => ACTIONS.some((action) => scopeOf(resource, action, own)));
  return (
    <Table aria-label={t.byScopes} verticalSpacing={6} horizontalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.resource}</Table.Th>
          {ACTIONS.map((action) => (
            <Table.Th key={action}>{t.action[action]}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((resource) => (
          <Table.Tr key={resource}>
            <Table.Th scope="row" fw={400}>
              {t.resources[resource]}
            </Table.Th>
            {ACTIONS.map((action) => {
              const scope = scopeOf(resource, action, own);
              return (
                <Table.Td key={action}>
                  {scope && (
                    <Checkbox
                      aria-label={`${t.resources[resource]}: ${t.action[action]}`}
                      title={scope}
                      checked={value.includes(scope)}
                      onChange={({ currentTarget: { checked } }) =>
                        onChange(checked ? [...value, scope] : value.filter((one) => one !== scope))
                      }
                    />
                  )}
                </Table.Td>
              );
            })}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
