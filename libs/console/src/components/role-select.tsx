import { Select, type SelectProps, Stack, Text } from '@mantine/core';
import { mayGive, ROLES } from '../api/roles.js';
import { type Role, useSession } from '../api/session.js';
import { roleTexts } from '../texts/roles.js';
import { useTexts } from '../texts/texts.js';
import { valueTexts } from '../texts/values.js';

/** Of the roles that the person may give; each says what it may do. */
export function RoleSelect({
  value,
  onChange,
  ...props
}: Pick<SelectProps, 'label'> & { 'data-autofocus'?: boolean; value: Role; onChange: (role: Role) => void }) {
  const { organization, scopes } = useSession();
  const names = useTexts(valueTexts).role;
  const hints = useTexts(roleTexts);
  const own = { role: organization?.role, scopes };
  return (
    <Select
      {...props}
      data={ROLES.filter((role) => mayGive(role, own)).map((role) => ({ value: role, label: names[role] }))}
      value={value}
      onChange={(role) => role && onChange(role)}
      allowDeselect={false}
      required
      withAsterisk={false}
      description={hints[value]}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm" fw={500}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {hints[option.value]}
          </Text>
        </Stack>
      )}
    />
  );
}
