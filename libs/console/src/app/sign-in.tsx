import { Button, Center, Modal, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { answerOf, sessionApi } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { enter, type Session, sessionQuery, useSession } from '../api/session.js';
import { hasSignedIn, useIsSigningInAgain } from '../api/sign-in-again.js';
import { CodeInput } from '../components/code-input.js';
import { ProblemAlert } from '../components/problem.js';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import { appTexts } from './texts.js';

const LINK = /^#token=(.+)$/;
const SSO_PATH = '/session/oidc';
/** The service says so where it serves the page, since nobody who has not signed in can ask the API. */
const HAS_SSO = document.querySelector('meta[name=single-sign-on]')?.getAttribute('content') === 'true';

/** The page for whoever has not signed in; the address stays, so that they are there afterwards. */
export function SignInPage() {
  const t = useTexts(appTexts);
  const queries = useQueryClient();
  const linkError = useLinkOfDevelopment((session) => enter(queries, session));
  useEffect(() => {
    document.title = `${t.signIn} · Recaudo`;
  }, [t.signIn]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Stack>
          <Title order={1} size="h3">
            Recaudo
          </Title>
          {linkError && (
            <Text size="sm" c="red" role="alert">
              {t.linkFailed}
            </Text>
          )}
          <SignInForm onDone={(session) => enter(queries, session)} />
          {HAS_SSO && (
            <Button component="a" href={SSO_PATH} variant="default">
              {t.signInBySso}
            </Button>
          )}
        </Stack>
      </Paper>
    </Center>
  );
}

/** `npm start` prints a link that signs in once. Its token stands behind `#`, and so in no log; nor does it stay in the address. */
function useLinkOfDevelopment(onDone: (session: Session) => void): boolean {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const [, link] = LINK.exec(window.location.hash) ?? [];
    if (link === undefined) return;
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    // Of development alone, so the description of the API does not have it.
    const body = { link } as unknown as { email: string; password: string };
    answerOf(sessionApi.POST('/session', { body })).then(onDone, () => setFailed(true));
    // Once: it lets in once.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return failed;
}

function SignInForm({
  email: known,
  onDone,
}: {
  email?: string;
  /** What goes wrong in it is shown, too. */
  onDone: (session: Session) => void | Promise<void>;
}) {
  const t = useTexts(appTexts);
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function signIn(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const body = { email: email.trim(), password, ...(asksCode && { code }) };
      await onDone(await answerOf(sessionApi.POST('/session', { body })));
    } catch (reason) {
      if (reason instanceof ApiProblem && reason.code === 'SECOND_FACTOR_NEEDED') setAsksCode(true);
      else setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void signIn(event)}>
      <Stack>
        <TextInput
          label={t.email}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus={!known}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          readOnly={asksCode}
        />
        <PasswordInput
          label={t.password}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={!!known}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-hidden': true }}
        />
        {asksCode && <CodeInput label={t.code} description={t.codeHint} autoFocus value={code} onType={setCode} />}
        <ProblemAlert error={error} />
        <Button type="submit" loading={isBusy}>
          {t.signIn}
        </Button>
      </Stack>
    </form>
  );
}

/** Over the page, where the session ended in the middle of something: nothing on the page is lost. */
export function SignInAgainDialog() {
  const t = useTexts(appTexts);
  const { close } = useTexts(generalTexts);
  const before = useSession();
  const queries = useQueryClient();
  const opened = useIsSigningInAgain();
  const [error, setError] = useState<Error | null>(null);
  const organizationId = before.organization?.id;

  async function goOn(session: Session): Promise<void> {
    // Nothing of what the other one saw stays on the page.
    if (session.person.id !== before.person.id) return window.location.reload();
    const picked =
      organizationId !== undefined && session.organization?.id !== organizationId
        ? await answerOf(sessionApi.POST('/session/organization', { body: { organizationId } }))
        : session;
    queries.setQueryData(sessionQuery.queryKey, picked);
    setError(null);
    hasSignedIn();
  }

  // In another window the person may have signed in already.
  useEffect(() => {
    if (!opened) return undefined;
    const readSession = () =>
      void answerOf(sessionApi.GET('/session')).then(
        (session) => goOn(session).catch(setError),
        () => undefined,
      );
    window.addEventListener('focus', readSession);
    return () => window.removeEventListener('focus', readSession);
  });

  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t.signInAgain}
      closeButtonProps={{ 'aria-label': close }}
      zIndex={1000}
    >
      <Stack>
        <Text size="sm">{t.signInAgainHint}</Text>
        <ProblemAlert error={error} />
        <SignInForm email={before.person.email} onDone={goOn} />
      </Stack>
    </Modal>
  );
}
