import { ActionIcon, CopyButton as Copying, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';

/** @param what names the value to those who do not see it: `Copiar la referencia` */
export function CopyButton({ value, what }: { value: string; what?: string }) {
  const t = useTexts(generalTexts);
  return (
    <Copying value={value} timeout={2_000}>
      {({ copied, copy }) => {
        const label = copied ? t.copied : what ? `${t.copy}: ${what}` : t.copy;
        return (
          <Tooltip label={label}>
            <ActionIcon variant="subtle" color={copied ? 'teal' : 'gray'} size="sm" onClick={copy} aria-label={label}>
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        );
      }}
    </Copying>
  );
}
