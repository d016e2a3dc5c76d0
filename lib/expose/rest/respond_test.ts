import assert from "node:assert/strict";
import { respond } from "./respond.ts";

Deno.test("respond() passes on where something was made, and no address that starts a script", () => {
  const passed = (location: string) => {
    const headers = new Headers({ location });
    const result = { value: null, headers, status: 201 };
    const contract = { status: undefined, mediaType: undefined };
    return respond(result, contract, (text) => text, new Request("http://127.0.0.1/")).headers.get(
      "location",
    );
  };
  for (const address of ["/berths/9", "9", "https://api.example.com/9", "//other.example/9", "?a=b:c"]) {
    assert.equal(passed(address), address);
  }
  for (
    const address of [
      "javascript:alert(1)",
      "JavaScript:alert(1)",
      "java\tscript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
    ]
  ) {
    assert.equal(passed(address), null, address);
  }
});
