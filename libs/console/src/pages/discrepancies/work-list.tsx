import { Badge, Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import type { List } from '../../api/use-list.js';
import { useMay, useSession } from '../../api/session.js';
import { Money } from '../../components/money.js';
import { Moment } from '../../components/moment.js';
import { Empty, Failed, Loading } from '../../components/states.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { ageText } from './age.js';
import classes from './discrepancies.module.css';
import { discrepanciesTexts } from './texts.js';
import type { Discrepancy } from './values.js';

export const itemId = (id: string) => `discrepancy-${id}`;

/** The money and the age of each, so that the eye runs down one edge. */
export function WorkList({
  list,
  shownId,
  isFiltered,
  empty,
  onOpen,
}: {
  list: List<Discrepancy>;
  shownId: string | undefined;
  isFiltered: boolean;
  empty: string;
  /** @param byKeyboard the focus goes along */
  onOpen: (id: string, byKeyboard: boolean) => void;
}) {
  const t = useTexts(discrepanciesTexts);
  const general = useTexts(generalTexts);
  const values = useTexts(valueTexts);
  if (list.isLoading) return <Loading />;
  if (list.error && list.rows.length === 0) return <Failed error={list.error} onRetry={list.retry} />;
  if (list.rows.length === 0 && !list.hasMore) return <Empty>{isFiltered ? general.nothingFound : empty}</Empty>;
  return (
    <div data-list>
      {list.held > 0 && (
        <Group justify="center" mb="xs">
          <Button size="compact-sm" radius="xl" onClick={list.showHeld}>
            {general.newRows(list.held)}
          </Button>
        </Group>
      )}
      {list.error && <Failed error={list.error} onRetry={list.retry} />}
      <ul className={`${classes.list} ${list.isStale ? classes.stale : ''}`} aria-label={t.list}>
        {list.rows.map((row) => (
          <li key={row.id}>
            <Link
              id={itemId(row.id)}
              from="/discrepancies"
              to="/discrepancies"
              search={(before) => ({ ...before, id: row.id })}
              resetScroll={false}
              className={classes.item}
              aria-current={row.id === shownId ? 'true' : undefined}
              onClick={(event: MouseEvent) => onOpen(row.id, event.detail === 0)}
            >
              <Text span fw={600} size="sm" className={classes.cut}>
                {values.discrepancyKind[row.kind]}
              </Text>
              <Text span fw={700} size="sm" className={classes.number}>
                {row.moneyAtRiskInCents === null ? (
                  <Text span inherit fw={400} c="dimmed">
                    {t.unknownMoney}
                  </Text>
                ) : (
                  <Money cents={row.moneyAtRiskInCents} />
                )}
              </Text>
              <Text span size="xs" c="dimmed" className={classes.cut}>
                {[row.reference, row.provider].filter(Boolean).join(' · ')}
              </Text>
              <Text span size="xs" c="dimmed" className={classes.number}>
                {row.ageSeconds === null ? <Moment at={row.resolvedAt} /> : ageText(row.ageSeconds, t.age)}
              </Text>
              <Waiting row={row} />
            </Link>
          </li>
        ))}
      </ul>
      <Group justify="space-between" mt="xs">
        <Text size="sm" c="dimmed" aria-live="polite">
          {list.hasMore ? general.shownSoFar(list.rows.length) : general.endOfList(list.rows.length)}
        </Text>
        {list.hasMore && (
          <Button variant="default" size="xs" onClick={list.loadMore} loading={list.isLoadingMore}>
            {general.loadMore}
          </Button>
        )}
      </Group>
    </div>
  );
}

/** What somebody has begun. */
function Waiting({ row: { status, correction, refundId } }: { row: Discrepancy }) {
  const t = useTexts(discrepanciesTexts);
  const may = useMay();
  const { person } = useSession();
  if (status !== 'OPEN' || (!correction && refundId === null)) return null;
  const isForMe = correction !== null && correction.proposedBy !== person.id && may('discrepancies:approve');
  const text = !correction ? t.refundUnderWay : isForMe ? t.waitsForYou : t.waitsForOther;
  return (
    <span>
      <Badge variant={isForMe ? 'filled' : 'default'} size="sm" tt="none">
        {text}
      </Badge>
    </span>
  );
}
