import { expect, test } from "vitest";
import { type FindPlace, locate, postcodeKeys, townKey } from "./geocode.ts";
import { destinationOf, settleContact } from "./settle.ts";

const knows = (places: Readonly<Record<string, number>>): FindPlace => (key) => (places[key] === undefined ? null : { latitude: places[key], longitude: 0 });
const nothing = knows({});
const address = { street: "Weg 1", city: "Köln", postcode: "50667", country: "DE" };

test("postcodes are looked up whole, and then by the area that is known of them", () => {
  expect(postcodeKeys("US", "94105-1234")).toEqual(["US#941051234", "US#94105"]);
  expect(postcodeKeys("CA", "M5V 3L9")).toEqual(["CA#M5V3L9", "CA#M5V"]);
  expect(postcodeKeys("GB", "SW1A 1AA")).toEqual(["GB#SW1A1AA", "GB#SW1A"]);
  expect(postcodeKeys("DE", "50667")).toEqual(["DE#50667"]);
  expect(townKey("DE", "KÖLN")).toBe("DE koln");
});

test("the operator's file goes before what is built in, and a postcode before a town", () => {
  const builtIn = knows({ "DE#50667": 1, "DE koln": 2 });
  expect(locate(address, { operator: null, builtIn })).toEqual({ point: { latitude: 1, longitude: 0 }, geocode: { source: "built_in", precision: "postcode" } });
  expect(locate(address, { operator: knows({ "DE koln": 3 }), builtIn })?.geocode).toEqual({ source: "operator", precision: "town" });
  expect(locate(address, { operator: knows({ "DE koln": 3, "DE#50667": 4 }), builtIn })?.point.latitude).toBe(4);
  expect(locate({ ...address, postcode: "1" }, { operator: nothing, builtIn })?.geocode).toEqual({ source: "built_in", precision: "town" });
  expect(locate({ ...address, country: "FR" }, { operator: nothing, builtIn })).toBeNull();
  expect(locate({ street: "Weg 1" }, { operator: nothing, builtIn })).toBeNull();
});

test("coordinates that came are looked up nowhere; without a place the destination is its address", () => {
  const asked: string[] = [];
  const builtIn: FindPlace = (key) => (asked.push(key), null);
  const given = settleContact({ ship_to: address }, { latitude: 5, longitude: 6 }, { operator: null, builtIn });
  expect(given).toMatchObject({ destination: { latitude: 5, longitude: 6, country: "DE", postcode: "50667" }, contact: { ship_to: address, geocode: { source: "channel", precision: "exact" }, coordinates: { latitude: 5 } } });
  expect(asked).toEqual([]);
  const lost = settleContact({ ship_to: address }, null, { operator: null, builtIn });
  expect(lost.destination).toEqual({ latitude: null, longitude: null, country: "DE", region: null, postcode: "50667" });
  expect(lost.contact).not.toHaveProperty("geocode");
  expect(asked).toEqual(["DE#50667", "DE koln"]);
  expect(settleContact({}, null, { operator: null, builtIn })).toEqual({ contact: {}, destination: null, problem: null });
});

test("a destination is what carriers ask for: a country that is one, a postcode without spaces", () => {
  const point = { latitude: 1, longitude: 2 };
  expect(destinationOf(null, {})).toBeNull();
  expect(destinationOf(point, {})).toEqual({ ...point, country: null, region: null, postcode: null });
  expect(destinationOf(null, { country: "GB", postcode: "SW1A 1AA" })).toEqual({ latitude: null, longitude: null, country: "GB", region: null, postcode: "SW1A1AA" });
  expect(destinationOf(point, { country: "Atlantis", region: "CA" })).toEqual({ ...point, country: null, region: "CA", postcode: null });
});
