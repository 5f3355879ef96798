import { useQuery } from '@tanstack/react-query';
import { type Facts, loadFacts, NO_FACTS } from '../facts.ts';

const FACTS_MS = 5 * 60_000;

/** Names of nodes and channels. Until they are there, and where they may not be read, codes stand for themselves. */
export const useFacts = (): Facts => useQuery({ queryKey: ['facts'], queryFn: loadFacts, staleTime: FACTS_MS, refetchInterval: FACTS_MS }).data ?? NO_FACTS;
