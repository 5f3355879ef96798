import { z } from "zod";
import { dutyRatesBody, dutyRatesOf, restrictionBody, restrictionOf, territoryBody, territoryOf } from "../customs-bodies.ts";
import type { App, AppDeps } from "../app.ts";
import { operation } from "../route.ts";
import { customsTerritory, dutyRates, exportRestriction } from "../schemas/customs-views.ts";
import { codeText } from "../schemas/fields.ts";
import { page } from "../schemas/views.ts";
import { DATED, ended, ENDS, keeping, type Kept, listQuery, params, read, saved, write } from "./shipping-facts.ts";

/** What it costs to bring goods into another customs territory, and which may not leave: territories, duty rates, export restrictions. */
export function customsRoutes(app: App, deps: AppDeps): void {
  const kept = keeping(deps);
  territoryRoutes(app, kept);
  dutyRoutes(app, kept);
  restrictionRoutes(app, kept);
}

function territoryRoutes(app: App, { save, end, list, one }: Kept): void {
  const path = "/v1/customs-territories/:code";
  app.put(path, operation({
    ...write, id: "putCustomsTerritory", summary: "Create or change a customs territory", description: `Countries between which goods pass without duty, such as those of the European Union. A country is in one; one that is in none is a territory by itself. ${DATED}`,
  }, { params, body: territoryBody }, saved), (request, reply) =>
    save(request, reply, { kind: "customs_territory", code: request.params.code, document: territoryOf(request.params.code, request.body) }, request.body.valid_from));
  app.get("/v1/customs-territories", operation({ ...read, id: "listCustomsTerritories", summary: "List customs territories by code" }, { querystring: listQuery }, { 200: page(customsTerritory) }), (request) =>
    list(request, request.query, "customs_territory"));
  app.get(path, operation({ ...read, id: "getCustomsTerritory", summary: "Read a customs territory" }, { params }, { 200: customsTerritory }), (request) => one(request, "customs_territory", request.params.code));
  app.delete(path, operation({ ...write, id: "deleteCustomsTerritory", summary: "End a customs territory", description: `Refused while it has duty rates. ${ENDS}` }, { params }, ended), (request, reply) =>
    end(request, reply, "customs_territory", request.params.code));
}

const destinationParams = z.object({ destination: codeText });

function dutyRoutes(app: App, { save, end, list, one }: Kept): void {
  const path = "/v1/duty-rates/:destination";
  app.put(path, operation({
    ...write, id: "putDutyRates", summary: "Create or change the duty rates of a destination",
    description: `What a customs territory, or a country that is in none, takes of goods that come into it from outside: percent of their value and per_unit for each base unit. Of rates whose hs_prefix begins the item's hs_code the longest counts, of equals the one that names its country_of_origin. Nothing is due on a shipment whose goods are worth no more than de_minimis. ${DATED}`,
  }, { params: destinationParams, body: dutyRatesBody }, saved), (request, reply) =>
    save(request, reply, { kind: "duty_rates", code: request.params.destination, document: dutyRatesOf(request.params.destination, request.body) }, request.body.valid_from));
  app.get("/v1/duty-rates", operation({ ...read, id: "listDutyRates", summary: "List duty rates by destination" }, { querystring: listQuery }, { 200: page(dutyRates) }), (request) => list(request, request.query, "duty_rates"));
  app.get(path, operation({ ...read, id: "getDutyRates", summary: "Read the duty rates of a destination" }, { params: destinationParams }, { 200: dutyRates }), (request) => one(request, "duty_rates", request.params.destination));
  app.delete(path, operation({ ...write, id: "deleteDutyRates", summary: "End the duty rates of a destination", description: ENDS }, { params: destinationParams }, ended), (request, reply) =>
    end(request, reply, "duty_rates", request.params.destination));
}

function restrictionRoutes(app: App, { save, end, list, one }: Kept): void {
  const path = "/v1/export-restrictions/:code";
  app.put(path, operation({
    ...write, id: "putExportRestriction", summary: "Create or change an export restriction",
    description: `Goods (of a handling class, with an HS prefix, or by SKU; without any of these, all) that may not leave the countries named for others: no rule or strategy sends them. With licence, a node may that names it among its item_classes. ${DATED}`,
  }, { params, body: restrictionBody }, saved), (request, reply) =>
    save(request, reply, { kind: "export_restriction", code: request.params.code, document: restrictionOf(request.params.code, request.body) }, request.body.valid_from));
  app.get("/v1/export-restrictions", operation({ ...read, id: "listExportRestrictions", summary: "List export restrictions by code" }, { querystring: listQuery }, { 200: page(exportRestriction) }), (request) =>
    list(request, request.query, "export_restriction"));
  app.get(path, operation({ ...read, id: "getExportRestriction", summary: "Read an export restriction" }, { params }, { 200: exportRestriction }), (request) => one(request, "export_restriction", request.params.code));
  app.delete(path, operation({ ...write, id: "deleteExportRestriction", summary: "End an export restriction", description: ENDS }, { params }, ended), (request, reply) =>
    end(request, reply, "export_restriction", request.params.code));
}
