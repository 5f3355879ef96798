import { describe, expect, test } from "vitest";
import type { SearchedOrder } from "./fields.ts";
import { dialled, phoneForms, spellings } from "./forms.ts";
import { matchOrder, parseSearch, patternsOf } from "./match.ts";
import { searchWords, WORD_LENGTH_MAX } from "./words.ts";

const order = (over: Partial<SearchedOrder> = {}): SearchedOrder => ({
  number: 104_711, externalId: "gid-5512-X", channelName: "#1001", lines: [{ sku: "CHAIR-OAK-42", title: "Oak chair, dark" }], trackingNumbers: ["1Z 999 AA1 01 2345 6784"],
  contact: {
    customer: { name: "Zoë Müller-Øster", email: "zoe.mueller+shop@mail.example.com", phone: "030 1234567" },
    ship_to: { name: "Zoë Müller", company: "Straßenbau GmbH", city: "Berlin", postcode: "10117", country: "DE" },
  },
  ...over,
});

/** As the store does it: kept words against patterns. */
function isFound(one: SearchedOrder, text: string, personal = true): boolean {
  const kept = searchWords(one);
  const { all, phone } = patternsOf(parseSearch(text), personal);
  const has = ({ word, begins }: { word: string; begins: boolean }): boolean => kept.some((each) => (begins ? each.startsWith(word) : each === word));
  return (all.length > 0 && all.every((group) => group.some(has))) || phone.some(has);
}

const shown = (one: SearchedOrder, text: string, personal = true): string[] | null =>
  matchOrder(one, parseSearch(text), personal)?.map(({ field, text: of, ranges }) => `${field}: ${ranges.reduceRight((marked, [begin, end]) => `${marked.slice(0, begin)}[${marked.slice(begin, end)}]${marked.slice(end)}`, of)}`) ?? null;

describe("what people type", () => {
  test.each([
    ["104711", "number: [104711]"], ["#104711", "number: [104711]"], ["1047", "number: [1047]11"], ["4711", "number: 10[4711]"],
    ["gid-5512-x", "external_id: [gid-5512-X]"], ["5512", "external_id: gid-[5512]-X"], ["512X", "external_id: gid-5[512-X]"], ["#1001", "channel_name: #[1001]"],
    ["zoe.mueller+shop@mail.example.com", "email: [zoe.mueller+shop@mail.example.com]"], ["ZOE.MUE", "email: [zoe.mue]ller+shop@mail.example.com"], ["@mail.example.com", "email: zoe.mueller+shop@[mail.example.com]"],
    ["muller", "name: Zoë [Müller]-Øster"], ["müll", "name: Zoë [Müll]er-Øster"], ["mueller-oe", "name: Zoë [Müller-Ø]ster"], ["oster", "name: Zoë Müller-[Øster]"], ["strassen", "company: [Straßen]bau GmbH"],
    ["030 1234567", "phone: [030] [1234567]"], ["+49 30 1234567", "phone: 0[30 1234567]"], ["0049301234567", "phone: 0[30 1234567]"], ["301234567", "phone: 0[30 1234567]"], ["4567", "phone: 030 123[4567]"], ["(030) 123-45.67", "phone: [030] [1234567]"],
    ["1z999aa101", "tracking_number: [1Z 999 AA1 01] 2345 6784"], ["1Z 999 AA1 01 2345 6784", "tracking_number: [1Z] [999] [AA1] [01] [2345] [6784]"], ["23456784", "tracking_number: 1Z 999 AA1 01 [2345 6784]"],
    ["chair-oak", "sku: [CHAIR-OAK]-42"], ["oak-42", "sku: CHAIR-[OAK-42]"], ["dark", "title: Oak chair, [dark]"], ["10117", "postcode: [10117]"], ["berl", "city: [Berl]in"],
  ])("%s", (typed, expected) => {
    expect(isFound(order(), typed), "kept words").toBe(true);
    expect(shown(order(), typed)).toContain(expected);
  });

  test.each(["47110", "hair", "uller-o", "mail", "567", "104711 nobody", "+43 30 1234567", "z", "zoe berlin 99999"])("not %s", (typed) => {
    if (typed === "mail") return expect(shown(order(), typed)).toEqual(["email: zoe.mueller+shop@[mail].example.com"]);
    expect(isFound(order(), typed)).toBe(false);
    expect(shown(order(), typed)).toBeNull();
  });

  test("every word has to be there, wherever", () => {
    expect(shown(order(), "berlin oak zoe")).toEqual([
      "email: [zoe].mueller+shop@mail.example.com", "name: [Zoë] Müller-Øster", "name: [Zoë] Müller", "sku: CHAIR-[OAK]-42", "title: [Oak] chair, dark", "city: [Berlin]",
    ]);
  });

  test("one character is a word of its own, not the beginning of every other", () => {
    const j = order({ contact: { customer: { name: "J Smith" } } });
    expect([isFound(j, "j smith"), shown(j, "j smith")]).toEqual([true, ["name: [J] [Smith]"]]);
    expect([isFound(j, "s"), shown(j, "s")]).toEqual([false, null]);
  });

  test("other scripts: with and without spaces, marks, right to left", () => {
    const one = (name: string): SearchedOrder => order({ contact: { customer: { name } } });
    for (const [name, typed, expected] of [
      ["山田太郎", "太郎", "name: 山田[太郎]"], ["مُحَمَّد علي", "محمد", "name: [مُحَمَّد] علي"], ["Đặng Thị", "dang", "name: [Đặng] Thị"], ["e\u0301tienne", "étie", "name: [étie]nne"],
      ["Ιωάννης", "ιωαν", "name: [Ιωάν]νης"], ["😀 Anna 😀", "anna", "name: 😀 [Anna] 😀"], ["김철수", "철수", "name: 김[철수]"],
    ] as const) {
      expect(isFound(one(name), typed), name).toBe(true);
      expect(shown(one(name), typed), name).toContain(expected.normalize(name === name.normalize("NFC") ? "NFC" : "NFD"));
    }
  });
});

