import { z } from "zod";
import { parsePublicId, publicId } from "../../domain/kernel/index.ts";
import type { Principal } from "../../flows/access.ts";
import { GROUPS, REPORTS } from "../../flows/report-catalogue.ts";
import { CADENCES, nextTime, type ReportSchedule, type ReportSchedules, SCHEDULE_PERIODS, type ScheduleView } from "../../flows/report-schedules.ts";
import { mailbox } from "../mail/address.ts";
import { actorOf, authorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { refuseWrong, type Wrong, wrongFilter } from "./report-question.ts";
import { found, idOf, notFound, operation } from "./route.ts";
import { codeText, text, timeZone } from "./schemas/fields.ts";

export interface ReportScheduleRouteDeps {
  readonly schedules: ReportSchedules;
  readonly now: () => number;
  readonly newId: () => string;
  /** Told that somebody wants a report sent now. */
  readonly asked: () => void;
}

const [words, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "Not a local time such as 07:30.");
const recipient = text(320).refine((one) => mailbox(one) !== null || parsePublicId("user", one) !== undefined, { error: "Neither one e-mail address nor the id of a person." });
const fields = {
  name: text(100), period: z.enum(SCHEDULE_PERIODS).describe("Days that are over, counted from when it is sent; a report of now has none, whatever stands here."),
  cadence: z.enum(CADENCES), time: time.describe("By the clocks of zone."), weekday: z.int().min(1).max(7).nullable().describe("Monday is 1; of a weekly one."), month_day: z.int().min(1).max(31).nullable().describe("Of a monthly one; a shorter month's last day."),
  zone: timeZone, group_by: z.enum(GROUPS).nullable(), channel: codeText.nullable(), node: codeText.nullable(), compare: z.enum(["previous", "year"]).nullable(),
  to: z.array(recipient).min(1).max(20).describe("People by their ids, addresses as they are."), language: z.enum(["en", "de"]), paused: z.boolean(),
};
const optional = { weekday: fields.weekday.default(null), month_day: fields.month_day.default(null), group_by: fields.group_by.default(null), channel: fields.channel.default(null), node: fields.node.default(null), compare: fields.compare.default(null), language: fields.language.default("en"), paused: fields.paused.default(false) };
const newSchedule = z.strictObject({ report: codeText, ...fields, ...optional });
const change = z.strictObject(fields).partial();
const view = z.object({
  id: words, report: words, ...fields, time: words, zone: words, to: z.array(words), channel: words.nullable(), node: words.nullable(), name: words, owner: words, mine: z.boolean(), version: whole, updated_at: when,
  next_at: when.nullable().describe("Null while it is paused."), waiting: z.boolean().describe("Somebody asked for it to be sent now, and it was not yet."),
  runs: z.array(z.object({ at: when, outcome: z.enum(["sent", "failed"]), note: words.nullable(), mails: whole })).describe("The latest first."),
}).meta({ id: "ReportSchedule" });
type Asked = z.infer<typeof newSchedule>;

const ABOUT = "A report goes to people and addresses as a CSV file with a link, daily, weekly or monthly at a local time: once on each of its days, also on those that change the clocks, and once after downtime however often it was missed. " +
  "What it says is what whoever made it may read when it is sent. Addresses of nobody who may sign in need the scope orders:write.";

const iso = (at: number): string => new Date(at).toISOString();
const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const shown = (one: ScheduleView, person: string): z.infer<typeof view> => ({
  id: publicId("reportSchedule", one.id), report: one.report, name: one.name, period: one.period, cadence: one.cadence, time: clockOf(one.minute), weekday: one.weekday, month_day: one.monthDay, zone: one.zone, group_by: one.group,
  channel: one.channel, node: one.node, compare: one.compare, to: [...one.to], language: one.language, paused: one.paused, owner: one.owner, mine: one.owner === person, version: one.version, updated_at: iso(one.updatedAt),
  next_at: one.paused ? null : iso(one.nextAt), waiting: one.askedAt !== null, runs: one.runs.map((run) => ({ ...run, at: iso(run.at) })),
});

/** As one would ask for it anew. */
const askedOf = (one: ReportSchedule): Asked => ({
  report: one.report, name: one.name, period: one.period, cadence: one.cadence, time: clockOf(one.minute), weekday: one.weekday, month_day: one.monthDay, zone: one.zone, group_by: one.group, channel: one.channel, node: one.node,
  compare: one.compare, to: [...one.to], language: one.language, paused: one.paused,
});

/** Refuses all that does not fit together at once. */
function check(asked: Asked, caller: Principal): void {
  const report = REPORTS.find(({ code }) => code === asked.report);
  if (!report) return refuseWrong([["report", `There is no report "${asked.report}"; there are ${REPORTS.map(({ code }) => code).join(", ")}.`]], "");
  const needs = (name: "weekday" | "month_day", cadence: string): Wrong[] => [
    ...(asked.cadence === cadence && asked[name] === null ? [[name, `A ${cadence} schedule needs its ${name}.`] as const] : []), ...(asked.cadence !== cadence && asked[name] !== null ? [[name, `Only a ${cadence} schedule has a ${name}.`] as const] : []),
  ];
  refuseWrong([
    ...wrongFilter(report, { channel: asked.channel ?? undefined, node: asked.node ?? undefined, group_by: asked.group_by ?? undefined, compare: asked.compare ?? undefined }), ...needs("weekday", "weekly"), ...needs("month_day", "monthly"),
  ], "");
  if (asked.to.some((one) => parsePublicId("user", one) === undefined) && !hasScope(caller, "orders:write")) throw refused("FORBIDDEN", "Sending a report to an address needs the scope orders:write; name people who may sign in.");
}

function scheduleOf({ group_by: group, month_day: monthDay, time: clock, ...asked }: Asked, kept: Pick<ReportSchedule, "id" | "owner" | "version">, now: number): ReportSchedule {
  const times = { ...asked, group, monthDay, minute: minuteOf(clock) };
  return { ...times, ...kept, nextAt: nextTime(times, now), askedAt: null, updatedAt: now };
}

/** Reports that are sent by mail again and again: for AppDeps.extraRoutes. */
export const reportScheduleRoutes = ({ schedules, now, newId, asked: askedNow }: ReportScheduleRouteDeps) => (app: App): void => {
  const about = { tag: "reports", scope: "orders:read" } as const;
  const params = z.object({ id: words });
  const own = async (request: Parameters<typeof callerOf>[0], id: string): Promise<ScheduleView> => {
    const caller = callerOf(request);
    const one = await schedules.find(caller.tenantId, idOf("reportSchedule", id));
    if (one === null || (one.owner !== actorOf(caller) && !hasScope(caller, "admin"))) throw notFound(`report schedule ${id}`);
    return one;
  };
  const save = async (request: Parameters<typeof callerOf>[0], one: ReportSchedule): Promise<z.infer<typeof view>> => {
    const caller = callerOf(request);
    if (!(await schedules.save(caller.tenantId, one, authorOf(request, now())))) throw refused("STALE_VERSION", "Somebody changed this schedule meanwhile; read it again.");
    return shown(found(await schedules.find(caller.tenantId, one.id), "reportSchedule", one.id), actorOf(caller));
  };

  app.get("/v1/report-schedules", operation({ ...about, id: "listReportSchedules", summary: "List the reports that you have sent by mail, an administrator everybody's", description: ABOUT },
    { querystring: z.strictObject({ report: codeText.optional() }) }, { 200: z.object({ data: z.array(view) }) }), async (request) => {
    const caller = callerOf(request);
    const rows = await schedules.list(caller.tenantId, { owner: hasScope(caller, "admin") ? null : actorOf(caller), report: request.query.report ?? null });
    return { data: rows.map((one) => shown(one, actorOf(caller))) };
  });
  app.post("/v1/report-schedules", operation({ ...about, id: "createReportSchedule", summary: "Have a report sent by mail again and again", description: ABOUT }, { body: newSchedule }, { 201: view }), async (request, reply) => {
    const caller = callerOf(request);
    check(request.body, caller);
    return reply.code(201).send(await save(request, scheduleOf(request.body, { id: newId(), owner: actorOf(caller), version: 1 }, now())));
  });
  app.patch("/v1/report-schedules/:id", operation({ ...about, id: "changeReportSchedule", summary: "Change, pause or resume the sending of a report", description: "What is left out stays. Its next time is counted from now." }, { params, body: change }, { 200: view }), async (request) => {
    const one = await own(request, request.params.id);
    const given = Object.fromEntries(Object.entries(request.body).filter(([, value]) => value !== undefined));
    const asked: Asked = { ...askedOf(one), ...given };
    check(asked, callerOf(request));
    return save(request, { ...scheduleOf(asked, { id: one.id, owner: one.owner, version: one.version + 1 }, now()), askedAt: one.askedAt });
  });
  app.post("/v1/report-schedules/:id/send", operation({ ...about, id: "sendReportNow", summary: "Have a report sent now, beside its times", description: "A worker sends it within seconds; its runs say what became of it." }, { params, body: z.strictObject({}) }, { 200: view }), async (request) => {
    const one = await own(request, request.params.id);
    const waiting = found(await schedules.ask(callerOf(request).tenantId, one.id, authorOf(request, now())), "reportSchedule", request.params.id);
    askedNow();
    return shown(waiting, actorOf(callerOf(request)));
  });
  app.delete("/v1/report-schedules/:id", operation({ ...about, id: "deleteReportSchedule", summary: "Send a report no more" }, { params }, { 200: z.object({ id: words, deleted: z.boolean() }) }), async (request) => {
    const one = await own(request, request.params.id);
    return { id: publicId("reportSchedule", one.id), deleted: await schedules.remove(callerOf(request).tenantId, one.id, authorOf(request, now())) };
  });
};
