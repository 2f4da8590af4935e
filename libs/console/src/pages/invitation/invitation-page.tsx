import { Alert, Anchor, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { answerOf, sessionApi } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { enter, sessionQuery } from '../../api/session.js';
import { ProblemAlert } from '../../components/problem.js';
import { useTexts } from '../../texts/texts.js';
import { invitationTexts } from './texts.js';

const PASSWORD_LENGTH_MIN = 12;
const route = getRouteApi('/invitations/$token');

export function InvitationPage() {
  const t = useTexts(invitationTexts);
  const { token } = route.useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    document.title = `${t.title} · Recaudo`;
  }, [t.title]);

  /** Their account is known by now; where it needs a second factor, the page for signing in asks for that. */
  async function signIn(email: string): Promise<void> {
    try {
      enter(queries, await answerOf(sessionApi.POST('/session', { body: { email, password } })));
      await navigate({ to: '/', replace: true });
    } catch {
      setDone(true);
    }
  }

  async function accept(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const body = { name: name.trim(), password };
      const { email } = await answerOf(
        sessionApi.POST('/invitations/{token}/accept', { params: { path: { token } }, body }),
      );
      await signIn(email);
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  const code = error instanceof ApiProblem ? error.code : undefined;
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <Stack>
          <Title order={1} size="h3">
            {isDone ? t.done : t.title}
          </Title>
          {isDone ? (
            <>
              <Text>{t.doneHint}</Text>
              <Button component={Link} to="/" replace>
                {t.toSignIn}
              </Button>
            </>
          ) : (
            <form onSubmit={(event) => void accept(event)}>
              <Stack>
                <Text size="sm" c="dimmed">
                  {t.hint}
                </Text>
                {session && (
                  <Alert color="orange" role="note">
                    {t.signedInAs(session.person.name)}
                  </Alert>
                )}
                <TextInput
                  label={t.name}
                  autoComplete="name"
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  required
                  withAsterisk={false}
                  maxLength={120}
                  autoFocus
                />
                <PasswordInput
                  label={t.password}
                  description={t.passwordHint}
                  autoComplete="new-password"
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                  required
                  withAsterisk={false}
                  minLength={PASSWORD_LENGTH_MIN}
                  maxLength={256}
                  visibilityToggleButtonProps={{ 'aria-hidden': true }}
                />
                {code === 'NOT_FOUND' ? (
                  <Alert color="red" role="alert" title={t.gone}>
                    {t.goneHint}
                  </Alert>
                ) : code === 'SIGN_IN_FAILED' ? (
                  <Alert color="orange" role="alert" title={t.known}>
                    {t.knownHint}
                  </Alert>
                ) : (
                  <ProblemAlert error={error} />
                )}
                <Button type="submit" loading={isBusy}>
                  {t.accept}
                </Button>
                <Anchor component={Link} to="/" size="sm" ta="center">
                  {t.toSignIn}
                </Anchor>
              </Stack>
            </form>
          )}
        </Stack>
      </Paper>
    </Center>
  );
}
