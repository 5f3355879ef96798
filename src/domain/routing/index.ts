export * from "./types.ts";
export * from "./candidates.ts";
export * from "./decide.ts";
export { boundedDetail, spokenCandidate } from "./explain.ts";
export { solveExact } from "./exact.ts";
export { solveHeuristic } from "./heuristic.ts";
