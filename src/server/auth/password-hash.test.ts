import { expect, test } from "vitest";
import { createPasswordHasher } from "./password-hash.ts";

test("passwords are kept as argon2id with 19 MiB and two passes, and compared with nobody's where there is none", async () => {
  const hasher = createPasswordHasher();
  const stored = await hasher.hash("correct horse battery");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await Promise.all([hasher.verify(stored, "correct horse battery"), hasher.verify(stored, "wrong"), hasher.verify(null, "correct horse battery"), hasher.verify("no hash", "x")])).toEqual([true, false, false, false]);
});
