import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { useShortcuts } from '../../components/shortcuts.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { overviewTexts } from './texts.js';

/** Whoever has a customer on the telephone begins here. The text goes with the history and is in no address. */
export function FindPayin() {
  const t = useTexts(overviewTexts);
  const { searchHint, focusSearch } = useTexts(generalTexts);
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', what: focusSearch, run: () => box.current?.focus() }]);
  return (
    <form
      role="search"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void navigate({ to: '/payins', state: (before) => ({ ...before, text: box.current?.value.trim() ?? '' }) });
      }}
    >
      <TextInput
        ref={box}
        type="search"
        label={t.find}
        placeholder={searchHint}
        leftSection={<IconSearch size={16} aria-hidden />}
        maxLength={255}
        maw={620}
      />
    </form>
  );
}
