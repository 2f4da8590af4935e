import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { validationFailed } from '../../http/problem.js';
import type { DeclaredEncoding } from '../../http/text-encodings.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { UPLOAD_BOUNDS, UploadBytes } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';
import type { StatementMappingOverride } from './statement-mapping.override.js';
import { mappingsFor } from './statement-mappings.js';
import { type MappingSource, StatementPreview } from './statement-preview.js';
import { UploadSlots } from './upload-slots.js';

/** What of a file is read for a preview. */
export const PREVIEW_BYTES = 128 * 1024;
const PREVIEWS_MAX = 8;

export interface WantedPreview {
  provider: string;
  mapping?: StatementMappingOverride;
}

/** Shows how the beginning of a file would be read. */
@Injectable()
export class PreviewStatement {
  private readonly slots = new UploadSlots(PREVIEWS_MAX);

  constructor(private readonly registry: ProviderRegistry) {}

  /** @throws Problem VALIDATION_FAILED, UNAVAILABLE, or where the upload fails; a file that cannot be read is an answer */
  async execute(
    { organizationId }: Principal,
    { provider, mapping }: WantedPreview,
    body: Readable,
    declared?: DeclaredEncoding,
  ) {
    if (!this.registry.get(provider))
      throw validationFailed({ field: 'provider', message: `must be one of ${this.registry.names.join(', ')}` });
    const theirs = this.registry.statementMapping(provider);
    const mappings = mappingsFor(theirs, mapping);
    const bytes = new UploadBytes(body, UPLOAD_BOUNDS, declared);
    const preview = await this.slots.during(organizationId, () =>
      previewOf(bytes, (beginning) => StatementPreview.of(beginning, mappings, mapping?.columns !== undefined)),
    );
    const used = preview.reader?.mapping ?? mappings[0]!;
    const mappingSource: MappingSource = mapping?.columns
      ? 'GIVEN'
      : theirs && used === mappings[0]
        ? 'PROVIDER'
        : 'OWN';
    const { amountUnit, currency, utcOffset, columns } = used;
    const { delimiter, header, otherColumns, lines, counts, statuses, problems } = preview;
    const decimalSeparator = preview.reader?.decimalSeparator ?? mapping?.decimalSeparator ?? null;
    return {
      provider,
      whole: preview.isWhole,
      encoding: bytes.encoding,
      mappingSource,
      mapping: {
        ...(delimiter !== undefined && { delimiter }),
        ...(decimalSeparator !== null && { decimalSeparator }),
        amountUnit,
        currency,
        utcOffset,
        columns,
        statuses: mapping?.statuses ?? {},
      },
      amountUnit,
      decimalSeparator,
      header,
      columns: preview.columns(used),
      otherColumns,
      lines,
      counts,
      statuses,
      problems,
    };
  }
}

async function previewOf(
  bytes: UploadBytes,
  read: (beginning: { text: string; isWhole: boolean }) => Promise<StatementPreview>,
): Promise<StatementPreview> {
  const preview = await bytes
    .beginning(PREVIEW_BYTES)
    .then(read)
    .catch((error: unknown) => {
      if (error instanceof UnreadableFile) return StatementPreview.unreadable(error);
      throw error;
    });
  // Many clients read the answer only when they have sent all.
  for await (const _ of bytes.rest());
  return preview;
}
