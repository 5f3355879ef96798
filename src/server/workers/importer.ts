import { Readable } from "node:stream";
import { openSource, type Source } from "../../files/import/entries.ts";
import { isFileKind } from "../../files/import/fields.ts";
import { type ChunkOutcome, runImport } from "../../files/import/run.ts";
import { clockReader } from "../../files/local-time.ts";
import { FileProblem } from "../../files/problem.ts";
import type { InputFile } from "../../files/text-file.ts";
import { publicId } from "../../domain/kernel/index.ts";
import type { Job, JobProblem, Jobs } from "../../flows/jobs.ts";
import { TooBusy } from "../batcher.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

export const IMPORTS_LEASE = "imports";

export interface Importer {
  turn(tenantId: number): Promise<Found>;
  /** Ends the chunks in hand. What is not done goes on elsewhere, or here after the next start. */
  stop(): Promise<void>;
}

/** The run is over, and what became of the job is written already or somebody else's business now. */
class RunEnded extends Error {}

/**
 * Imports the files that were sent, of each tenant one after the other. What is done of a file is written down chunk by
 * chunk under the lease's fence; a run that goes on leaves that out, and a chunk that was done and not written down yet is
 * done again, which changes nothing.
 */
export function createImporter(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings, nudge: () => void): Importer {
  const running = new Map<number, Promise<void>>();
  let stopping = false;
  const goesOn = (held: Held): boolean => !stopping && held.valid();
  return {
    async turn(tenantId) {
      if (stopping || running.has(tenantId)) return "nothing";
      const held = await keeper.hold(tenantId, IMPORTS_LEASE);
      const job = held === null ? null : await deps.jobs.take(held.lease);
      if (held === null || job === null) return "nothing";
      const run = importJob(deps, settings, held, job, () => goesOn(held)).finally(() => running.delete(tenantId));
      running.set(tenantId, run.then(nudge, (error: unknown) => deps.log.warn({ job: job.id, error: describeError(error) }, "import interrupted")));
      return "some";
    },
    async stop() {
      stopping = true;
      await Promise.all(running.values());
    },
  };
}

async function importJob(deps: WorkerDeps, { importAttempts }: WorkerSettings, { lease }: Held, job: Job, goesOn: () => boolean): Promise<void> {
  const finish = (state: "done" | "failed", problem: JobProblem | null): Promise<boolean> => deps.jobs.finish(lease, job.id, state, problem);
  if (job.attempts > importAttempts) return void (await finish("failed", GIVEN_UP));
  try {
    const source = await openJob(deps.jobs, lease.tenantId, job, await connectorOf(deps, lease.tenantId, job));
    const proceed = async (write: Promise<boolean>): Promise<void> => { if (!(await write) || !goesOn()) throw new RunEnded(); };
    await proceed(deps.jobs.begin(lease, job.id, { rowsTotal: source.most, errorsHeading: source.errorHeading }));
    await runImport({
      source, ...wantedBy(job), target: deps.importTarget({ tenantId: lease.tenantId, actor: job.actor, origin: { request: job.requestId, via: publicId("job", job.id) } }), skip: job.entriesDone,
      async record(chunk) {
        if (!goesOn()) throw new RunEnded();
        await proceed(deps.jobs.progress(lease, job.id, progressOf(chunk)));
        for (const [outcome, count] of Object.entries(chunk.counts)) deps.metrics.count("ordo_import_entries_total", { kind: job.kind, outcome }, count);
      },
    });
    await finish("done", null);
  } catch (error) {
    if (error instanceof RunEnded) return;
    if (error instanceof FileProblem) return void (await finish("failed", { code: error.code, detail: error.message, fix: error.fix }));
    // What passes by itself is no fault of the file, whatever it took; the loop comes back to it.
    if (!(error instanceof TooBusy) && !deps.integration.isPassing(error) && job.attempts >= importAttempts) await finish("failed", GIVEN_UP);
    throw error;
  }
}

const GIVEN_UP: JobProblem = {
  code: "INTERNAL", detail: "Ordo met a defect of its own while it imported this file.", fix: "Look at the log of the worker. What was imported until then stays; sending the file again does the rest.",
};

const progressOf = ({ entries, rows, counts, failures }: ChunkOutcome): Parameters<Jobs["progress"]>[2] =>
  ({ entries, rows, counts, errors: Buffer.from(failures.map(({ text }) => text).join("")) });

function wantedBy({ kind, options }: Job): Pick<Parameters<typeof runImport>[0], "kind" | "options"> {
  if (!isFileKind(kind)) throw new FileProblem("UNKNOWN_KIND", `This version of the program cannot import ${kind}.`, "Run the version that took the file.");
  const { channel, currency, priceList, rateCard, createItems, endlessStock, dryRun, connectionId } = options;
  return { kind, options: { channel, currency, priceList, rateCard, connection: connectionId === null ? null : publicId("connection", connectionId), createItems, endlessStock, isTrial: dryRun } };
}

async function connectorOf({ connections }: WorkerDeps, tenantId: number, { options: { connectionId } }: Job): Promise<string | null> {
  const connection = connectionId === null ? null : await connections.find(tenantId, connectionId);
  if (connectionId !== null && connection === null) throw new FileProblem("NOT_FOUND", "The connection is not there any more.", "Send the file again, for a connection that is there.");
  return connection?.connector ?? null;
}

function openJob(jobs: Jobs, tenantId: number, job: Job, connector: string | null): Promise<Source> {
  const { kind } = wantedBy(job);
  const { map, timeZone, currency } = job.options;
  return openSource({ file: sentFile(jobs, tenantId, job), kind, map: new Map(Object.entries(map)), reading: { clock: clockReader(timeZone), currency }, connector });
}

/** The file as it lies in the database, piece by piece. */
const sentFile = (jobs: Jobs, tenantId: number, { id, file }: Job): InputFile => ({
  name: file,
  open: () => Readable.from((async function* () {
    for (let chunkNo = 0; ; chunkNo += 1) {
      const chunk = await jobs.chunk(tenantId, id, chunkNo);
      if (chunk === null) return;
      yield chunk;
    }
  })(), { objectMode: false }),
});
