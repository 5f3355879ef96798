import type { App } from "../app.ts";
import { type PasswordRouteDeps, passwordRoutes } from "./password.ts";
import { secondFactorRoutes } from "./second-factor.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

export type PeopleDeps = PasswordRouteDeps;

/** People, their sessions and how they sign in: for AppDeps.extraRoutes. */
export const peopleRoutes = (deps: PeopleDeps) => (app: App): void => {
  userRoutes(deps)(app);
  sessionRoutes(deps)(app);
  passwordRoutes(deps)(app);
  secondFactorRoutes(deps)(app);
};
