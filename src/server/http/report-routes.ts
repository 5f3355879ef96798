import { z } from "zod";
import { GROUPS, type ReportAbout, REPORTS } from "../../flows/report-catalogue.ts";
import { type Period, type Point, readReport } from "../../flows/read-report.ts";
import type { ReportQueries } from "../../flows/reports.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { reportTable } from "../report-table.ts";
import { questionOf } from "./report-question.ts";
import { notFound, operation } from "./route.ts";
import { codeText, timeZone } from "./schemas/fields.ts";

const [words, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const UNITS = ["count", "units", "minor", "micros", "percent", "seconds"] as const;
const aboutView = z.object({
  code: words, name: words, definition: words, formula: words, by: z.enum(["placed", "departure", "arrival", "promise", "now", "ship_date"]).describe("What puts something into a stretch of time."),
  figures: z.array(z.object({ name: words, unit: z.enum(UNITS), definition: words })), group_by: z.array(z.enum(GROUPS)), filters: z.array(z.enum(["channel", "node"])),
  has_orders_query: z.boolean(), orders_query_note: words.nullable().describe("Why the list of orders cannot show what makes the numbers."),
}).meta({ id: "ReportAbout" });
const figureView = z.object({ name: words, currency: words.nullable(), value: z.number().nullable() });
const point = z.object({
  key: words.describe("The first day, an age, or the code of a channel or node."), from: when.nullable(), to: when.nullable(), figures: z.array(figureView),
  orders_query: words.optional().describe("Parameters of GET /v1/orders that list what makes the numbers."),
}).meta({ id: "ReportPoint" });
const period = { from: words, to: words, series: z.array(point), total: point };
const reportView = z.object({
  code: words, name: words, zone: words, group_by: z.enum(GROUPS).nullable(), ...period, compared: z.object(period).nullable(),
  as_of: z.object({ position: whole, behind: whole.describe("Events that are not in it yet."), at: when.nullable(), rebuilt_orders: whole.nullable().describe("Where a rebuild goes on: the orders that are counted so far.") }),
}).meta({ id: "Report" });

const localDate = z.iso.date({ error: "Not a date such as 2026-03-02." }).refine((date) => date >= "1900-01-01" && date < "2200-01-01", { error: "Not a date between 1900 and 2200." });
const query = z.strictObject({
  from: localDate.optional(), to: localDate.optional(), zone: timeZone.optional(), channel: codeText.optional(), node: codeText.optional(), group_by: z.enum(GROUPS).optional(), compare: z.enum(["previous", "year"]).optional(),
});

const ABOUT = "Days are those of zone, UTC without it, both included; the last 30 without them. Zones that are whole quarters of an hour from UTC are exact, which are all in use, and so are days on which clocks change. " +
  "Money is never added up over currencies. Sums follow the log: as_of says how far. With accept: text/csv the same as a table.";

/** What reports there are, and what they say: for AppDeps.extraRoutes. */
export const reportRoutes = ({ queries, now }: { readonly queries: ReportQueries; readonly now: () => number }) => (app: App): void => {
  app.get("/v1/reports", operation({ id: "listReports", tag: "reports", scope: "orders:read", summary: "Read what reports there are, and what each of their figures means" }, {}, { 200: z.object({ data: z.array(aboutView) }) }), async () =>
    ({ data: REPORTS.map(shownAbout) }));
  app.get("/v1/reports/:code", operation({ id: "getReport", tag: "reports", scope: "orders:read", summary: "Read a report", description: ABOUT }, { params: z.object({ code: words }), querystring: query }, { 200: reportView }), async (request, reply) => {
    const report = REPORTS.find(({ code }) => code === request.params.code);
    if (!report) throw notFound(`report "${request.params.code.slice(0, 100)}"`);
    const question = questionOf(report, request.query, now());
    const answer = await readReport(queries, callerOf(request).tenantId, question, now());
    if (/\btext\/csv\b/.test(request.headers.accept ?? "")) return reply.header("content-disposition", `attachment; filename="${report.code}.csv"`).type("text/csv; charset=utf-8").send(reportTable(answer));
    const { asOf, compared, ...own } = answer;
    return {
      code: report.code, name: report.name, zone: question.zone, group_by: report.groups.length === 0 ? null : question.group, ...shownPeriod(own), compared: compared && shownPeriod(compared),
      as_of: { position: asOf.position, behind: asOf.behind, at: isoOrNull(asOf.at), rebuilt_orders: asOf.rebuilt },
    };
  });
};

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shownAbout = ({ code, name, definition, formula, by, figures, groups, filters, orders, ordersWhy }: ReportAbout): z.infer<typeof aboutView> => ({
  code, name, definition, formula, by, figures: figures.map((one) => ({ ...one })), group_by: [...groups], filters: [...filters], has_orders_query: orders !== null,
  orders_query_note: orders === null ? ordersWhy : null,
});
const shownPoint = ({ key, from, to, figures, ordersQuery }: Point): z.infer<typeof point> =>
  ({ key, from: isoOrNull(from), to: isoOrNull(to), figures: figures.map((one) => ({ ...one })), ...(ordersQuery === null ? {} : { orders_query: ordersQuery }) });
const shownPeriod = ({ from, to, series, total }: Period): { from: string; to: string; series: z.infer<typeof point>[]; total: z.infer<typeof point> } => ({ from, to, series: series.map(shownPoint), total: shownPoint(total) });
