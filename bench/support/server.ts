import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const KEY = "bench-administrator-key-0123456789";

export interface Running {
  readonly url: string;
  readonly apiKey: string;
  /** Resident memory of the process now and at its highest, in bytes. */
  memory(): { now: number; peak: number };
  stop(): Promise<void>;
}

/** Starts the real program on the bench's database, with settings of its own, in a process of its own. */
export async function startServer(databaseUrl: string, dataDirectory: string, settings: Readonly<Record<string, string>> = {}): Promise<Running> {
  const program = fileURLToPath(new URL("../../bin/ordo.js", import.meta.url));
  const child = spawn(process.execPath, ["--max-semi-space-size=64", program, "start"], {
    env: {
      ...process.env, DATABASE_URL: databaseUrl, ORDO_DATA_DIR: dataDirectory, PORT: "0", ORDO_DEMO: "0", ORDO_BOOTSTRAP_KEY: KEY, ORDO_LOG_LEVEL: "warn", ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await addressOf(child);
  const status = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  return {
    url, apiKey: KEY,
    memory: () => ({ now: status("VmRSS"), peak: status("VmHWM") }),
    stop: () => new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGTERM");
    }),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/[\w.:[\]]+/.exec(text)?.[0];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}
