import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createRootRoute, type ErrorComponentProps, Link, Outlet, useMatches } from '@tanstack/react-router';
import { sessionQuery, type Scope } from '../api/session.js';
import { Failed, Forbidden } from '../components/states.js';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import { PickOrganization } from './pick-organization.js';
import { SetUpSecondFactor } from './second-factor.js';
import { Shell } from './shell.js';
import { SignInPage } from './sign-in.js';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What a person must be allowed to see the page; nothing where it is their own account. */
    scope?: Scope;
    /** Shown to whoever has not signed in, too, and without the frame. */
    isPublic?: boolean;
  }
}

/** Every page stands within the frame, for those who have signed in. */
export const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
});

function Root() {
  const { data: session, error, refetch, isLoading } = useQuery(sessionQuery);
  const isPublic = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.isPublic) });
  if (isPublic) return <Outlet />;
  if (isLoading)
    return (
      <Center mih="100vh">
        <Loader />
      </Center>
    );
  if (session === undefined)
    return (
      <Center mih="100vh" p="md">
        {error && <Failed error={error} onRetry={() => void refetch()} />}
      </Center>
    );
  if (session === null) return <SignInPage />;
  if (session.secondFactorRequired) return <SetUpSecondFactor isRequired />;
  if (!session.organization) return <PickOrganization session={session} />;
  return (
    <Shell>
      <Permitted />
    </Shell>
  );
}

/** The page, for whoever may see it. */
function Permitted() {
  const { data: session } = useQuery(sessionQuery);
  const scope = useMatches({ select: (matches) => matches.at(-1)?.staticData.scope });
  if (scope && !session?.scopes.includes(scope)) return <Forbidden scope={scope} />;
  return <Outlet />;
}

function NotFound() {
  const t = useTexts(generalTexts);
  return (
    <Center mih={240}>
      <Stack align="center">
        <Title order={1} size="h3">
          {t.notFound}
        </Title>
        <Button component={Link} to="/">
          {t.toStart}
        </Button>
      </Stack>
    </Center>
  );
}

/** In the place of a page; the frame around it stays. */
export function PageFailed({ error }: ErrorComponentProps) {
  const t = useTexts(generalTexts);
  return (
    <Stack p="md" maw={560} role="alert">
      <Title order={1} size="h3">
        {t.pageFailed}
      </Title>
      <Text>{t.newVersion}</Text>
      <Text c="dimmed" size="sm">
        {error instanceof Error ? error.message : String(error)}
      </Text>
      <Button variant="default" onClick={() => window.location.reload()}>
        {t.reload}
      </Button>
    </Stack>
  );
}
