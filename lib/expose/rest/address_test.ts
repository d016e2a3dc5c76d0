import assert from "node:assert/strict";
import { Address } from "./address.ts";

Deno.test("an address has the path that a URL has, however it is written", () => {
  const hosts = [
    "http://127.0.0.1:3001",
    "http://[::1]:80",
    "https://Example.test",
    "http://a@b",
    "http://a\\b",
  ];
  const paths = [
    "",
    "/",
    "/items",
    "/items/",
    "/items/42.json",
    "/a//b",
    "//b",
    "/.",
    "/a/../b",
    "/a/./b",
    "/a/.hidden",
    "/a/%2e%2E/b",
    "/a b",
    "/ä",
    "/a\\..\\b",
    "/a\tb",
    "/~a/_b-c",
  ];
  for (const host of hosts) {
    for (const path of paths) {
      for (const rest of ["", "?", "?q=/x/../y", "?q=a?b", "#/f", "#f?q=/g"]) {
        const text = host + path + rest, address = new Address(text), url = new URL(text);
        assert.equal(address.path, url.pathname, text);
        assert.equal(address.url.href, url.href, text);
      }
    }
  }
});
