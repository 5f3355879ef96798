import Fastify, { type FastifyBaseLogger } from 'fastify';
import type { AppDeps } from './http/app.ts';

/** What a worker process serves: whether it lives, whether it can work, and its figures. No route of the API. */
export function buildWorkerApp({ ready, metricsText, log }: Pick<AppDeps, 'ready' | 'metricsText' | 'log'>) {
  const logger = log === undefined || log.level === 'silent' ? false : { level: log.level, ...(log.write ? { stream: { write: log.write } } : {}) };
  const app = Fastify({ logger, disableRequestLogging: true, forceCloseConnections: 'idle' });
  app.get('/health/live', () => ({ ok: true }));
  app.get('/health/ready', async (_request, reply) => {
    const state = await ready();
    return reply.code(state.ok ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await metricsText()));
  return app;
}

/** What starting and stopping need of either app. */
export interface Listening {
  readonly log: FastifyBaseLogger;
  readonly server: { closeAllConnections(): void };
  listen(at: { host: string; port: number }): Promise<string>;
  addresses(): (string | { port: number })[];
  close(): PromiseLike<unknown>;
}
