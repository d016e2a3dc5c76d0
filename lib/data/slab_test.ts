import assert from "node:assert/strict";
import { Slab } from "./slab.ts";

Deno.test("a slab keeps each copy as it was, small or large, whatever comes later", () => {
  const slab = new Slab(), kept: { bytes: Uint8Array; at: number; length: number; value: number }[] = [];
  const sizes = [1, 255, 256, 257, 0, 5000, 40_000, 3, 32_768, 31_000];
  for (let round = 0; round < 5; round++) {
    for (const length of sizes) {
      const value = kept.length % 251, source = new Uint8Array(length + 7).fill(value);
      const at = slab.take(source, 3, 3 + length);
      kept.push({ bytes: slab.bytes, at, length, value });
      source.fill(255);
    }
  }
  for (const { bytes, at, length, value } of kept) {
    const piece = bytes.subarray(at, at + length);
    assert.equal(piece.length, length);
    assert.ok(piece.every((byte) => byte === value));
  }
});

Deno.test("a slab takes new memory only when it is full", () => {
  const slab = new Slab(), source = new Uint8Array(1000);
  slab.take(source, 0, 1000);
  const { bytes } = slab;
  for (let i = 0; i < 30; i++) slab.take(source, 0, 1000);
  assert.equal(slab.bytes, bytes);
  for (let i = 0; i < 3; i++) slab.take(source, 0, 1000);
  assert.notEqual(slab.bytes, bytes);
});
