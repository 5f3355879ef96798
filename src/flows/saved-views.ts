/** A list as somebody wants to see it again. What the query means is the screen's business: it is kept as it is, even where it names what is gone. */
export interface SavedView {
  readonly id: string;
  /** As events name who acts. */
  readonly owner: string;
  readonly screen: string;
  readonly name: string;
  readonly query: string;
  readonly columns: readonly string[] | null;
  readonly shared: boolean;
  readonly position: number;
  readonly updatedAt: number;
}

export type ViewChange = Partial<Pick<SavedView, "name" | "query" | "columns" | "shared" | "position">>;

export interface SavedViews {
  /** Of one screen: a person's own and the shared ones, by their positions. */
  list(tenantId: number, person: string, screen: string): Promise<readonly SavedView[]>;
  create(tenantId: number, view: SavedView): Promise<void>;
  /** Null where there is none that the person can see. */
  find(tenantId: number, person: string, id: string): Promise<SavedView | null>;
  save(tenantId: number, view: SavedView): Promise<void>;
  remove(tenantId: number, id: string): Promise<void>;
}
