import { createHash } from 'node:crypto';
import { type Header, headerSchema, markSchema, type SequencePosition } from './format.ts';
import { readLines } from './file.ts';
import { BackupProblem, damaged } from './problem.ts';

/** What is told about a backup while it is read, in the order of the file. */
export interface Visitor {
  header?(header: Header): void | Promise<void>;
  /** Rows of one table and tenant, each a JSON string; many calls per table. */
  rows(table: string, tenant: number, rows: readonly string[]): void | Promise<void>;
  sequences?(sequences: readonly SequencePosition[]): void | Promise<void>;
}

/** Reads a whole backup and throws where it is not what was written: order, counts and checksum must fit. */
export async function readBackup(path: string, visitor: Visitor): Promise<Header> {
  const reading = new Reading(visitor);
  for await (const lines of readLines(path)) {
    let from = 0;
    for (let at = 0; at <= lines.length; at += 1) {
      // A row begins with a quotation mark; they are passed on together.
      if (lines[at]?.startsWith('"') === true) continue;
      if (at > from) await reading.rows(lines.slice(from, at));
      const mark = lines[at];
      if (mark !== undefined) await reading.mark(mark);
      from = at + 1;
    }
  }
  return reading.end();
}

class Reading {
  readonly #visitor: Visitor;
  readonly #hash = createHash('sha256');
  readonly #counts = new Map<string, number>();
  #header: Header | null = null;
  #section: { readonly table: string; readonly tenant: number } | null = null;
  #whole = false;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async rows(rows: readonly string[]): Promise<void> {
    const section = this.#section;
    if (this.#header === null) throw notOurs();
    if (section === null || this.#whole) throw damaged('rows lie outside of every table');
    this.#hash.update(`${rows.join('\n')}\n`);
    this.#counts.set(section.table, (this.#counts.get(section.table) ?? 0) + rows.length);
    await this.#visitor.rows(section.table, section.tenant, rows);
  }

  async mark(line: string): Promise<void> {
    if (this.#whole) throw damaged('it goes on after its end');
    if (this.#header === null) return this.#readHeader(line);
    const mark = markSchema.safeParse(parsed(line));
    if (!mark.success) throw damaged('it holds a line that no backup has');
    if ('sha256' in mark.data) {
      if (this.#hash.digest('hex') !== mark.data.sha256) throw damaged('its checksum does not fit its content');
      this.#whole = true;
      return;
    }
    this.#hash.update(`${line}\n`);
    if ('table' in mark.data) this.#section = mark.data;
    else {
      this.#section = null;
      await this.#visitor.sequences?.(mark.data.sequences);
    }
  }

  async #readHeader(line: string): Promise<void> {
    const value = parsed(line);
    const version = typeof value === 'object' && value !== null && 'ordo_backup' in value ? value.ordo_backup : null;
    if (typeof version !== 'number') throw notOurs();
    const header = headerSchema.safeParse(value);
    if (!header.success) throw version > 1 ? newerFormat(version) : damaged('its first line is not a header');
    this.#hash.update(`${line}\n`);
    this.#header = header.data;
    await this.#visitor.header?.(header.data);
  }

  end(): Header {
    const header = this.#header;
    if (header === null) throw notOurs();
    if (!this.#whole) throw damaged('its end is missing');
    for (const { name, rows } of header.tables) {
      const found = this.#counts.get(name) ?? 0;
      if (found !== rows) throw damaged(`${name} has ${found} rows and should have ${rows}`);
    }
    return header;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const notOurs = (): BackupProblem => new BackupProblem('BACKUP_NOT_READ', 'The file is not a backup of Ordo.', 'Name a file that "ordo backup" wrote.');
const newerFormat = (version: number): BackupProblem =>
  new BackupProblem('BACKUP_NEWER', `The backup has format ${version}, which this version of the program does not know.`, 'Restore it with the version of the program that made it, or a newer one.');
