import { Code } from '@mantine/core';
import classes from './components.module.css';

/** What came or went, to the letter. */
export function RawText({ children, label }: { children: string; label: string }) {
  return (
    <Code block className={classes.raw} tabIndex={0} role="region" aria-label={label}>
      {children}
    </Code>
  );
}

/** JSON as it is easier to read; undefined where it is none. */
export function indented(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}
