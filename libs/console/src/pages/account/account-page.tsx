import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSession } from '../../api/session.js';
import { SetUpSecondFactor } from '../../app/second-factor.js';
import { appTexts } from '../../app/texts.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';

export function AccountPage() {
  const t = useTexts(appTexts);
  const { role: roles } = useTexts(valueTexts);
  const { person, organization, endsAt } = useSession();
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [t.name, person.name],
    [t.email, person.email],
    [t.organization, organization?.name],
    [t.role, organization && roles[organization.role]],
    [t.sessionEnds, <Moment key="ends" at={endsAt} />],
  ];
  return (
    <Page title={t.pages.account}>
      <Table maw={560} variant="vertical">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Paper withBorder p="md" maw={560}>
        <Stack>
          <Title order={2} size="h4">
            {t.secondFactor}
          </Title>
          <Text>{person.secondFactor ? t.secondFactorIsSet : t.secondFactorIsNotSet}</Text>
          <SetUpSecondFactor replaces={person.secondFactor} />
        </Stack>
      </Paper>
    </Page>
  );
}
