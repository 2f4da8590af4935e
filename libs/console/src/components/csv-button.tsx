import { Button, Text } from '@mantine/core';
import { IconDownload, IconX } from '@tabler/icons-react';
import { useCsvDownload } from '../api/download.js';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import { ProblemAlert } from './problem.js';

const KIB = 1024;

function sizeOf(bytes: number): string {
  return bytes < KIB * KIB ? `${Math.ceil(bytes / KIB)} KiB` : `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}

/** All of a list as CSV, with its progress. @param path of the API with the filters as its query */
export function CsvButton({ path, name }: { path: string; name: string }) {
  const t = useTexts(generalTexts);
  const { bytes, error, start, cancel } = useCsvDownload(path, name);
  return (
    <>
      {bytes === undefined ? (
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={start}>
          {t.downloadCsv}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={cancel}
          aria-label={t.cancelDownload}
        >
          <Text span inherit aria-live="polite">
            {t.downloading(sizeOf(bytes))}
          </Text>
        </Button>
      )}
      {error && <ProblemAlert error={error} />}
    </>
  );
}
