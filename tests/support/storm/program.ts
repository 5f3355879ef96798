import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";

export const API_KEY = "a-storm-administrator's-key".replaceAll("'", "");

export interface ProgramOptions {
  readonly databaseUrl: string;
  readonly role: "api" | "worker" | "all";
  /** Starts it again whenever it ends, as an init system would. */
  readonly supervised?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;
/** What an init system waits before it starts a service again. */
const RESTART_AFTER_MS = 100;

/** The real program in a process of its own, on a port that survives its restarts. */
export class Program {
  readonly port: number;
  readonly role: ProgramOptions["role"];
  readonly #options: ProgramOptions;
  readonly #directory: string;
  #child: ChildProcess | null = null;
  #stopping = false;
  #said = "";
  readonly #complaints = new Set<string>();
  /** How often it was started. */
  starts = 0;

  private constructor(port: number, directory: string, options: ProgramOptions) {
    this.port = port;
    this.role = options.role;
    this.#options = options;
    this.#directory = directory;
  }

  static async start(options: ProgramOptions): Promise<Program> {
    const program = new Program(await freePort(), await mkdtemp(join(tmpdir(), "ordo-program-")), options);
    process.once("exit", program.#end);
    program.#launch();
    await program.ready();
    return program;
  }

  readonly #end = (): void => void this.#child?.kill("SIGKILL");

  #launch(): void {
    const { databaseUrl, role, supervised = false, environment = {} } = this.#options;
    this.#said = "";
    this.starts += 1;
    const child = spawn(process.execPath, [inject("ordoPrograms").ordo, "start"], {
      env: {
        PATH: process.env["PATH"], HOME: process.env["HOME"], DATABASE_URL: databaseUrl, ORDO_DATA_DIR: this.#directory, PORT: String(this.port), ORDO_ROLE: role, ORDO_DEMO: "0",
        ORDO_BOOTSTRAP_KEY: API_KEY, ORDO_LOG_LEVEL: "error", ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const hear = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString()).slice(-20_000);
      for (const line of chunk.toString().split("\n")) if (line.includes('"code":"INTERNAL"')) this.#complaints.add(/"error":.*/.exec(line)?.[0] ?? line);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => {
      if (this.#child === child) this.#child = null;
      if (supervised && !this.#stopping) setTimeout(() => this.#stopping || this.#launch(), RESTART_AFTER_MS);
    });
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** What it printed and logged since its last start. */
  get said(): string {
    return this.#said;
  }

  /** Defects it logged, each once, over all its starts. */
  get complaints(): readonly string[] {
    return [...this.#complaints];
  }

  /** Resolves when it serves. */
  async ready(): Promise<void> {
    for (const deadline = Date.now() + START_WITHIN_MS; Date.now() < deadline; await sleep(20)) {
      if (/Ordo runs at/.test(this.#said)) return;
      if (this.#child === null && this.#options.supervised !== true) break;
    }
    throw new Error(`the program (${this.role}) did not start: ${this.#said}`);
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    await new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  }

  /** Asks it to stop, as an init system would, and answers its exit code; null where it had to be killed. */
  async stop(): Promise<number | null> {
    this.#stopping = true;
    process.off("exit", this.#end);
    const child = this.#child;
    const code = child === null ? null : await new Promise<number | null>((resolve) => {
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      child.once("exit", (exit) => {
        clearTimeout(late);
        resolve(exit);
      });
      child.kill("SIGTERM");
    });
    await rm(this.#directory, { recursive: true, force: true });
    return code;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
