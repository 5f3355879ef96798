import type { App } from "../app.ts";
import { passkeyRoutes } from "./passkeys.ts";
import { passwordRoutes } from "./password.ts";
import { type PermissionRouteDeps, permissionRoutes } from "./permissions.ts";
import { type ProviderRouteDeps, providerRoutes } from "./provider.ts";
import { secondFactorRoutes } from "./second-factor.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

export type PeopleDeps = ProviderRouteDeps & PermissionRouteDeps;

/** People, their sessions and how they sign in: for AppDeps.extraRoutes. */
export const peopleRoutes = (deps: PeopleDeps) => (app: App): void => {
  userRoutes(deps)(app);
  permissionRoutes(deps)(app);
  sessionRoutes(deps)(app);
  passwordRoutes(deps)(app);
  secondFactorRoutes(deps)(app);
  passkeyRoutes(deps)(app);
  providerRoutes(deps)(app);
};
