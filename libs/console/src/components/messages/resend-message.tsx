import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useTexts } from '../../texts/texts.js';
import { ConfirmAction, type ConfirmActionProps } from '../confirm-action.js';
import { useTargetOf } from './message-target.js';
import { messageTexts } from './texts.js';

export function ResendMessage({
  message,
  button,
}: {
  message: Pick<Schemas['NotificationSchema'], 'id' | 'url' | 'endpointId'>;
  button?: ConfirmActionProps['button'];
}) {
  const t = useTexts(messageTexts);
  const targetOf = useTargetOf();
  const queries = useQueryClient();
  const { id } = message;
  return (
    <ConfirmAction
      label={t.resend}
      effect={t.resendEffect(targetOf(message))}
      button={button}
      onConfirm={async () => {
        await answerOf(api.POST('/notifications/{id}/resend', { params: { path: { id } } }));
        notifications.show({ message: t.resent });
        void queries.invalidateQueries({ queryKey: ['notifications'] });
      }}
    />
  );
}
