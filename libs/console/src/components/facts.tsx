import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './components.module.css';

export type Fact = readonly [name: string, value: ReactNode];

/** Names and what they are, one line each; what is empty is left out. */
export function Facts({ label, facts }: { label: string; facts: readonly (Fact | false)[] }) {
  const shown = facts.filter((fact) => fact !== false).filter(([, value]) => value !== null && value !== undefined);
  return (
    <Table variant="vertical" aria-label={label} layout="fixed" className={classes.facts}>
      <Table.Tbody>
        {shown.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td className={classes.anywhere}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
