import {
  Alert,
  Button,
  Center,
  Code,
  Group,
  Paper,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { sessionQuery } from '../api/session.js';
import { CodeInput } from '../components/code-input.js';
import { CopyButton } from '../components/copy-button.js';
import { ProblemAlert } from '../components/problem.js';
import { QrCode } from '../components/qr-code.js';
import { useTexts } from '../texts/texts.js';
import { signOut } from './pick-organization.js';
import { appTexts } from './texts.js';

/**
 * Own second factor: key as a QR code, a code of it, then the recovery codes, once.
 * @param replaces whether there is one, of which a code is asked for first
 */
export function SetUpSecondFactor({
  isRequired = false,
  replaces = false,
}: {
  isRequired?: boolean;
  replaces?: boolean;
}) {
  const t = useTexts(appTexts);
  const queries = useQueryClient();
  const [otpauthUrl, setOtpauthUrl] = useState<string | undefined>(undefined);
  const [code, setCode] = useState('');
  const [oldCode, setOldCode] = useState('');
  const [password, setPassword] = useState('');
  const [asksPassword, setAsksPassword] = useState(false);
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function attempt(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    await work().catch(setError);
    setBusy(false);
  }
  const begin = (event: FormEvent) => {
    event.preventDefault();
    return attempt(async () => {
      const body = { ...(asksPassword && { password }), ...(replaces && { code: oldCode }) };
      try {
        setOtpauthUrl((await answerOf(api.POST('/session/second-factor', { body }))).otpauthUrl);
      } catch (reason) {
        if (!(reason instanceof ApiProblem) || reason.code !== 'SIGN_IN_NOT_RECENT') throw reason;
        setAsksPassword(true);
      }
    });
  };
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    return attempt(async () => {
      const { recoveryCodes: codes } = await answerOf(api.POST('/session/second-factor/confirm', { body: { code } }));
      setRecoveryCodes(codes);
    });
  };
  const finish = () => {
    setRecoveryCodes([]);
    setOtpauthUrl(undefined);
    setCode('');
    return queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };

  const secret = otpauthUrl === undefined ? '' : (new URL(otpauthUrl).searchParams.get('secret') ?? '');
  const steps = (
    <Stack maw={460}>
      {recoveryCodes.length > 0 ? (
        <>
          <Title order={2} size="h4">
            {t.recoveryCodes}
          </Title>
          <Alert color="orange">{t.recoveryCodesHint}</Alert>
          <SimpleGrid cols={2} spacing="xs">
            {recoveryCodes.map((one) => (
              <Code key={one}>{one}</Code>
            ))}
          </SimpleGrid>
          <Group>
            <CopyButton value={recoveryCodes.join('\n')} what={t.recoveryCodes} />
            <Button onClick={() => void finish()}>{t.recoveryCodesKept}</Button>
          </Group>
        </>
      ) : otpauthUrl === undefined ? (
        <form onSubmit={(event) => void begin(event)}>
          <Stack>
            <Text>{isRequired ? t.secondFactorRequired : t.secondFactorHint}</Text>
            {replaces && <CodeInput label={t.codeOfOld} description={t.codeHint} value={oldCode} onType={setOldCode} />}
            {asksPassword && (
              <PasswordInput
                label={t.password}
                description={t.passwordAgain}
                autoComplete="current-password"
                required
                withAsterisk={false}
                autoFocus
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ 'aria-hidden': true }}
              />
            )}
            <ProblemAlert error={error} />
            <Button type="submit" loading={isBusy}>
              {replaces ? t.replace : t.setUp}
            </Button>
          </Stack>
        </form>
      ) : (
        <form onSubmit={(event) => void confirm(event)}>
          <Stack>
            <Text>{t.scan}</Text>
            <QrCode text={otpauthUrl} label={t.scan} />
            <Group gap="xs">
              <Text size="sm">{t.orType}</Text>
              <Code>{secret}</Code>
              <CopyButton value={secret} what={t.orType} />
            </Group>
            <CodeInput label={t.thenCode} digitsOnly autoFocus value={code} onType={setCode} />
            <ProblemAlert error={error} />
            <Button type="submit" loading={isBusy}>
              {t.setUp}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
  if (!isRequired) return steps;
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl">
        <Stack>
          <Title order={1} size="h3">
            {t.secondFactor}
          </Title>
          {steps}
          <Button variant="subtle" onClick={() => void signOut()}>
            {t.signOut}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
