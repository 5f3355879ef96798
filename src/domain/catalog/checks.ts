/** How orders of a channel are checked when they come in, beside what every order must be. What is null is not checked. */
export interface ChannelChecks {
  readonly payment: PaymentRules;
  readonly address: AddressRules;
  readonly duplicates: DuplicateRules | null;
  readonly velocity: VelocityRules | null;
  readonly risk: RiskRules | null;
}

export const PAYMENT_STATES = ["pending", "authorised", "partially_paid", "paid", "failed"] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export interface PaymentRules {
  /** States in which an order waits for its payment; in any other it goes on. */
  readonly hold: readonly string[];
  /** Tenders that are paid later (cash on delivery, invoice): an order whose every payment is one of them may be pending. */
  readonly acceptTenders: readonly string[];
  /** How long a PAYMENT hold keeps its stock; null for as long as the channel's other holds. */
  readonly dueMinutes: number | null;
}

export interface AddressRules {
  /** Until when somebody has to look at an ADDRESS hold; null for no time. */
  readonly dueMinutes: number | null;
}

/** What two orders of one customer have in common. */
export const IDENTITIES = ["email", "phone", "address", "ip"] as const;
export type IdentityKind = (typeof IDENTITIES)[number];

export interface DuplicateRules {
  /** Two orders with the same goods placed no further apart may be one order sent twice. */
  readonly withinMinutes: number;
  /** Any of these in common makes it the same customer. */
  readonly by: readonly IdentityKind[];
  readonly hold: "FRAUD" | "MANUAL";
}

export interface VelocityRules {
  readonly withinMinutes: number;
  readonly by: readonly IdentityKind[];
  /** Orders within the time that one customer may place; null for any number. */
  readonly maximumOrders: number | null;
  /** What they may come to in all, in minor units of the channel's currency; null for any amount. */
  readonly maximumTotalMinor: number | null;
}

export interface RiskRules {
  /** Score from which a person has to look, 1 to 100. */
  readonly reviewFrom: number;
  /** Score above which the order is cancelled without a person; null for never. */
  readonly rejectAbove: number | null;
  /** What an order of this channel usually comes to at most, in minor units; null where nobody has said. */
  readonly usualTotalMinor: number | null;
}

export const DEFAULT_CHECKS: ChannelChecks = {
  payment: { hold: ["pending", "failed"], acceptTenders: [], dueMinutes: null },
  address: { dueMinutes: 24 * 60 },
  duplicates: null,
  velocity: null,
  risk: null,
};

/** The longest time that rules look back over. What is kept of orders for them is forgotten after it. */
export const LOOK_BACK_DAYS = 90;
