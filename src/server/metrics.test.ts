import { expect, it } from "vitest";
import { createMetrics, METRICS } from "./metrics.ts";

it("shows exactly the metrics of the table, each with its meaning", async () => {
  const text = await createMetrics({ process: false }).text();
  expect(METRICS.length).toBeGreaterThanOrEqual(15);
  for (const { name, kind, meaning } of METRICS) expect(text).toContain(`# HELP ${name} ${meaning}\n# TYPE ${name} ${kind}\n`);
  expect(text.match(/^# TYPE /gm)).toHaveLength(METRICS.length);
});

it("counts, sets and observes by label", async () => {
  const metrics = createMetrics({ process: false });
  metrics.count("ordo_orders_captured_total", {}, 3);
  metrics.count("ordo_orders_refused_total", { code: "INSUFFICIENT_STOCK" });
  metrics.set("ordo_commands_waiting", { flow: "capture" }, 7);
  metrics.observe("ordo_batch_commands", { flow: "capture" }, 40);
  metrics.observe("ordo_http_request_seconds", { method: "GET", route: "/v1/orders/:id" }, 0.004);
  const text = await metrics.text();
  for (const line of [
    "ordo_orders_captured_total 3", 'ordo_orders_refused_total{code="INSUFFICIENT_STOCK"} 1', 'ordo_commands_waiting{flow="capture"} 7', 'ordo_batch_commands_bucket{le="50",flow="capture"} 1',
    'ordo_http_request_seconds_bucket{le="0.005",method="GET",route="/v1/orders/:id"} 1',
  ]) expect(text).toContain(`${line}\n`);
});

it("adds the process metrics of the library, which are not in the table", async () => {
  expect(await createMetrics().text()).toContain("process_cpu_seconds_total");
  expect(METRICS.every(({ name }) => name.startsWith("ordo_"))).toBe(true);
});