describe("what is personal", () => {
  test.each(["zoe", "mail.example.com", "301234567", "030 1234567", "10117", "berlin", "strassenbau"])("%s finds nothing for who may not see it", (typed) => {
    expect([isFound(order(), typed), isFound(order(), typed, false)]).toEqual([true, false]);
    expect(shown(order(), typed, false)).toBeNull();
  });
  test("what is not is found all the same, and an erased contact matches nothing", () => {
    expect(shown(order(), "chair", false)).toEqual(["sku: [CHAIR]-OAK-42", "title: Oak [chair], dark"]);
    const erased = order({ contact: null });
    expect([isFound(erased, "zoe"), shown(erased, "zoe"), isFound(erased, "104711")]).toEqual([false, null, true]);
  });
});

describe("words", () => {
  test("are letters and digits only, short, and bounded in number, whatever an order says", () => {
    const nasty = ["'; drop table x; --", "a:*|b&!c <-> (d)", "\\'\\\\", "%_%", "😀".repeat(50), "x".repeat(500), "𝒜".repeat(60), "a-b-c-d-e-f-g-h-i-j-k-l-m"];
    const words = searchWords(order({ externalId: nasty.join(" "), lines: Array.from({ length: 1_000 }, (_, n) => ({ sku: `${nasty[n % 8]}-${n}`, title: `${nasty[(n + 3) % 8]} ${n} title${n} more${n} words${n}` })) }));
    expect(words.length).toBe(5_000);
    expect(words.filter((word) => !/^[frpq][\p{L}\p{N}]+$/u.test(word) || word.length > WORD_LENGTH_MAX + 1 || /\p{Surrogate}/u.test(word))).toEqual([]);
  });
  test("what is no text in an old contact is left out", () => {
    const odd: SearchedOrder["contact"] = JSON.parse('{"customer":{"name":7,"email":null,"phone":{"a":1}},"ship_to":null,"bill_to":{"city":"a\\u0000b\\ud800c"}}');
    expect(searchWords(order({ contact: odd })).filter((word) => /^[pq]/.test(word))).toEqual(["pabc", "pbc", "pc"]);
  });
  test("a query of nothing but signs has none", () => {
    for (const text of ["%", "_", "\\", "* ?", "😀", "'\"", "--", "   "]) expect(parseSearch(text), text).toEqual({ words: [], phone: null });
  });
  test("long texts are found by their whole text", () => {
    const long = `${"ab".repeat(60)}-end`;
    const one = order({ externalId: long });
    expect([isFound(one, long), shown(one, long)]).toEqual([true, [`external_id: [${long}]`]]);
    // The kept word is too short to tell them apart, so the order itself decides.
    expect([isFound(one, `${"ab".repeat(50)}x`), shown(one, `${"ab".repeat(50)}x`)]).toEqual([true, null]);
  });
});

test("telephone numbers: trunk zeros, bracketed zeros, countries that keep theirs", () => {
  const digits = (text: string, country?: string): string[] => phoneForms(text, country).map((form) => form.text);
  expect(digits("+49 (0)30 123456", "DE")).toEqual(["4930123456"]);
  expect(digits("06 1234 5678", "IT")).toEqual(["39612345678", "390612345678"]);
  expect(digits("555-0100", "US")).toEqual(["15550100"]);
  expect(digits("0044 20 7946 0000")).toEqual(["442079460000"]);
  expect(digits("ext. 12")).toEqual(["ext12"]);
  expect([dialled("+49 30 1234567"), dialled("12345"), dialled("1234"), dialled("2024-01-01"), dialled("a12345")]).toEqual(["49301234567", "12345", null, "20240101", null]);
});

test("spellings keep the place of every character", () => {
  const [plain, umlaut] = spellings("Ægir-Öl", 10);
  expect(plain).toMatchObject({ text: "aegirol", from: [10, 10, 11, 12, 13, 15, 16], to: [11, 11, 12, 13, 14, 16, 17], starts: [0, 5] });
  expect(umlaut).toMatchObject({ text: "aegiroel", starts: [0, 5] });
});
