import { Alert, Button, Group, List, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { ScrollRegion } from '../../components/scroll-region.js';
import { useTexts } from '../../texts/texts.js';
import { type PayinStatus, valueTexts } from '../../texts/values.js';
import { statementsTexts } from './texts.js';
import classes from './statements.module.css';
import type { ColumnName, Mapping, Preview } from './values.js';

type Status = Preview['statuses'][number]['status'];
const STATUSES: readonly Status[] = [
  'PENDING',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'CANCELED',
  'REVERSED',
  'UNRECOGNISED',
];

/** The columns that were recognised and the first lines as they are read; each column can be corrected by hand. */
export function ShownPreview({
  preview,
  given,
  change,
}: {
  preview: Preview;
  /** What a person has corrected; undefined: nothing. */
  given: Mapping | undefined;
  change: (mapping: Mapping | undefined) => void;
}) {
  const t = useTexts(statementsTexts);
  const values = useTexts(valueTexts);
  const { header, counts, whole, problems, lines, statuses, mapping } = preview;
  const headers = [...new Set(header?.cells.filter((cell) => cell !== '') ?? [])];
  const inFile = Object.fromEntries(
    Object.entries(mapping.columns ?? {}).filter(([, name]) => headers.includes(name ?? '')),
  );
  const columns: Partial<Record<ColumnName, string>> = given?.columns ?? inFile;
  const base: Mapping = {
    ...(mapping.delimiter && { delimiter: mapping.delimiter }),
    ...(mapping.amountUnit && { amountUnit: mapping.amountUnit }),
    ...given,
  };
  const withColumns = (part: Partial<Record<ColumnName, string>>) =>
    Object.fromEntries(Object.entries({ ...columns, ...part }).filter(([, name]) => name)) as Mapping['columns'];
  const statusName = (status: Status) =>
    status === 'UNRECOGNISED' ? t.unrecognised : values.payinStatus[status as PayinStatus];
  const isRefused = problems.some(({ refuses }) => refuses);

  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h4">
          {t.preview}
        </Title>
        <Text size="sm" c="dimmed">
          {[
            header && (header.recognised ? t.recognised(header.line) : t.notRecognised),
            t.found(counts.payments, counts.unreadable, whole),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </div>
      {problems.length > 0 && (
        <Alert
          color={isRefused ? 'red' : 'orange'}
          variant={isRefused ? 'light' : 'outline'}
          title={isRefused ? t.problems : t.warnings}
          role={isRefused ? 'alert' : 'status'}
        >
          <List size="sm">
            {problems.map(({ code, refuses, text, line }) => (
              <List.Item key={`${code} ${line} ${text}`}>
                {`${t.problemCodes[code]}${line === null ? '' : ` (${t.ofLine(line)})`}`}
                {refuses && (
                  <Text size="xs" lang="en">
                    {text}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
          {isRefused && <Text size="sm">{t.refuses}</Text>}
        </Alert>
      )}
      {headers.length > 0 && (
        <div>
          <Group justify="space-between" mb={4}>
            <Title order={3} size="h5">
              {t.mapping}
            </Title>
            {given && (
              <Button variant="subtle" size="compact-sm" onClick={() => change(undefined)}>
                {t.resetMapping}
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed" mb="xs">
            {t.mappingHint}
          </Text>
          <div className={classes.fields}>
            {preview.columns.map(({ column }) => (
              <NativeSelect
                key={column}
                label={t.columns[column]}
                value={columns[column] ?? ''}
                data={[{ value: '', label: t.notInFile }, ...headers]}
                error={column === 'amount' && !columns.amount ? t.amountMissing : undefined}
                onChange={(event) => change({ ...base, columns: withColumns({ [column]: event.currentTarget.value }) })}
              />
            ))}
            <NativeSelect
              label={t.unit}
              value={given?.amountUnit ?? preview.amountUnit}
              data={[
                { value: 'pesos', label: t.units.pesos },
                { value: 'cents', label: t.units.cents },
              ]}
              onChange={(event) =>
                change({
                  ...base,
                  columns: withColumns({}),
                  amountUnit: event.currentTarget.value as NonNullable<Mapping['amountUnit']>,
                })
              }
            />
            <NativeSelect
              label={t.decimal}
              value={given?.decimalSeparator ?? ''}
              data={(['', '.', ','] as const).map((value) => ({ value, label: t.decimals[value] }))}
              onChange={(event) => {
                const { decimalSeparator: _before, ...others } = base;
                const value = event.currentTarget.value;
                change({
                  ...others,
                  columns: withColumns({}),
                  ...(value !== '' && { decimalSeparator: value as '.' | ',' }),
                });
              }}
            />
          </div>
        </div>
      )}
      {statuses.length > 0 && (
        <div>
          <Title order={3} size="h5" mb={4}>
            {t.statuses}
          </Title>
          <div className={classes.fields}>
            {statuses.map(({ rawStatus, status }) => (
              <NativeSelect
                key={rawStatus}
                label={rawStatus}
                value={given?.statuses?.[rawStatus] ?? status}
                data={STATUSES.map((value) => ({ value, label: statusName(value) }))}
                onChange={(event) =>
                  change({
                    ...given,
                    statuses: { ...given?.statuses, [rawStatus]: event.currentTarget.value as Status },
                  })
                }
              />
            ))}
          </div>
        </div>
      )}
      {lines.length > 0 && (
        <div>
          <Title order={3} size="h5" mb={4}>
            {t.firstLines}
          </Title>
          <ScrollRegion label={t.firstLines}>
            {header?.recognised ? (
              <table className={classes.lines}>
                <thead>
                  <tr>
                    <th scope="col">{t.line}</th>
                    <th scope="col">{t.columns.reference}</th>
                    <th scope="col">{t.columns.externalId}</th>
                    <th scope="col" className={classes.right}>
                      {t.columns.amount}
                    </th>
                    <th scope="col">{t.columns.status}</th>
                    <th scope="col">{t.columns.paidAt}</th>
                    <th scope="col" className={classes.right}>
                      {t.columns.fee}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {lines.map(({ line, text, payment, problem }) => (
                    <tr key={line}>
                      <td>{line}</td>
                      {payment ? (
                        <>
                          <td>{payment.reference ?? '—'}</td>
                          <td>{payment.externalId ?? '—'}</td>
                          <td className={classes.right}>
                            <Money cents={payment.amountInCents} strong />
                          </td>
                          <td>{statusName(payment.status)}</td>
                          <td>
                            <Moment at={payment.paidAt} />
                          </td>
                          <td className={classes.right}>
                            <Money cents={payment.feeInCents} />
                          </td>
                        </>
                      ) : (
                        <td colSpan={6} className={classes.problem}>
                          <Text span inherit c={problem === null ? 'dimmed' : 'var(--mantine-color-error)'} lang="en">
                            {problem ?? t.notPayment}
                          </Text>
                          {` · ${text}`}
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <table className={classes.lines}>
                <thead>
                  <tr>
                    <th scope="col">{t.line}</th>
                    {header?.cells.map((cell, index) => (
                      <th key={index} scope="col">
                        {cell}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {lines.map(({ line, cells }) => (
                    <tr key={line}>
                      <td>{line}</td>
                      {cells.map((cell, index) => (
                        <td key={index}>{cell}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </ScrollRegion>
        </div>
      )}
    </Stack>
  );
}
