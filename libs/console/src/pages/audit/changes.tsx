import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../texts/texts.js';
import classes from './audit.module.css';
import { auditTexts } from './texts.js';

type Facts = Record<string, unknown> | null;

const SHOWN = 3;

function wordOf(value: unknown, isWhole = true): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const words = value.map(String);
    return words.length > SHOWN && !isWhole ? `${words.slice(0, SHOWN).join(', ')}…` : words.join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was, struck out, and what is: a name for each fact. */
export function Changes({ before, after }: { before: Facts; after: Facts }) {
  const t = useTexts(auditTexts);
  const [isWhole, setWhole] = useState(false);
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => wordOf(before?.[name]) !== undefined || wordOf(after?.[name]) !== undefined,
  );
  if (names.length === 0) return <>—</>;
  const shown = isWhole ? names : names.slice(0, SHOWN);
  return (
    <div>
      <ul className={classes.changes}>
        {shown.map((name) => {
          const [was, is] = [wordOf(before?.[name], isWhole), wordOf(after?.[name], isWhole)];
          return (
            <li key={name}>
              {`${name}: `}
              {before && name in before && (
                <>
                  <del aria-label={`${t.was}: ${was ?? t.nothingBefore}`}>{was ?? '—'}</del>
                  {after && name in after && ' → '}
                </>
              )}
              {after && name in after && <ins aria-label={`${t.is}: ${is ?? t.nothingBefore}`}>{is ?? '—'}</ins>}
            </li>
          );
        })}
      </ul>
      {names.length > SHOWN && (
        <Button variant="subtle" size="compact-xs" onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? t.less : t.more(names.length - SHOWN)}
        </Button>
      )}
    </div>
  );
}
