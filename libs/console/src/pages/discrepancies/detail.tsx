import { Alert, Badge, Button, Group, Kbd, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowLeft, IconCheck, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Ref, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { useMay, useSession } from '../../api/session.js';
import { ConfirmDialog } from '../../components/confirm-action.js';
import { CopyButton } from '../../components/copy-button.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { useShortcuts } from '../../components/shortcuts.js';
import { Failed, Loading } from '../../components/states.js';
import { StatusBadge } from '../../components/status-badge.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { Comparison } from './comparison.js';
import classes from './discrepancies.module.css';
import { type Draft, NOTHING_TYPED } from './draft.js';
import { kindTexts } from './kind-texts.js';
import { ResolveDialog } from './resolve-dialog.js';
import { discrepanciesTexts } from './texts.js';
import type { Discrepancy, DiscrepancyWithEvidence } from './values.js';
import { useWho } from './who.js';

const REFRESH_MS = 5_000;
type Open = 'resolve' | 'approve' | 'reject' | null;

interface Drafts {
  of: (id: string) => Draft;
  change: (id: string, part: Partial<Draft>) => void;
  forget: (id: string) => void;
}

/** Kept as long as the page is: a dialog that is closed, another discrepancy and a new sign-in lose nothing. */
export function useDrafts(): Drafts {
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const of = (id: string) => drafts[id] ?? NOTHING_TYPED;
  return {
    of,
    change: (id, part) => setDrafts((all) => ({ ...all, [id]: { ...(all[id] ?? NOTHING_TYPED), ...part } })),
    forget: (id) => setDrafts(({ [id]: _done, ...others }) => others),
  };
}

/** One discrepancy: what it is, its evidence side by side, and what may be done about it. */
export function Detail({
  id,
  drafts,
  ref,
  onBack,
  onEnded,
}: {
  id: string;
  drafts: Drafts;
  ref: Ref<HTMLDivElement>;
  /** Where the list is not beside it. */
  onBack: (() => void) | undefined;
  /** It has left the list that the person works on. */
  onEnded: () => void;
}) {
  const t = useTexts(discrepanciesTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['discrepancies', id],
    queryFn: ({ signal }) => answerOf(api.GET('/discrepancies/{id}', { params: { path: { id } }, signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Paper component="section" ref={ref} tabIndex={-1} withBorder p="md" className={classes.detail}>
      {onBack && (
        <Button
          variant="subtle"
          size="compact-sm"
          mb="sm"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          onClick={onBack}
        >
          {t.backToList}
        </Button>
      )}
      {data ? (
        <Stack gap="md">
          {error && <Failed error={error} onRetry={() => void refetch()} />}
          <Found key={id} found={data} drafts={drafts} onEnded={onEnded} />
        </Stack>
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Paper>
  );
}

function Found({ found, drafts, onEnded }: { found: DiscrepancyWithEvidence; drafts: Drafts; onEnded: () => void }) {
  const t = useTexts(discrepanciesTexts);
  const values = useTexts(valueTexts);
  const kinds = useTexts(kindTexts);
  const may = useMay();
  const { person } = useSession();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const [rejectNote, setRejectNote] = useState('');
  const { id, kind, status, reference, payinId, correction, refundId, detail, openedAt } = found;
  const isOpen = status === 'OPEN';
  const proposal = isOpen ? correction : null;
  const isMine = proposal?.proposedBy === person.id;
  const mayResolve = isOpen && !proposal && refundId === null && may('discrepancies:write');
  const mayApprove = proposal !== null && !isMine && may('discrepancies:approve');
  const mayReject = proposal !== null && may('discrepancies:write');

  useShortcuts([
    { keys: 'r', what: t.resolve, run: () => mayResolve && setOpen('resolve') },
    { keys: 'a', what: t.approve, run: () => mayApprove && setOpen('approve') },
    { keys: 'x', what: t.reject, run: () => mayReject && setOpen('reject') },
  ]);

  function done(now: Discrepancy, message: string): void {
    drafts.forget(id);
    setOpen(null);
    notifications.show({ message: `${message}: ${values.discrepancyKind[kind]}, ${reference}`, color: 'teal' });
    if (now.status === 'RESOLVED') onEnded();
    void queries.invalidateQueries({ queryKey: ['discrepancies'] });
    void queries.invalidateQueries({ queryKey: ['payins'] });
  }

  return (
    <>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Group gap="xs">
            <Title order={2} size="h3">
              {values.discrepancyKind[kind]}
            </Title>
            <StatusBadge tone={isOpen ? 'attention' : 'over'}>{t.status[status]}</StatusBadge>
          </Group>
          <Group gap={4}>
            {payinId === null ? (
              <Text span size="sm" className={classes.words}>
                {reference}
              </Text>
            ) : (
              <Text
                component={Link}
                to={`/payins/${payinId}`}
                size="sm"
                c="var(--mantine-color-anchor)"
                className={classes.words}
              >
                {reference}
              </Text>
            )}
            <CopyButton value={reference} what={t.copyReference} />
            <Text span size="sm" c="dimmed">
              {[found.provider, `${t.openSince} `].filter(Boolean).join(' · ')}
              <Moment at={openedAt} />
            </Text>
          </Group>
        </div>
        {mayResolve && (
          <Button onClick={() => setOpen('resolve')} rightSection={<Kbd size="xs">r</Kbd>}>
            {t.resolve}
          </Button>
        )}
      </Group>

      <dl className={classes.figures}>
        <Figure label={t.atRisk} cents={found.moneyAtRiskInCents} unknown={t.unknownMoney} strong />
        <Figure label={t.expected} cents={found.expectedInCents} />
        <Figure label={t.actual} cents={found.actualInCents} />
      </dl>

      {proposal && (
        <Alert color="indigo" title={`${t.proposal}: ${t.manualMove[proposal.type]}`} variant="outline">
          <Stack gap="xs">
            <Text size="sm" className={classes.words}>
              <Money cents={proposal.amountInCents} strong />
              {proposal.paymentId !== null && `, ${t.paymentNumber(proposal.paymentId)}`}
              {`. ${proposal.note}`}
            </Text>
            <Text size="sm" c="dimmed">
              <Proposer id={proposal.proposedBy} /> <Moment at={proposal.proposedAt} />
            </Text>
            {isMine && <Text size="sm">{t.needsSecondPerson}</Text>}
            {!isMine && !may('discrepancies:approve') && <Text size="sm">{t.needsApprover}</Text>}
            <Group gap="xs">
              {mayApprove && (
                <Button
                  leftSection={<IconCheck size={16} aria-hidden />}
                  onClick={() => setOpen('approve')}
                  rightSection={<Kbd size="xs">a</Kbd>}
                >
                  {t.approve}
                </Button>
              )}
              {mayReject && (
                <Button
                  variant="default"
                  leftSection={<IconX size={16} aria-hidden />}
                  onClick={() => setOpen('reject')}
                  rightSection={<Kbd size="xs">x</Kbd>}
                >
                  {isMine ? t.withdraw : t.reject}
                </Button>
              )}
            </Group>
          </Stack>
        </Alert>
      )}
      {isOpen && refundId !== null && <RefundUnderWay id={refundId} payinId={payinId} />}
      {!isOpen && <Ending found={found} />}

      <div>
        <Text size="sm">{kinds[kind].means}</Text>
        {isOpen && (
          <Text size="sm">
            <Text span inherit fw={600}>{`${t.toDo}: `}</Text>
            {kinds[kind].toDo}
          </Text>
        )}
        <Text size="xs" c="dimmed" mt={4} className={classes.words}>
          {`${t.technical}: `}
          <span lang="en">{detail}</span>
        </Text>
      </div>

      <div>
        <Title order={3} size="h5" mb={4}>
          {t.evidence}
        </Title>
        <Comparison discrepancy={found} />
      </div>

      <ResolveDialog
        discrepancy={found}
        draft={drafts.of(id)}
        change={(part) => drafts.change(id, part)}
        opened={open === 'resolve' && mayResolve}
        onClose={() => setOpen(null)}
        onDone={(now) =>
          done(now, now.status === 'RESOLVED' ? t.done : now.refundId === null ? t.doneProposed : t.doneRefund)
        }
      />
      {proposal && (
        <>
          <ConfirmDialog
            label={t.approve}
            effect={t.approveEffect(t.manualMove[proposal.type], formatMoney(proposal.amountInCents))}
            irreversible={t.approveIrreversible}
            opened={open === 'approve'}
            onClose={() => setOpen(null)}
            onConfirm={async () => {
              const now = await answerOf(api.POST('/discrepancies/{id}/approve', { params: { path: { id } } }));
              done(now, t.doneApproved);
            }}
          />
          <ConfirmDialog
            label={isMine ? t.withdraw : t.reject}
            effect={t.rejectEffect}
            opened={open === 'reject'}
            onClose={() => setOpen(null)}
            onConfirm={async () => {
              const body = { note: rejectNote.trim() };
              const now = await answerOf(api.POST('/discrepancies/{id}/reject', { params: { path: { id } }, body }));
              setRejectNote('');
              done(now, t.doneRejected);
            }}
          >
            <Textarea
              label={t.note}
              description={t.noteHint}
              required
              autosize
              minRows={2}
              maxLength={1000}
              value={rejectNote}
              onChange={(event) => setRejectNote(event.currentTarget.value)}
            />
          </ConfirmDialog>
        </>
      )}
    </>
  );
}

function Figure({
  label,
  cents,
  unknown,
  strong = false,
}: {
  label: string;
  cents: number | null;
  unknown?: string;
  strong?: boolean;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <Text component="dd" size={strong ? 'xl' : 'md'} fw={strong ? 700 : 500}>
        {cents === null && unknown !== undefined ? unknown : <Money cents={cents} />}
      </Text>
    </div>
  );
}

function Proposer({ id }: { id: string }) {
  const t = useTexts(discrepanciesTexts);
  const who = useWho();
  return <>{`${t.proposedBy(who(id))} ·`}</>;
}

function Ending({ found }: { found: Discrepancy }) {
  const t = useTexts(discrepanciesTexts);
  const who = useWho();
  const { resolution, resolvedBy, approvedBy, resolvedAt, note, correction } = found;
  const names: Readonly<Record<string, string>> = t.resolutions;
  return (
    <Alert color="gray" variant="outline" title={`${t.resolvedAs}: ${names[resolution ?? ''] ?? resolution ?? '—'}`}>
      <Text size="sm" className={classes.words}>
        {correction && (
          <>
            {`${t.manualMove[correction.type]}, `}
            <Money cents={correction.amountInCents} strong />
            {correction.paymentId !== null && `, ${t.paymentNumber(correction.paymentId)}`}
            {'. '}
          </>
        )}
        {note ?? (resolvedBy === null ? t.bySystem : '')}
      </Text>
      <Text size="sm" c="dimmed">
        {[resolvedBy !== null && t.resolvedBy(who(resolvedBy)), approvedBy !== null && t.approvedBy(who(approvedBy))]
          .filter(Boolean)
          .join(', ')}{' '}
        <Moment at={resolvedAt} />
      </Text>
    </Alert>
  );
}

function RefundUnderWay({ id, payinId }: { id: string; payinId: string | null }) {
  const t = useTexts(discrepanciesTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  // Not by its own id: that shows the whole account, and is kept in the audit log.
  const { data } = useQuery({
    queryKey: ['payins', payinId, 'refunds'],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}/refunds', { params: { path: { id: payinId! } }, signal })),
    select: ({ data: refunds }) => refunds.find((refund) => refund.id === id),
    enabled: payinId !== null && may('refunds:read'),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Alert color="indigo" variant="outline" title={t.refundUnderWay}>
      <Stack gap="xs" align="flex-start">
        {data && <Text size="sm">{t.refundWaits(formatMoney(data.amountInCents))}</Text>}
        {data && (
          <Badge variant="default" tt="none">
            {values.refundStatus[data.status]}
          </Badge>
        )}
        {payinId !== null && (
          <Button component={Link} to={`/payins/${payinId}`} variant="default" size="xs">
            {t.refundSee}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
