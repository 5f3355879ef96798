import { claimIdOf, type PastEvent } from "../domain/fulfillment/index.ts";
import type { SoftClaim } from "../domain/inventory/index.ts";
import type { Past } from "./past.ts";

const CLAIMS_AT_ONCE = 2_000;

/** Soft claims that were open at a range's beginning: those of today, without what came since, and with what ended since. */
export class ClaimsThen {
  readonly #past: Pick<Past, "claims" | "openClaims">;
  readonly #tenantId: number;
  readonly #claims = new Map<string, SoftClaim>();
  /** Came since, and had not ended where the log has been read to. */
  readonly #created = new Set<string>();

  constructor(past: Pick<Past, "claims" | "openClaims">, tenantId: number) {
    this.#past = past;
    this.#tenantId = tenantId;
  }

  get open(): readonly SoftClaim[] {
    return [...this.#claims.values()];
  }

  async readOpen(breathe: () => Promise<void>): Promise<void> {
    for (let last: SoftClaim | null = null; ;) {
      const page: readonly SoftClaim[] = await this.#past.openClaims(this.#tenantId, last, CLAIMS_AT_ONCE);
      this.#add(page);
      await breathe();
      last = page.at(-1) ?? null;
      if (page.length < CLAIMS_AT_ONCE) return;
    }
  }

  /** Goes by a page of the log, the earlier pages first. */
  async countBack(page: readonly PastEvent[]): Promise<void> {
    const ended: string[] = [];
    for (const event of page) {
      const id = claimIdOf(event);
      if (id === null || event.type === "ClaimExtended") continue;
      if (event.type === "ClaimCreated") {
        this.#created.add(id);
        this.#claims.delete(id);
      } else if (!this.#created.delete(id)) ended.push(id);
    }
    if (ended.length > 0) this.#add(await this.#past.claims(this.#tenantId, ended));
  }

  #add(claims: readonly SoftClaim[]): void {
    for (const claim of claims) this.#claims.set(claim.id, { ...claim, status: "open" });
  }
}
