import { TSMigrationGenerator } from '@mikro-orm/migrations';

/** What of a change is done at once, what takes its time, and what needs that to be there. */
export interface MigrationParts {
  atOnce: string[];
  stepByStep: string[];
  afterwards: string[];
}

/**
 * Divides a change of the schema so that nothing of it keeps a running service waiting: on tables that were there before, indexes are built
 * concurrently, and constraints are checked only after they hold for what is new. What cannot be divided stays as it is; a test refuses it.
 */
export function inParts(statements: readonly string[]): MigrationParts {
  const parts: MigrationParts = { atOnce: [], stepByStep: [], afterwards: [] };
  const created = new Set(statements.flatMap((sql) => /^create table "(\w+)"/.exec(sql)?.[1] ?? []));
  for (const sql of statements) {
    const index = /^create (unique )?index ("\w+" on "(\w+)".*)$/s.exec(sql);
    const constraint = /^alter table "(\w+)" add constraint "(\w+)" (unique|check|foreign key) (.*?);?$/s.exec(sql);
    if (index && !created.has(index[3]!)) {
      parts.stepByStep.push(`create ${index[1] ?? ''}index concurrently if not exists ${index[2]}`);
    } else if (constraint && !created.has(constraint[1]!)) {
      const [, table, name, kind, rest] = constraint;
      if (kind === 'unique') {
        parts.stepByStep.push(`create unique index concurrently if not exists "${name}" on "${table}" ${rest};`);
        parts.afterwards.push(`alter table "${table}" add constraint "${name}" unique using index "${name}";`);
      } else {
        parts.atOnce.push(`alter table "${table}" add constraint "${name}" ${kind} ${rest} not valid;`);
        parts.stepByStep.push(`alter table "${table}" validate constraint "${name}";`);
      }
    } else {
      parts.atOnce.push(sql);
    }
  }
  return parts;
}

/** Writes a migration for each part. */
export class OnlineMigrationGenerator extends TSMigrationGenerator {
  #transactional = true;

  override async generate(
    diff: { up: string[]; down: string[] },
    path?: string,
    name?: string,
  ): Promise<[string, string]> {
    const { atOnce, stepByStep, afterwards } = inParts(diff.up);
    const parts = [
      { up: atOnce, suffix: name, transactional: true },
      { up: stepByStep, suffix: '2_concurrently', transactional: false },
      { up: afterwards, suffix: '3_constraints', transactional: true },
    ].filter(({ up }) => up.some((sql) => sql !== ''));
    const written: [string, string][] = [];
    for (const [index, { up, suffix, transactional }] of parts.entries()) {
      this.#transactional = transactional;
      // The first one takes all of it back.
      written.push(await super.generate({ up, down: index === 0 ? diff.down : [''] }, path, suffix));
    }
    return [written.map(([code]) => code).join('\n'), written.map(([, file]) => file).join(', ')];
  }

  override generateMigrationFile(className: string, diff: { up: string[]; down: string[] }): string {
    const code = super.generateMigrationFile(className, diff);
    if (this.#transactional) return code;
    return code.replace(
      '  override up()',
      '  /** Each statement may take long, and is done again after an interruption. */\n  override isTransactional(): boolean {\n    return false;\n  }\n\n  override up()',
    );
  }
}
