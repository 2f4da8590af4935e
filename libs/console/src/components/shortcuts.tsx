import { Kbd, Modal, Table } from '@mantine/core';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';

interface Shortcut {
  /** `j`, `Enter`, `/`, or two after each other: `g p`. */
  keys: string;
  what: string;
  run: () => void;
}

const SECOND_KEY_MS = 1_000;
const sets = new Set<{ readonly current: readonly Shortcut[] }>();
let version = 0;
const listeners = new Set<() => void>();
let first: { key: string; at: number } | undefined;

function changed(): void {
  version += 1;
  for (const listener of listeners) listener();
}

/** Keys are for typing where something is typed, and for the dialog where one is open. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.closest('[role=dialog]') !== null)
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
  if (document.querySelector('[role=dialog]') !== null) return;
  const before = first && event.timeStamp - first.at < SECOND_KEY_MS ? `${first.key} ` : '';
  const all = [...sets].toReversed().flatMap(({ current }) => current);
  const found = all.find(({ keys }) => keys === before + event.key) ?? all.find(({ keys }) => keys === event.key);
  first = found ? undefined : { key: event.key, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  found.run();
}

/** Keys that work while this is shown. Those of a page win over those of the frame around it. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    sets.add(latest);
    changed();
    return () => {
      sets.delete(latest);
      changed();
    };
  }, []);
}

/** What each key does: where two have the same one, the page's. */
function active(): Map<string, string> {
  return new Map([...sets].flatMap(({ current }) => current.map(({ keys, what }) => [keys, what] as const)));
}

/** What `?` shows. Stands once, in the frame. */
export function ShortcutHelp() {
  const t = useTexts(generalTexts);
  const [opened, setOpened] = useState(false);
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => version,
  );
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  useShortcuts([{ keys: '?', what: t.shortcuts, run: () => setOpened(true) }]);
  return (
    <Modal
      opened={opened}
      onClose={() => setOpened(false)}
      title={t.shortcuts}
      closeButtonProps={{ 'aria-label': t.close }}
    >
      <Table>
        <Table.Tbody>
          {[...active()].map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
