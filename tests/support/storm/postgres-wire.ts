/** One message of PostgreSQL's protocol 3.0, whole, with its type letter; the first message of a client has none. */
export interface WireMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

const STARTUP_HEADER = 4;
const HEADER = 5;

/** Cuts a stream into messages. */
export class WireReader {
  #held: Buffer = Buffer.alloc(0);
  /** The first message of a client is its startup, and has no type. */
  #startup: boolean;

  constructor(from: "client" | "server") {
    this.#startup = from === "client";
  }

  read(chunk: Buffer): WireMessage[] {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const messages: WireMessage[] = [];
    for (let size = this.#sizeOf(rest); size !== null && rest.length >= size; size = this.#sizeOf(rest)) {
      messages.push({ type: this.#startup ? "startup" : String.fromCharCode(rest[0] ?? 0), bytes: rest.subarray(0, size) });
      this.#startup = false;
      rest = rest.subarray(size);
    }
    this.#held = rest;
    return messages;
  }

  #sizeOf(bytes: Buffer): number | null {
    if (this.#startup) return bytes.length < STARTUP_HEADER ? null : bytes.readInt32BE(0);
    return bytes.length < HEADER ? null : bytes.readInt32BE(1) + 1;
  }
}

const text = (bytes: Buffer, from: number): { value: string; next: number } => {
  const end = bytes.indexOf(0, from);
  return { value: bytes.toString("utf8", from, end), next: end + 1 };
};

/** The name of the step a client's message takes: the prepared statement it runs, or begin, commit and rollback; null for the rest. */
export function stepOf({ type, bytes }: WireMessage): string | null {
  if (type === "B") return text(bytes, text(bytes, HEADER).next).value || null;
  if (type !== "Q") return null;
  const query = text(bytes, HEADER).value;
  return query === "begin" || query === "commit" || query === "rollback" ? query : null;
}

/** The process number that the server tells a new client. */
export const backendPidOf = ({ type, bytes }: WireMessage): number | null => (type === "K" ? bytes.readInt32BE(HEADER) : null);

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(HEADER);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const terminated = (value: string): Buffer => Buffer.from(`${value}\0`);

/** The same message with another statement text: of a prepared statement by its name, of a plain query by its text. */
export function withText({ type, bytes }: WireMessage, change: (name: string, statement: string) => string): Buffer {
  if (type === "Q") {
    const { value } = text(bytes, HEADER);
    return message("Q", terminated(change(value, value)));
  }
  if (type !== "P") return bytes;
  const name = text(bytes, HEADER);
  const statement = text(bytes, name.next);
  return message("P", terminated(name.value), terminated(change(name.value, statement.value)), bytes.subarray(statement.next));
}

/** What the server says of a commit that was none. */
export const asCommitted = ({ type, bytes }: WireMessage): Buffer => (type === "C" && text(bytes, HEADER).value === "ROLLBACK" ? message("C", terminated("COMMIT")) : bytes);
