import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { StatusBadge, type Tone } from '../../components/status-badge.js';
import { useLanguage } from '../../texts/language.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { payinTexts } from './texts.js';

type Explained = Schemas['ExplanationSchema'];

const TONES = {
  PAYER: 'waiting',
  PROVIDER: 'waiting',
  WEBHOOK: 'waiting',
  PERSON: 'attention',
  NOTHING: 'over',
} as const satisfies Record<Explained['waitingFor'], Tone>;

/** What happened and what comes next, in plain words. */
export function Explanation({ explanation }: { explanation: Explained }) {
  const t = useTexts(payinTexts);
  const { discrepancyKind } = useTexts(valueTexts);
  const language = useLanguage();
  const may = useMay();
  const maySettle = may('discrepancies:write');
  const { waitingFor, openDiscrepancies } = explanation;
  return (
    <Paper withBorder p="md" component="section" aria-label={t.explanation}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {t.explanation}
        </Title>
        <StatusBadge tone={TONES[waitingFor]}>{t.waitingFor[waitingFor]}</StatusBadge>
      </Group>
      <Stack gap={4} maw={760}>
        {explanation[language].map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
      </Stack>
      {openDiscrepancies.length > 0 && (
        <Group gap="xs" mt="md">
          {openDiscrepancies.map(({ id, kind }) =>
            may('discrepancies:read') ? (
              <Button key={id} component={Link} to="/discrepancies" search={{ id } as never} size="sm">
                {maySettle ? t.settle(discrepancyKind[kind]) : t.see(discrepancyKind[kind])}
              </Button>
            ) : (
              <Text key={id} size="sm">
                {t.openDiscrepancy(discrepancyKind[kind])}
              </Text>
            ),
          )}
        </Group>
      )}
    </Paper>
  );
}
