import { z } from "zod";
import { REFUSALS, type RefusalCode } from "../../../domain/kernel/index.ts";

const CODES = Object.keys(REFUSALS).filter((name): name is RefusalCode => Object.hasOwn(REFUSALS, name));
const code = z.enum(CODES);

export const problem = z.object({
  type: z.string(), title: z.string(), status: z.int(), detail: z.string(), instance: z.string(), code, request_id: z.string(), retryable: z.boolean(),
  errors: z.array(z.object({ pointer: z.string(), code, detail: z.string() })), data: z.record(z.string(), z.unknown()).optional(),
}).meta({ id: "Problem", description: "RFC 9457 problem details. Pointers are JSON pointers into the body as URI fragments; parameters stand under /path, /query and /headers." });
