import { Alert, Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import { ProblemAlert } from './problem.js';

export interface ConfirmActionProps {
  /** Of the button, and of the dialog's own. */
  label: string;
  /** Of the dialog, where it says more than the button. */
  title?: string;
  /** What will happen, in a sentence. */
  effect: ReactNode;
  /** What nobody can undo afterwards; undefined where all of it can be. */
  irreversible?: ReactNode;
  /** More to fill in. */
  children?: ReactNode;
  /** Whether what was filled in is complete; where it is not, the fields say so. */
  isComplete?: () => boolean;
  confirmLabel?: string;
  /** The dialog stays open, and what was typed stays, where it fails. */
  onConfirm: () => Promise<unknown>;
  button?: Pick<ButtonProps, 'variant' | 'color' | 'size' | 'leftSection' | 'disabled'>;
}

/** A button that says what it will do before it does it. */
export function ConfirmAction(props: ConfirmActionProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...props.button} onClick={open}>
        {props.label}
      </Button>
      <ConfirmDialog {...props} opened={opened} onClose={close} />
    </>
  );
}

/** The dialog alone, where something else opens it: a key, an item of a menu. */
export function ConfirmDialog({
  label,
  title = label,
  effect,
  irreversible,
  children,
  isComplete = () => true,
  confirmLabel,
  onConfirm,
  opened,
  onClose,
}: Omit<ConfirmActionProps, 'button'> & { opened: boolean; onClose: () => void }) {
  const t = useTexts(generalTexts);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  async function confirm(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isComplete()) return;
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  function close(): void {
    if (isBusy) return;
    setError(null);
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t.close }}>
      <form onSubmit={(event) => void confirm(event)}>
        <Stack gap="md">
          <div>
            <Text fw={600} size="sm">
              {t.willHappen}
            </Text>
            <Text size="sm" component="div">
              {effect}
            </Text>
          </div>
          {irreversible !== undefined && (
            <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={t.cannotUndo}>
              {irreversible}
            </Alert>
          )}
          {children}
          <ProblemAlert error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} disabled={isBusy}>
              {t.cancel}
            </Button>
            <Button
              type="submit"
              loading={isBusy}
              color={irreversible === undefined ? undefined : 'red'}
              data-autofocus
            >
              {confirmLabel ?? label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
