import { once } from 'node:events';
import { createServer } from 'node:net';

export type ListenProblemCode = 'PORT_TAKEN' | 'PORT_FORBIDDEN' | 'HOST_UNKNOWN';

/** The address cannot be listened on, for a reason the operator can remove. */
export class ListenProblem extends Error {
  override readonly name = 'ListenProblem';
  readonly code: ListenProblemCode;
  readonly fix: string;

  constructor(code: ListenProblemCode, message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

/** Why listening failed, or the error itself where it is none of these. */
export function listenProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new ListenProblem('PORT_TAKEN', `Port ${port} on ${host} is taken by another program.`, 'Stop that program, or choose another port: PORT=8081 (0 takes any free one).');
  }
  if (code === 'EACCES') return new ListenProblem('PORT_FORBIDDEN', `This user may not listen on port ${port}.`, 'Choose a port above 1023, such as PORT=8080.');
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ListenProblem('HOST_UNKNOWN', `This machine has no address ${host} to listen on.`, 'Set ORDO_HOST to 127.0.0.1, to 0.0.0.0, or to an address of this machine.');
  }
  return error;
}

/** Finds out before the database is started, which takes seconds. Throws ListenProblem. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    probe.listen({ port, host, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    throw listenProblem(error, host, port);
  }
  probe.close();
  await once(probe, 'close');
}

/** The address as somebody on this machine opens it. */
export function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
