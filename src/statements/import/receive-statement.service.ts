import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { Problem } from '../../http/problem.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import type { DeclaredEncoding } from '../../http/text-encodings.js';
import { csvRecords, UPLOAD_BOUNDS, UploadBytes } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';
import { findHeader } from './find-header.js';
import { LineBuffer } from '../store/line-buffer.js';
import type { LineReader } from './line-reader.js';
import { LINES_MAX, type StatementLine } from '../store/statement-line.js';
import { CheckNewStatement, type WantedStatement } from '../check-new-statement.service.js';
import type { BadLine, StatementCovers } from '../store/statement.entity.js';
import type { StatementMappingOverride } from './statement-mapping.override.js';
import { mappingsFor } from './statement-mappings.js';
import { type StatementHold, StatementLost } from '../store/claimed-statement.js';
import { StatementStore } from '../store/statement.store.js';
import { StatementWorker } from '../statement.worker.js';
import { UnreadableLine } from './unreadable.js';
import { notNow, UploadSlots } from './upload-slots.js';

/** Bad lines that are named one by one. */
const BAD_LINES_MAX = 1_000;
/** Uploads at the same time in one process. */
const UPLOADS_MAX = 4;

/** The query of an upload. */
export interface StatementUpload extends WantedStatement {
  covers?: StatementCovers;
  mapping?: StatementMappingOverride;
}

export interface ReceivedStatement {
  id: string;
  /** The same file was received before: this is its statement. */
  replayed: boolean;
}

/**
 * Receives a file. Its lines are stored as they arrive, and count only once all of them are stored and readable: after a broken connection,
 * a bad line or a crash, only the statement's own row is left, with the reason.
 */
@Injectable()
export class ReceiveStatement {
  private readonly slots = new UploadSlots(UPLOADS_MAX);

  constructor(
    private readonly store: StatementStore,
    private readonly checkNewStatement: CheckNewStatement,
    private readonly registry: ProviderRegistry,
    private readonly worker: StatementWorker,
  ) {}

  /**
   * @param encoding the declared one; without it, the bytes show it
   * @throws Problem; STATEMENT_REJECTED names the lines that cannot be read
   */
  async execute(
    { organizationId }: Principal,
    upload: StatementUpload,
    body: Readable,
    encoding?: DeclaredEncoding,
  ): Promise<ReceivedStatement> {
    return this.slots.during(organizationId, () =>
      this.receive(organizationId, upload, new UploadBytes(body, UPLOAD_BOUNDS, encoding)),
    );
  }

  private async receive(
    organizationId: string,
    upload: StatementUpload,
    bytes: UploadBytes,
  ): Promise<ReceivedStatement> {
    const { provider, covers = null } = upload;
    const period = await this.checkNewStatement.execute(organizationId, upload);
    const source = 'UPLOAD';
    const id = await this.store.create(
      { organizationId, ...period, provider, covers, source, fingerprint: null },
      true,
    );
    // Without a fingerprint it is always created.
    const hold: StatementHold = { organizationId, id: id!, fencingToken: 0 };
    const refusal = await this.storeLines(hold, upload, bytes)
      .then((bad) => (bad.count > 0 ? this.reject(hold, bad) : undefined))
      .catch((error: unknown) => this.abandon(hold, error));
    if (refusal) throw refusal;
    const fingerprint = fingerprintOf(upload, bytes.digest());
    if (await this.store.received(hold, fingerprint)) {
      this.worker.wake();
      return { id: hold.id, replayed: false };
    }
    await this.store.end(hold, 'ABANDONED', 'the same file had been received before');
    this.worker.wake();
    const known = await this.store.idOf(organizationId, fingerprint);
    if (known === undefined) throw new Error('a fingerprint was taken and is gone');
    return { id: known, replayed: true };
  }

  /** @returns the lines that cannot be read; from the first of them on nothing more is stored */
  private async storeLines(hold: StatementHold, upload: StatementUpload, bytes: UploadBytes): Promise<BadLines> {
    const mappings = mappingsFor(this.registry.statementMapping(upload.provider), upload.mapping);
    const bad = new BadLines();
    const buffer = new LineBuffer(this.store, hold);
    try {
      const text = buffer.during(bytes.text());
      const table = await findHeader(text, mappings, upload.mapping?.columns !== undefined);
      const { reader, headerLine } = table;
      for await (const records of csvRecords(table.text, table.delimiter, headerLine)) {
        for (const { line, cells } of records) {
          if (line > headerLine + LINES_MAX)
            throw new UnreadableFile(line, `a statement has at most ${LINES_MAX} lines; send it in parts`);
          const read = line > headerLine ? readLine(reader, line, cells, bad) : undefined;
          const full = read && bad.count === 0 ? buffer.add(read) : undefined;
          if (full) await full;
        }
      }
      for (const { line, message } of reader.wrong()) bad.add(line, message);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      bad.add(error.line, error.message);
      // The caller reads the answer only when all is sent, which may take long.
      for await (const _ of buffer.during(bytes.rest()));
    }
    await buffer.end();
    return bad;
  }

  private async reject(hold: StatementHold, bad: BadLines): Promise<Problem> {
    const reason = bad.count === 1 ? 'a line cannot be read' : `${bad.count} lines cannot be read`;
    await this.store.end(hold, 'REJECTED', reason, bad);
    this.worker.wake();
    const more = bad.count > bad.first.length ? `; the first ${bad.first.length} are in \`errors\`` : '';
    return new Problem(
      'STATEMENT_REJECTED',
      `Statement ${hold.id}: ${reason}${more}. Nothing of it counts. Correct them, or describe the file with \`mapping\`.`,
      bad.first.map(({ line, message }) => ({ field: `line ${line}`, message })),
    );
  }

  private async abandon(hold: StatementHold, error: unknown): Promise<never> {
    if (error instanceof StatementLost)
      throw notNow('The statement could not be kept while it arrived. Send it again.');
    const reason = error instanceof Problem ? error.code : 'the upload broke off';
    // Where even this cannot be written, a worker does it after the lease.
    await this.store.end(hold, 'ABANDONED', reason).catch(() => undefined);
    this.worker.wake();
    throw error;
  }
}

function readLine(
  reader: LineReader,
  line: number,
  cells: readonly string[],
  bad: BadLines,
): StatementLine | undefined {
  try {
    return reader.read(line, cells);
  } catch (error) {
    if (!(error instanceof UnreadableLine)) throw error;
    bad.add(line, error.message);
    return undefined;
  }
}

class BadLines {
  count = 0;
  readonly first: BadLine[] = [];

  add(line: number, message: string): void {
    this.count += 1;
    if (this.first.length < BAD_LINES_MAX) this.first.push({ line, message });
  }
}

/** The same file with the same query is the same statement. */
function fingerprintOf({ provider, from, to, covers, mapping }: StatementUpload, digest: string): string {
  const parts = [provider, from.toISOString(), to.toISOString(), covers ?? null, mapping ?? null, digest];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
