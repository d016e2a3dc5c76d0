import { deepEqual } from "node:assert/strict";
import { parseDotenv } from "./dotenv.ts";

Deno.test("parseDotenv() reads plain, quoted and exported values", () => {
  const values = parseDotenv(
    'A=1\nexport B = two words \nC="a\\nb # c" # out\nD=\'$x\'\n# E=5\nF=\nG=a#b # c\nH="two\nlines"\r\nI=`q`',
  );
  deepEqual({ ...values }, {
    A: "1",
    B: "two words",
    C: "a\nb # c",
    D: "$x",
    F: "",
    G: "a#b",
    H: "two\nlines",
    I: "q",
  });
});

Deno.test("parseDotenv() lets the last of two values win and knows no inherited names", () => {
  const values = parseDotenv("A=1\r\nA=2\r\n");
  deepEqual([values["A"], values["toString"]], ["2", undefined]);
});
