/** A program that starts the embedded server in the folder it is given, says so, and runs until it is told to stop or is killed. */
import { StartProblem } from '../start-problem.ts';
import { startEmbedded } from './index.ts';

try {
  const server = await startEmbedded({ dataDirectory: process.argv[2] ?? '', log: () => {} });
  console.log(JSON.stringify({ ownerUrl: server.ownerUrl, pid: server.pid }));
  process.stdin.once('data', () => { void server.stop().then(() => { process.exit(0); }); });
} catch (error) {
  if (!(error instanceof StartProblem)) throw error;
  console.log(JSON.stringify({ problem: error.code }));
}
