import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

interface MetricEntry {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly meaning: string;
  readonly labels: readonly string[];
}

/**
 * Every metric of Ordo's own; docs/reference/metrics.md is generated from this table. Beside them /metrics shows the
 * process metrics of prom-client (process_* and nodejs_*: memory, processor time, event loop), which it documents
 * itself. Labels are codes, route patterns and numbers of tenants: never an id, an address or anything of a person.
 */
export const METRICS = [
  { name: "ordo_orders_captured_total", kind: "counter", meaning: "Orders that were newly captured.", labels: [] },
  { name: "ordo_orders_refused_total", kind: "counter", meaning: "Orders that were refused at capture, by the code of the refusal.", labels: ["code"] },
  { name: "ordo_holds_at_capture_total", kind: "counter", meaning: "Holds that newly captured orders got from the rules they were checked by, by kind.", labels: ["kind"] },
  { name: "ordo_batch_commands", kind: "histogram", meaning: "Commands that one transaction took.", labels: ["flow"] },
  { name: "ordo_batch_seconds", kind: "histogram", meaning: "Time of one transaction from load to commit.", labels: ["flow"] },
  { name: "ordo_commands_waiting", kind: "gauge", meaning: "Commands that wait for the next transaction now.", labels: ["flow"] },
  { name: "ordo_outbox_lag_positions", kind: "gauge", meaning: "Events that a consumer has not taken up yet.", labels: ["tenant", "consumer"] },
  { name: "ordo_outbox_lag_seconds", kind: "gauge", meaning: "Age of the oldest event that a consumer has not taken up yet; 0 where there is none.", labels: ["tenant", "consumer"] },
  { name: "ordo_outbox_events_total", kind: "counter", meaning: "Events that a consumer finished with.", labels: ["consumer"] },
  { name: "ordo_leases_taken_total", kind: "counter", meaning: "Leases this process took, from nobody or from a holder that let them run out.", labels: ["name"] },
  { name: "ordo_leases_lost_total", kind: "counter", meaning: "Leases this process held and found taken by another one.", labels: ["name"] },
  { name: "ordo_journey_retries", kind: "gauge", meaning: "Events whose next work failed and will be tried again.", labels: ["tenant"] },
  { name: "ordo_journey_parked", kind: "gauge", meaning: "Events whose next work failed so often that a person has to look: `GET /v1/parked-work` lists them, and each can be tried again.", labels: ["tenant"] },
  { name: "ordo_sweeper_rounds_total", kind: "counter", meaning: "Rounds of the sweeper: done, or failed and repeated later.", labels: ["outcome"] },
  { name: "ordo_swept_total", kind: "counter", meaning: "Claims, holds, shipments, lines and orders that the sweeper took up because their time had come.", labels: [] },
  { name: "ordo_promises_total", kind: "counter", meaning: "Dates of orders that were at risk: saved (a shipment was sent otherwise), changed (a customer hears of another day), missed (a date passed before everything had left).", labels: ["outcome"] },
  { name: "ordo_webhook_attempts_total", kind: "counter", meaning: "Webhook requests by how they ended: delivered, refused (an answer other than 2xx), unreachable, timed_out, blocked.", labels: ["outcome"] },
  { name: "ordo_webhook_first_try_seconds", kind: "histogram", meaning: "Time from an event's recording to the first request that carries it.", labels: [] },
  { name: "ordo_webhook_deliveries", kind: "gauge", meaning: "Webhook deliveries that are pending (to be tried or tried again) or dead.", labels: ["tenant", "state"] },
  { name: "ordo_inbox_refused_total", kind: "counter", meaning: "Messages of channels whose signature was missing or wrong; nothing of them is kept.", labels: ["connector"] },
  { name: "ordo_channel_calls_total", kind: "counter", meaning: "Pieces of work at channels that ended, by kind and outcome (done, retry or dead).", labels: ["kind", "outcome"] },
  { name: "ordo_channel_call_seconds", kind: "histogram", meaning: "Time from when something was to be told to a channel until it was.", labels: ["kind"] },
  { name: "ordo_import_entries_total", kind: "counter", meaning: "What files that the server imported hold, by kind and by what became of it.", labels: ["kind", "outcome"] },
  { name: "ordo_mails_total", kind: "counter", meaning: "Mails to customers that ended or were tried, by kind and outcome: sent, kept (no mail server is set), retry, dropped, refused or dead.", labels: ["kind", "outcome"] },
  { name: "ordo_report_runs_total", kind: "counter", meaning: "Reports whose time had come, by outcome: sent (its mails were written) or failed.", labels: ["outcome"] },
  { name: "ordo_mail_seconds", kind: "histogram", meaning: "Time from when a mail was written until the mail server took it.", labels: [] },
  { name: "ordo_mails", kind: "gauge", meaning: "Mails that are pending (to be written or sent) or dead.", labels: ["tenant", "state"] },
  { name: "ordo_inbox_messages_total", kind: "counter", meaning: "Messages of channels that were settled, by what became of them.", labels: ["state"] },
  { name: "ordo_channel_sweeps_total", kind: "counter", meaning: "Sweeps of channels that ended, by outcome (done or failed), and pages that were put off.", labels: ["outcome"] },
  { name: "ordo_http_requests_total", kind: "counter", meaning: "HTTP requests by method, route pattern and status.", labels: ["method", "route", "status"] },
  { name: "ordo_http_request_seconds", kind: "histogram", meaning: "Time to answer an HTTP request.", labels: ["method", "route"] },
] as const satisfies readonly MetricEntry[];

type Entry = (typeof METRICS)[number];
type Named<K extends Entry["kind"]> = Extract<Entry, { kind: K }>["name"];
type LabelOf<N extends Entry["name"]> = Extract<Entry, { name: N }>["labels"][number];
export type Labels<N extends Entry["name"]> = Readonly<Record<LabelOf<N>, string | number>>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMANDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** The registry of one process, made from the table: a name or label that is not in it does not compile. */
export interface Metrics {
  count<N extends Named<"counter">>(name: N, labels: Labels<N>, by?: number): void;
  set<N extends Named<"gauge">>(name: N, labels: Labels<N>, value: number): void;
  observe<N extends Named<"histogram">>(name: N, labels: Labels<N>, value: number): void;
  /** What /metrics answers, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(options: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const { name, kind, meaning, labels } of METRICS) {
    const shape = { name, help: meaning, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(shape));
    else if (kind === "gauge") gauges.set(name, new Gauge(shape));
    else histograms.set(name, new Histogram({ ...shape, buckets: name.endsWith("_seconds") ? SECONDS : COMMANDS }));
  }
  if (options.process !== false) collectDefaultMetrics({ register: registry });
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
