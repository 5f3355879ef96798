import { connect, type Socket } from "node:net";

/** What became of one request: an answer, or none. A request that never left was certainly not done. */
export type Reply =
  | { readonly kind: "answered"; readonly status: number; readonly body: string; readonly replayed: boolean }
  | { readonly kind: "lost"; readonly sent: boolean; readonly reason: string };

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly key: string | null;
}

interface Waiting {
  readonly text: string;
  readonly settle: (reply: Reply) => void;
  readonly timer: NodeJS.Timeout;
  sent: boolean;
}

/** One keep-alive connection, one request at a time; opened again for the next request when it broke. */
class Connection {
  readonly #port: number;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  send(text: string, timeoutMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail("no answer in time"), timeoutMs);
      this.#waiting = { text, settle: resolve, timer, sent: false };
      if (this.#socket === null) this.#open();
      else this.#write(this.#socket);
    });
  }

  #open(): void {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    socket.on("connect", () => this.#write(socket));
    socket.on("data", (chunk: Buffer) => {
      if (this.#socket !== socket) return;
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#read();
    });
    let reason = "connection closed";
    socket.on("error", (error) => (reason = error.message));
    socket.on("close", () => {
      if (this.#socket === socket) this.#fail(reason);
    });
  }

  #write(socket: Socket): void {
    if (this.#waiting === null || this.#waiting.sent || this.#socket !== socket) return;
    this.#waiting.sent = true;
    socket.write(this.#waiting.text);
  }

  #read(): void {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.toString("utf8", end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const socket = this.#socket;
    this.#settle({ kind: "answered", status: Number(head.slice(9, 12)), body, replayed: /idempotent-replayed: true/i.test(head) });
    if (/connection: close/i.test(head) && this.#socket === socket) this.close();
  }

  #fail(reason: string): void {
    const sent = this.#waiting?.sent ?? false;
    this.close();
    this.#settle({ kind: "lost", sent, reason });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    waiting.settle(reply);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}

/** Requests to one process over a few connections; more wait for a free one, and their time starts when they leave. */
export class HttpClient {
  readonly #all: Connection[];
  readonly #free: Connection[];
  readonly #queue: ((connection: Connection) => void)[] = [];
  readonly #head: string;
  readonly #timeoutMs: number;

  constructor({ port, apiKey, connections, timeoutMs }: { port: number; apiKey: string; connections: number; timeoutMs: number }) {
    this.#all = Array.from({ length: connections }, () => new Connection(port));
    this.#free = [...this.#all];
    this.#head = `HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${apiKey}\r\n`;
    this.#timeoutMs = timeoutMs;
  }

  async request({ method, path, body, key }: Request): Promise<Reply> {
    const connection = this.#free.pop() ?? (await new Promise<Connection>((resolve) => void this.#queue.push(resolve)));
    const type = body === "" ? "" : "content-type: application/json\r\n";
    const idempotency = key === null ? "" : `idempotency-key: ${key}\r\n`;
    try {
      return await connection.send(`${method} ${path} ${this.#head}${type}${idempotency}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, this.#timeoutMs);
    } finally {
      const next = this.#queue.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
