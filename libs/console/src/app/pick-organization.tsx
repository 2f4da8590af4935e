import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { answerOf, sessionApi } from '../api/client.js';
import type { Session } from '../api/session.js';
import { ProblemAlert } from '../components/problem.js';
import { useTexts } from '../texts/texts.js';
import { valueTexts } from '../texts/values.js';
import { appTexts } from './texts.js';

/** Acts for another organization from now on. Nothing of the one before stays on the page. */
export async function pickOrganization(organizationId: string): Promise<void> {
  await answerOf(sessionApi.POST('/session/organization', { body: { organizationId } }));
  window.location.assign('/console');
}

export async function signOut(): Promise<void> {
  await sessionApi.DELETE('/session').catch(() => undefined);
  window.location.assign('/console');
}

export function PickOrganization({ session }: { session: Session }) {
  const t = useTexts(appTexts);
  const { role: roles } = useTexts(valueTexts);
  const [error, setError] = useState<Error | null>(null);
  const isNowhere = session.organizations.length === 0;
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <Stack>
          <Title order={1} size="h3">
            {isNowhere ? t.noOrganization : t.pickOrganization}
          </Title>
          {isNowhere && <Text c="dimmed">{t.noOrganizationHint}</Text>}
          {session.organizations.map(({ id, name, role }) => (
            <Button key={id} variant="default" onClick={() => void pickOrganization(id).catch(setError)}>
              {`${name} · ${roles[role]}`}
            </Button>
          ))}
          <ProblemAlert error={error} />
          <Button variant="subtle" onClick={() => void signOut()}>
            {t.signOut}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
