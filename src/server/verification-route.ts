import { z } from 'zod';
import { callerOf } from './http/access.ts';
import type { App } from './http/app.ts';
import { operation } from './http/route.ts';

const figure = z.union([z.number(), z.string(), z.null()]);

export const verificationReport = z.object({
  clean: z.boolean(), examined: z.number().int(), differences: z.number().int(), milliseconds: z.number().int(),
  checks: z.array(z.object({
    check: z.string(), rule: z.string(), examined: z.number().int(), differences: z.number().int(),
    named: z.array(z.object({ what: z.string(), key: z.string(), stored: figure, recomputed: figure })),
  })),
});

export interface VerificationRequest {
  readonly throttle: boolean;
  readonly limit: number;
}

export type VerifyTenant = (tenantId: number, request: VerificationRequest) => Promise<unknown>;

/** Checks the caller's own tenant, in this process; it takes as long as it takes, so callers give it time. */
export function verificationRoutes(verify: VerifyTenant): (app: App) => void {
  const body = z.strictObject({ throttle: z.boolean().optional(), limit: z.number().int().min(1).max(1000).optional() }).optional();
  const about = {
    id: 'verify', tag: 'system', scope: 'admin', summary: 'Recomputes every counter from its ledger',
    description: 'In one snapshot, reading only. Names each difference between a stored figure and its ledger.',
  } as const;
  return (app) => {
    app.post('/v1/verification', operation(about, { body }, { 200: verificationReport }), async (request, reply) => {
      const { throttle = true, limit = 20 } = request.body ?? {};
      return reply.send(verificationReport.parse(await verify(callerOf(request).tenantId, { throttle, limit })));
    });
  };
}
