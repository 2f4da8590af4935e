import { Alert, Button, Group, List, Text } from '@mantine/core';
import { ApiProblem, NotReached } from '../api/problem.js';
import { generalTexts } from '../texts/general.js';
import { problemTexts } from '../texts/problems.js';
import { useTexts } from '../texts/texts.js';
import { CopyButton } from './copy-button.js';

/** What went wrong in plain words, and the request's id for whoever is asked about it. */
export function ProblemAlert({ error, onRetry, title }: { error: Error | null; onRetry?: () => void; title?: string }) {
  const t = useTexts(generalTexts);
  const problems = useTexts(problemTexts);
  if (!error) return null;
  if (error instanceof NotReached)
    return (
      <Alert color="orange" role="alert" title={t.notReached}>
        {t.notReachedHint}
        <Retry onRetry={onRetry} />
      </Alert>
    );
  if (!(error instanceof ApiProblem))
    return (
      <Alert color="red" role="alert" title={title ?? t.failed}>
        <Text size="sm">{error.message}</Text>
        <Retry onRetry={onRetry} />
      </Alert>
    );
  const { code, detail, fields, requestId, status } = error;
  return (
    <Alert color="red" role="alert" title={code === 'UNKNOWN' ? `${title ?? t.failed} (${status})` : problems[code]}>
      {detail !== '' && fields.length === 0 && <Text size="sm">{detail}</Text>}
      {fields.length > 0 && (
        <List size="sm">
          {fields.map(({ field, message }) => (
            <List.Item key={`${field} ${message}`}>
              <Text span fw={600} inherit>
                {field}
              </Text>
              {`: ${message}`}
            </List.Item>
          ))}
        </List>
      )}
      {requestId !== null && (
        <Group gap={4} mt={4}>
          <Text size="xs" c="dimmed">{`${t.requestId} ${requestId}`}</Text>
          <CopyButton value={requestId} what={t.requestId} />
        </Group>
      )}
      <Retry onRetry={onRetry} />
    </Alert>
  );
}

function Retry({ onRetry }: { onRetry: (() => void) | undefined }) {
  const t = useTexts(generalTexts);
  return onRetry ? (
    <Button variant="default" size="xs" mt="sm" onClick={onRetry}>
      {t.retry}
    </Button>
  ) : null;
}
