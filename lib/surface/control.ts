/**
 * What a control section means: the endpoints of the control port.
 *
 * @module
 */
import type { ExposesControl } from "../../schemas/mod.ts";
import type { SurfaceType } from "./surface_type.ts";

/** The meaning of `type: control`. */
export const controlSection: Omit<SurfaceType<ExposesControl>, "create"> = {
  type: "control",
  callables: (model) => [{
    kind: "endpoint",
    name: model.namespace ?? "control",
    aliases: [],
    label: "control port",
    node: model,
    refusal: {
      code: "not-served",
      message: "the control port is read, and not served yet",
      node: model,
      severity: "warning",
      fix: "keep it for a later release, or remove it",
    },
  }],
};
