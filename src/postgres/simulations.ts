import type pg from "pg";
import type { Past } from "../flows/past.ts";
import type { AnswerBody } from "../flows/ports.ts";
import type { Shadows } from "../flows/shadows.ts";
import type { KeptQuestion, Simulation, SimulationProblem, Simulations, SimulationState } from "../flows/simulations.ts";
import { documents, json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { isFenced } from "./leases.ts";
import { postgresPast } from "./past.ts";
import { postgresShadows } from "./shadows.ts";

const CREATE = statement("create_simulation", `
  insert into routing_simulation (tenant_id, id, question, actor) values ((select current_tenant()), $1, $2, $3)`);
const FIND = statement("find_simulation", `select * from routing_simulation where tenant_id = (select current_tenant()) and id = $1`);
const LIST = statement("list_simulations", `select * from routing_simulation where tenant_id = (select current_tenant()) and id < $1 order by id desc limit $2`);
const CANCEL = statement("cancel_simulation", `
  update routing_simulation set state = 'cancelled', finished_at = clock_timestamp() where tenant_id = (select current_tenant()) and id = $1 and state in ('waiting', 'running')`);
const ORDERS = statement("simulation_orders", `
  select row_no, document from routing_simulation_order where tenant_id = (select current_tenant()) and simulation_id = $1 and row_no > $2 order by row_no limit $3`);

/** One that runs already is one whose worker went away: it comes before all that waits. */
const NEXT = statement("next_simulation", `
  select id from routing_simulation where tenant_id = (select current_tenant()) and state in ('waiting', 'running') order by state, id limit 1`);
const RUN = statement("run_simulation", `
  update routing_simulation set state = 'running', attempts = attempts + 1, orders_done = 0, orders_total = null, started_at = clock_timestamp()
  where tenant_id = (select current_tenant()) and id = $1 and state in ('waiting', 'running')`);
const CLEAR = statement("clear_simulation", `delete from routing_simulation_order where tenant_id = (select current_tenant()) and simulation_id = $1`);
const PROGRESS = statement("progress_simulation", `
  update routing_simulation set orders_done = $2, orders_total = $3 where tenant_id = (select current_tenant()) and id = $1 and state = 'running'`);
const IS_RUNNING = statement("simulation_is_running", `
  select from routing_simulation where tenant_id = (select current_tenant()) and id = $1 and state = 'running' for share`);
const KEEP = statement("keep_simulation_orders", `
  insert into routing_simulation_order (tenant_id, simulation_id, row_no, document)
  select (select current_tenant()), $1, $2 + ordinality - 1, document from json_array_elements($3::json) with ordinality as o (document, ordinality)`);
const FINISH = statement("finish_simulation", `
  update routing_simulation set state = $2, report = $3, problem = $4, finished_at = clock_timestamp() where tenant_id = (select current_tenant()) and id = $1 and state = 'running'`);
const FORGET = statement("forget_simulations", `
  delete from routing_simulation where tenant_id = (select current_tenant()) and id in (
    select id from routing_simulation where tenant_id = (select current_tenant()) and finished_at < now() - interval '30 days' order by id limit $1)`);

interface SimulationDb {
  id: string; question: KeptQuestion; actor: string; state: SimulationState; orders_total: number | null; orders_done: number; attempts: number; created_at: Date; started_at: Date | null;
  finished_at: Date | null; report: AnswerBody | null; problem: SimulationProblem | null;
}

const LATEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const readSimulation = (row: SimulationDb): Simulation => ({
  id: row.id, question: row.question, actor: row.actor, state: row.state, ordersTotal: row.orders_total, ordersDone: row.orders_done, attempts: row.attempts,
  createdAt: row.created_at.getTime(), startedAt: row.started_at?.getTime() ?? null, finishedAt: row.finished_at?.getTime() ?? null, report: row.report, problem: row.problem,
});

export const createSimulation = async (session: Session, { id, question, actor }: Pick<Simulation, "id" | "question" | "actor">): Promise<void> => void (await session.run(CREATE, [id, json(question), actor]));

async function find(session: Session, id: string): Promise<Simulation | null> {
  const [row] = await session.rows<SimulationDb>(FIND, [id]);
  return row ? readSimulation(row) : null;
}

/** What simulations and drafts in shadow are kept in, and what they read. */
export const postgresSimulation = (pool: pg.Pool): { readonly simulations: Simulations; readonly past: Past; readonly shadows: Shadows } =>
  ({ simulations: postgresSimulations(pool), past: postgresPast(pool), shadows: postgresShadows(pool) });

/** A simulation writes its own row and what came of it, and nothing else. */
function postgresSimulations(pool: pg.Pool): Simulations {
  return {
    find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
    list: (tenantId, { before, limit }) => inTransaction(pool, tenantId, async (session) => (await session.rows<SimulationDb>(LIST, [before ?? LATEST, limit])).map(readSimulation)),
    cancel: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
      await session.run(CANCEL, [id]);
      return find(session, id);
    }),
    orders: (tenantId, id, after, limit) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<{ row_no: number; document: AnswerBody }>(ORDERS, [id, after, limit])).map((row) => ({ rowNo: row.row_no, document: row.document }))),
    ...workerSide(pool),
  };
}

function workerSide(pool: pg.Pool): Pick<Simulations, "take" | "progress" | "keep" | "finish" | "forget"> {
  return {
    take: (lease) => inTransaction(pool, lease.tenantId, async (session) => {
      const [next] = await session.rows<{ id: string }>(NEXT, []);
      if (!next || !(await isFenced(session, lease)) || (await session.run(RUN, [next.id])) === 0) return null;
      await session.run(CLEAR, [next.id]);
      return find(session, next.id);
    }),
    progress: (lease, id, done, total) => inTransaction(pool, lease.tenantId, async (session) => (await isFenced(session, lease)) && (await session.run(PROGRESS, [id, done, total])) > 0),
    keep: (lease, id, firstRowNo, rows) => inTransaction(pool, lease.tenantId, async (session) => {
      if (!(await isFenced(session, lease)) || (await session.rows(IS_RUNNING, [id])).length === 0) return false;
      await session.run(KEEP, [id, firstRowNo, documents(rows, (row) => row)]);
      return true;
    }),
    finish: (lease, id, state, { report, problem }) => inTransaction(pool, lease.tenantId, async (session) =>
      (await isFenced(session, lease)) && (await session.run(FINISH, [id, state, report === null ? null : json(report), problem === null ? null : json(problem)])) > 0),
    forget: (tenantId, limit) => inTransaction(pool, tenantId, (session) => session.run(FORGET, [limit])),
  };
}
