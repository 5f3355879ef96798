import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { type FieldError, type Refusal, type RefusalCode, REFUSALS } from "../../domain/kernel/index.ts";
import { inspect } from "./json-body.ts";
import { pointerOf, Refused } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** Where each part of a request stands in the pointers of its errors; the body is the root. */
const PLACES: Readonly<Record<string, string>> = { body: "", querystring: "/query", params: "/path", headers: "/headers" };

/** Parses each part of a request once with its zod schema. What is answered is plain JSON: its schemas are documentation. */
export function validateWithZod(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart = "body" }) => {
    const place = PLACES[httpPart] ?? "";
    return (data: unknown) => {
      // The body was inspected when it was read; one that is absent is an empty one, so that each missing field is named.
      if (httpPart !== "body") refuseUnstorable(data, place);
      const parsed = schema.safeParse(data ?? {});
      if (parsed.success) return { value: parsed.data };
      throw new Refused(refusalOf(parsed.error.issues, place));
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

function refuseUnstorable(data: unknown, place: string): void {
  const [first, ...rest] = inspect(data);
  if (first) throw new Refused({ code: "INVALID_FIELD", detail: first.detail, errors: [first, ...rest].map((error) => ({ ...error, pointer: place + error.pointer })) });
}

/** Every fault at once. A schema may name a code of its own through `params: { code }` (see schemas/fields.ts). */
export function refusalOf(issues: readonly Issue[], place = ""): Refusal {
  const errors = issues.flatMap((issue) => fieldErrors(issue, place)).slice(0, 200);
  const codes = new Set(errors.map((error) => error.code));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : "INVALID_BODY";
  return { code, detail: errors.length === 1 ? (errors[0]?.detail ?? "") : `${errors.length} fields have to be corrected; errors names each.`, errors };
}

function fieldErrors(issue: Issue, place: string): FieldError[] {
  const pointer = place + pointerOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: `${pointer}${pointerOf([key])}`, code: "INVALID_BODY", detail: `There is no field "${key}" here.` }));
  }
  // Of the alternatives of a union, the one whose type fits best knows what is wrong.
  if (issue.code === "invalid_union") {
    const best = issue.errors.find((alternative) => alternative.every((inner) => inner.code !== "invalid_type" || inner.path.length > 0));
    if (best) return best.flatMap((inner) => fieldErrors(inner, pointer));
  }
  return [{ pointer, code: codeOf(issue), detail: sentence(issue) }];
}

function codeOf(issue: Issue): RefusalCode {
  const named: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  if (typeof named === "string" && isRefusalCode(named)) return named;
  return issue.code === "invalid_type" ? "INVALID_BODY" : "INVALID_FIELD";
}

const isRefusalCode = (text: string): text is RefusalCode => Object.hasOwn(REFUSALS, text);

function sentence(issue: Issue): string {
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) return "This field is missing.";
  const text = issue.message.charAt(0).toUpperCase() + issue.message.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}
