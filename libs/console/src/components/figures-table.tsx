import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface FiguresColumn<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** In the last row. */
  total?: ReactNode;
}

/** Figures that are all there at once, with a row of totals where there is one. On a phone a row is a card. */
export function FiguresTable<Row>({
  label,
  rows,
  columns,
  rowId,
}: {
  label: string;
  rows: readonly Row[];
  columns: readonly FiguresColumn<Row>[];
  rowId: (row: Row) => string;
}) {
  return (
    <div className={classes.frame}>
      <Table aria-label={label} role="table" className={classes.table} verticalSpacing={6} highlightOnHover>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map(({ key, header, align }) => (
              <Table.Th key={key} role="columnheader" className={align && classes[align]}>
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Table.Tr key={rowId(row)} role="row">
              {columns.map(({ key, header, align, cell }) => (
                <Table.Td key={key} role="cell" data-label={header} className={align && classes[align]}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {columns.some(({ total }) => total !== undefined) && (
          <Table.Tfoot role="rowgroup">
            <Table.Tr role="row" fw={600}>
              {columns.map(({ key, header, align, total }) => (
                <Table.Td key={key} role="cell" data-label={header} className={align && classes[align]}>
                  {total}
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </div>
  );
}
