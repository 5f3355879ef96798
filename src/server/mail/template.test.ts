import { describe, expect, it } from "vitest";
import { MAIL_KINDS } from "../../flows/mails.ts";
import { shippedTemplate } from "./layout.ts";
import { checkTemplate, renderHtml, renderText } from "./template.ts";
import { MAIL_WORDS } from "./words/index.ts";

const faults = (text: string): string[] => checkTemplate({ subject: "s", text, html: "h" }).map(({ detail }) => detail);

describe("templates that come with the program", () => {
  it.each([...MAIL_WORDS.keys()])("in %s are faultless", (language) => {
    const words = MAIL_WORDS.get(language);
    expect(words).toBeDefined();
    for (const kind of MAIL_KINDS) {
      const template = words && shippedTemplate(kind, words);
      expect(template && checkTemplate(template), kind).toEqual([]);
      expect(template?.subject).toContain("{{order.name}}");
    }
  });

  it("say the same in every language: each sentence names the same things", () => {
    const shape = (value: unknown): unknown => (typeof value === "string" ? [...value.matchAll(/\{\{[^}]*\}\}/g)].map(([name]) => name).toSorted()
      : Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, shape(inner)])));
    const english = shape(MAIL_WORDS.get("en"));
    for (const [language, words] of MAIL_WORDS) expect(shape(words), language).toEqual(english);
    const sentences = [...MAIL_WORDS.values()].map((words) => words.delayed.text);
    expect(new Set(sentences).size).toBe(MAIL_WORDS.size);
  });
});

describe("a template of one's own", () => {
  it.each([
    ["Hello {{customer.name}}, {{#items}}{{quantity}} {{name}} of {{order.name}}{{#options}} {{value}}{{/options}}{{/items}}{{^items}}none{{/items}}{{! a remark }}", []],
    ["{{nobody}}", ['There is no placeholder "nobody" here.']],
    ["{{customer.age}} {{constructor}} {{__proto__.x}} {{.}}", ['"customer.age"', '"constructor"', '"__proto__.x"', '"."'].map((name) => `There is no placeholder ${name} here.`)],
    ["{{#items}}", ['Unclosed section "items" at 10.']],
    ["{{order.name", ["Unclosed tag at 12."]],
    ["{{/items}}", ['Unopened section "items" at 0.']],
    ["{{{order.name}}} {{&order.name}}", ["{{&order.name}} is not possible here: only names, sections and comments are.", "{{&order.name}} is not possible here: only names, sections and comments are."]],
    ["{{> other}}{{=<% %>=}}", ["{{>other}} is not possible here: only names, sections and comments are.", "{{=<% %>}} is not possible here: only names, sections and comments are."]],
    ["{{items}} {{order}}", ['"items" is not a text; name something within it.', '"order" is not a text; name something within it.']],
    ["{{#items}}{{#items}}{{name}}{{/items}}{{#parcels}}{{number}}{{/parcels}}{{/items}}", ['The list "items" cannot be unfolded within another list.', 'The list "parcels" cannot be unfolded within another list.']],
    ["{{quantity}}", ['There is no placeholder "quantity" here.']],
    ["{{#address}}{{line}}{{/address}}".repeat(11), ["It unfolds 11 lists; at most 10."]],
  ])("%s", (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it("is told of with a pointer to the part", () => {
    expect(checkTemplate({ subject: "{{a}}", text: "", html: "{{#b}}" }).map(({ pointer }) => pointer)).toEqual(["/subject", "/html"]);
  });

  it("escapes in HTML what it fills in, and nothing in text", () => {
    const view = { order: { name: `"'><img src=x onerror=alert(1)>=1+1` } };
    expect(renderHtml("<p title='{{order.name}}'>", view)).toBe("<p title='&quot;&#39;&gt;&lt;img src&#61;x onerror&#61;alert(1)&gt;&#61;1+1'>");
    expect(renderText("{{order.name}}", view)).toBe(view.order.name);
  });
});
