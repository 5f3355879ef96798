/** Which passwords are good enough. Length counts; rules about signs only make people write them down. */

export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;

const TRIVIAL = ["password", "passwort", "qwertyuiop", "qwertzuiop", "asdfghjkl", "letmein", "iloveyou", "administrator", "changeme", "geheim", "ordo"];
const SEQUENCE = "01234567890123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

/** What is wrong with a password, as a sentence; null where nothing is. */
export function passwordFault(password: string, email: string | null): string | null {
  if ([...password].length < PASSWORD_LEAST) return `The password needs at least ${PASSWORD_LEAST} characters.`;
  const plain = password.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  if (email !== null && (password.toLowerCase().includes(email) || plain === email.replaceAll(/[^\p{L}\p{N}]/gu, ""))) return "The password must not be the e-mail address.";
  if (new Set(plain).size < 5 || isSequence(plain) || TRIVIAL.some((word) => isLittleBeside(plain, word))) return "The password is one of the first that anybody would try.";
  return null;
}

const isSequence = (plain: string): boolean => [plain, [...plain].toReversed().join("")].some((text) => SEQUENCE.includes(text));

/** Nothing but the word, repeated or with digits around it. */
const isLittleBeside = (plain: string, word: string): boolean => plain.includes(word) && plain.replaceAll(word, "").replaceAll(/\p{N}/gu, "").length < 3;
