import { z } from 'zod';

/**
 * A backup is gzip over lines of text. The first is the header. Then, table by table and tenant by tenant, a line that
 * names both and one line per row: the row as PostgreSQL writes it as text, as a JSON string. The last two lines hold the
 * positions of the sequences and the SHA-256 of every line before it. Text is the one form in which every version of
 * PostgreSQL reads back exactly what another one wrote.
 */
export const FORMAT = 1;

const count = z.number().int().min(0);
const name = z.string().min(1).max(63);

const migration = z.strictObject({ number: count, name: z.string(), checksum: z.string() });
const partition = z.strictObject({ table: name, month: z.string().regex(/^\d{6}$/) });

export const headerSchema = z.strictObject({
  ordo_backup: z.literal(FORMAT),
  program: z.string(),
  /** What was applied to the database, in order; the last one is its version. */
  migrations: z.array(migration).min(1),
  server: z.string(),
  created_at: z.string(),
  tenants: z.array(count),
  /** Monthly parts of tables, made again before rows go into them. */
  partitions: z.array(partition),
  /** In the order in which they can be loaded. */
  tables: z.array(z.strictObject({ name, rows: count })),
});
export type Header = z.infer<typeof headerSchema>;

const sequence = z.strictObject({ name, last_value: z.string().regex(/^\d{1,19}$/).nullable() });
export type SequencePosition = z.infer<typeof sequence>;

/** Lines that are not rows begin with a brace. */
export const markSchema = z.union([
  z.strictObject({ table: name, tenant: count }), z.strictObject({ sequences: z.array(sequence) }), z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
]);

export const lastMigration = ({ migrations }: Pick<Header, 'migrations'>): number => migrations.at(-1)?.number ?? 0;

/** How far it is, told stage by stage. */
export interface StageProgress {
  stage(name: string, total: number | null): void;
  add(count: number): void;
  end(): void;
}
