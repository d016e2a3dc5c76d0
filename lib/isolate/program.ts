/**
 * What runs inside the isolate: scripts and decoders, one at a time. It asks for nothing, and knows nothing of the
 * process it is in.
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import { errorData } from "../upstream/error.ts";
import { BadResponse } from "../upstream/formats/bad_response.ts";
import type { DecodeTask } from "../upstream/offload.ts";
import { loadEngine } from "./script_engine.ts";
import { type Answer, type IsolateTask, makeRoom, type ScriptPlan, type ScriptTask } from "./task.ts";

const scripts = new Map<number, ScriptPlan>();

async function runScript(task: ScriptTask): Promise<Answer> {
  const deadline = performance.now() + task.milliseconds;
  if (task.plan) {
    makeRoom(scripts);
    scripts.set(task.id, task.plan);
  }
  const engine = await loadEngine(), { runInRealm } = await import("./script_realm.ts");
  return runInRealm(engine, scripts.get(task.id)!, task, deadline);
}

async function decodeBody({ bytes, contentType, plan }: DecodeTask): Promise<Answer> {
  const { decodeHere } = await import("../upstream/formats/mod.ts");
  const notes: string[] = [];
  const value = await decodeHere(bytes, contentType, plan, notes);
  if (value === bytes) return { kind: "value", text: undefined, bytes: true, notes };
  return { kind: "value", text: writeJson(value), bytes: false, notes };
}

/**
 * Does what a task asks for.
 *
 * @param task The task.
 * @returns The answer; nothing is thrown.
 */
async function perform(task: IsolateTask): Promise<Answer> {
  try {
    switch (task.kind) {
      case "script":
        return await runScript(task);
      case "decode":
        return await decodeBody(task.task);
      case "warm":
        if (task.scripts) await Promise.all([loadEngine(), import("./script_realm.ts")]);
        return { kind: "ready" };
    }
  } catch (error) {
    if (error instanceof BadResponse) return { kind: "bad response", data: error.wire };
    const data = errorData(error);
    if (data.code !== "internal") return { kind: "failed", error: data };
    return {
      kind: "fault",
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    };
  }
}

/** A port as both kinds of workers have it. */
export interface Port {
  onmessage: ((event: MessageEvent<IsolateTask>) => void) | null;
  postMessage(answer: Answer): void;
}

/**
 * Does the tasks that come through a port.
 *
 * @param port The port.
 */
export function serveTasks(port: Port): void {
  port.onmessage = ({ data }) => void perform(data).then((answer) => port.postMessage(answer));
}
