import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { generalTexts } from '../texts/general.js';
import { shownOnceTexts } from '../texts/shown-once.js';
import { useTexts } from '../texts/texts.js';
import classes from './shown-once.module.css';

/** A secret that the API answers once. It closes by its button alone, so that no slip of a key loses it. */
export function ShownOnce({
  value,
  title,
  hint,
  onClose,
}: {
  /** undefined: there is nothing to show. */
  value: string | undefined;
  title: string;
  hint: ReactNode;
  onClose: () => void;
}) {
  const t = useTexts(shownOnceTexts);
  const general = useTexts(generalTexts);
  return (
    <Modal
      opened={value !== undefined}
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {t.shownOnce}
        </Alert>
        <Code block fz="sm" className={classes.value}>
          {value}
        </Code>
        <Text size="sm" c="dimmed" component="div">
          {hint}
        </Text>
        <Group justify="flex-end">
          <CopyButton value={value ?? ''} timeout={2_000}>
            {({ copied, copy }) => (
              <Button
                onClick={copy}
                data-autofocus
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              >
                <span aria-live="polite">{copied ? general.copied : general.copy}</span>
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {t.kept}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
