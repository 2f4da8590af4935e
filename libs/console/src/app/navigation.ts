import {
  IconArrowsExchange,
  IconBell,
  IconBuildingBank,
  IconCalendarStats,
  IconCoins,
  IconFileSpreadsheet,
  IconHistory,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconLink,
  IconPalette,
  IconUsers,
} from '@tabler/icons-react';
import type { Scope } from '../api/session.js';

/** The pages of the menu, each for whoever has its scope. `keys`: what goes there from anywhere. */
export const NAVIGATION = [
  { to: '/', name: 'overview', scope: 'payins:read', icon: IconLayoutDashboard, keys: 'g o' },
  { to: '/payins', name: 'payins', scope: 'payins:read', icon: IconCoins, keys: 'g p' },
  { to: '/links', name: 'links', scope: 'links:read', icon: IconLink, keys: 'g l' },
  { to: '/discrepancies', name: 'discrepancies', scope: 'discrepancies:read', icon: IconArrowsExchange, keys: 'g d' },
  { to: '/statements', name: 'statements', scope: 'statements:read', icon: IconFileSpreadsheet, keys: 'g s' },
  { to: '/reports', name: 'reports', scope: 'ledger:read', icon: IconCalendarStats, keys: 'g r' },
  { to: '/notifications', name: 'notifications', scope: 'notifications:read', icon: IconBell, keys: 'g n' },
  { to: '/inbox', name: 'inbox', scope: 'inbox:read', icon: IconInbox, keys: 'g i' },
  { to: '/providers', name: 'providers', scope: 'payins:read', icon: IconBuildingBank, keys: 'g v' },
  { to: '/checkout', name: 'checkout', scope: 'links:read', icon: IconPalette, keys: 'g c' },
  { to: '/people', name: 'people', scope: 'people:read', icon: IconUsers, keys: 'g e' },
  { to: '/keys', name: 'keys', scope: 'keys:read', icon: IconKey, keys: 'g k' },
  { to: '/audit', name: 'audit', scope: 'audit:read', icon: IconHistory, keys: 'g a' },
] as const satisfies readonly { to: string; name: string; scope: Scope; icon: unknown; keys: string }[];
