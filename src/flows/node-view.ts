export interface NodeView {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly priority: number;
  readonly address: Readonly<Record<string, string>>;
  readonly coordinates: { readonly latitude: number; readonly longitude: number } | null;
  readonly time_zone: string;
  readonly cut_off: string | null;
  readonly item_classes: readonly string[] | null;
  readonly operations: NodeOperationsView;
  readonly valid_from: string;
}

/** Null where a thing is not limited, not named or not done. */
export interface NodeOperationsView {
  readonly calendar: string | null;
  readonly cut_offs: readonly { readonly carrier: string | null; readonly service: string | null; readonly time: string }[];
  readonly processing: { readonly minutes: number; readonly minutes_per_backlog_order: string; readonly maximum_minutes: number | null };
  readonly capacity: { readonly orders_per_day: number | null; readonly units_per_day: number | null; readonly orders_per_hour: number | null; readonly units_per_hour: number | null };
  readonly services: readonly string[] | null;
  readonly handling: { readonly per_shipment_micros: number; readonly per_line_micros: number; readonly per_unit_micros: number };
  readonly pickup: { readonly slot_minutes: number; readonly orders_per_slot: number | null; readonly hold_days: number | null } | null;
  readonly paused_until: string | null;
}
