import type { MailWords } from "../layout.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";
import { nl } from "./nl.ts";
import { pt } from "./pt.ts";

/** Languages the program has words for, by ISO 639 code. */
export const MAIL_WORDS: ReadonlyMap<string, MailWords> = new Map(Object.entries({ de, en, es, fr, it, nl, pt }));
export const FALLBACK_WORDS = en;
