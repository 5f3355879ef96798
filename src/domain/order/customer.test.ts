import { describe, expect, test } from "vitest";
import { addFacts, customerIdentities, customerOf, customerWords, type KnownIdentity } from "./index.ts";

const facts = { name: null, email: null, phone: null, class: null, locale: null };
const identities = (customer: { id?: string; email?: string; phone?: string }, channel = "web") => customerIdentities(channel, { customer });
const having = (known: Readonly<Record<string, KnownIdentity>>) => (key: string) => known[key];

describe("whose an order is", () => {
  test("is said in one spelling, the most telling first", () => {
    expect(identities({ id: "77", email: "Ida.Lind+shop@Example.com", phone: "+49 30 1234567" })).toEqual([
      { kind: "channel", key: "customer|channel|web|77" }, { kind: "email", key: "customer|email|ida.lind@example.com" }, { kind: "phone", key: "customer|phone|301234567" },
    ]);
    expect(identities({ phone: "030 1234567" })[0]?.key).toBe("customer|phone|301234567");
    expect(identities({ id: "cus_0192aaaabbbb7ccc8dddeeeeffff0001" })).toEqual([{ kind: "own", key: "customer|own|cus_0192aaaabbbb7ccc8dddeeeeffff0001" }]);
    expect(identities({})).toEqual([]);
  });

  test("is told apart by channel where a channel says it", () => {
    expect(identities({ id: "77" }, "web")).not.toEqual(identities({ id: "77" }, "shop"));
  });

  test("follows the most telling identity that somebody has", () => {
    const known = having({ "customer|channel|web|77": { customerId: "A", hasEmail: true }, "customer|email|x@example.com": { customerId: "B", hasEmail: true } });
    expect(customerOf(identities({ id: "77", email: "x@example.com" }), known)).toBe("A");
    expect(customerOf(identities({ id: "78", email: "x@example.com" }), known)).toBe("B");
    expect(customerOf(identities({ email: "y@example.com" }), known)).toBeNull();
  });

  test("is not the one who shares the phone and has another address", () => {
    const phone = "customer|phone|301234567";
    expect(customerOf(identities({ email: "new@example.com", phone: "0301234567" }), having({ [phone]: { customerId: "A", hasEmail: true } }))).toBeNull();
    expect(customerOf(identities({ email: "new@example.com", phone: "0301234567" }), having({ [phone]: { customerId: "A", hasEmail: false } }))).toBe("A");
    expect(customerOf(identities({ phone: "0301234567" }), having({ [phone]: { customerId: "A", hasEmail: true } }))).toBe("A");
  });
});

test("the newer order says who somebody is, and an older one fills what is not known", () => {
  const before = { ...facts, name: "Ida Lind", email: "ida@example.com" };
  expect(addFacts(before, { ...facts, name: "Ida Berg", phone: "1" }, true)).toEqual({ ...facts, name: "Ida Berg", email: "ida@example.com", phone: "1" });
  expect(addFacts(before, { ...facts, name: "I. L.", phone: "1" }, false)).toEqual({ ...facts, name: "Ida Lind", email: "ida@example.com", phone: "1" });
});

test("a customer is found by name, address and phone, and by nothing that is not a person's", () => {
  const words = customerWords({ ...facts, name: "Zoë Müller", email: "zoe@example.com", phone: "030 1234567" });
  expect(words).toEqual(expect.arrayContaining(["pzoe", "pmuller", "pmueller"]));
  expect(words.every((word) => /^[pq]/.test(word))).toBe(true);
  expect(customerWords(facts)).toEqual([]);
});
