import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconMoon, IconSun, IconDeviceDesktop, IconUserCircle } from '@tabler/icons-react';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useMay, useSession } from '../api/session.js';
import { ProblemAlert } from '../components/problem.js';
import { ShortcutHelp, useShortcuts } from '../components/shortcuts.js';
import { type Language, LANGUAGES, setLanguage, useLanguage } from '../texts/language.js';
import { useTexts } from '../texts/texts.js';
import { NAVIGATION } from './navigation.js';
import { pickOrganization, signOut } from './pick-organization.js';
import classes from './shell.module.css';
import { SignInAgainDialog } from './sign-in.js';
import { appTexts } from './texts.js';

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;

/** The frame: menu, account, language, theme. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTexts(appTexts);
  const may = useMay();
  const [opened, { toggle, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const pages = NAVIGATION.filter(({ scope }) => may(scope));
  useEffect(close, [pathname, close]);
  useShortcuts(
    pages.map(({ keys, to, name }) => ({ keys, what: t.goTo(t.pages[name]), run: () => void navigate({ to }) })),
  );

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        {t.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? t.closeMenu : t.openMenu}
            />
            <Text component={Link} to="/" fw={700} className={classes.brand}>
              Recaudo
            </Text>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t.navigation}>
        <AppShell.Section grow component={ScrollArea}>
          {pages.map(({ to, name, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t.pages[name]}
              leftSection={<Icon size={18} aria-hidden />}
              active={to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)}
              className={classes.nav}
            />
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
      <SignInAgainDialog />
      <ShortcutHelp />
    </AppShell>
  );
}

/** The menu has gone by then. */
function showProblem(error: Error): void {
  notifications.show({ color: 'red', message: <ProblemAlert error={error} />, autoClose: false });
}

function AccountMenu() {
  const t = useTexts(appTexts);
  const { person, organization, organizations } = useSession();
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const check = <IconCheck size={14} aria-hidden />;
  return (
    <Group gap="xs" wrap="nowrap" className={classes.account}>
      <Text size="sm" c="dimmed" truncate>
        {organization?.name}
      </Text>
      <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t.account}>
            <IconUserCircle aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah="80vh" className={classes.menu}>
          <Menu.Label>{person.name}</Menu.Label>
          <Menu.Item component={Link} to="/account">
            {t.pages.account}
          </Menu.Item>
          {organizations.length > 1 && (
            <>
              <Menu.Label>{t.organization}</Menu.Label>
              {organizations.map(({ id, name }) => (
                <Menu.Item
                  key={id}
                  onClick={() => void pickOrganization(id).catch(showProblem)}
                  rightSection={id === organization?.id && check}
                >
                  {name}
                </Menu.Item>
              ))}
            </>
          )}
          <Menu.Label>{t.language}</Menu.Label>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <Menu.Item
              key={code}
              lang={code}
              onClick={() => setLanguage(code as Language)}
              rightSection={code === language && check}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {Object.entries(SCHEMES).map(([scheme, Icon]) => (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={14} aria-hidden />}
              onClick={() => setColorScheme(scheme as keyof typeof SCHEMES)}
              rightSection={scheme === colorScheme && check}
            >
              {t.theme[scheme as keyof typeof SCHEMES]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => void signOut()}>{t.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
