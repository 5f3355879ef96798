import type pg from "pg";
import { postgresSessions } from "./browser-sessions.ts";
import { postgresCredentials } from "./credentials.ts";
import { postgresChallenges, postgresPasskeys } from "./passkeys.ts";
import { postgresSecondFactors } from "./second-factors.ts";
import { postgresUsers } from "./users.ts";

/** People and all they sign in with. */
export const postgresPeople = (pool: pg.Pool, now: () => number) => ({
  users: postgresUsers(pool), sessions: postgresSessions(pool, now), credentials: postgresCredentials(pool, now), secondFactors: postgresSecondFactors(pool, now),
  passkeys: postgresPasskeys(pool, now), challenges: postgresChallenges(pool, now),
});
