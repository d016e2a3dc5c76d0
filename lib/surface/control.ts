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
  guarded: true,
  callables: (model) => [{
    kind: "endpoint",
    name: model.namespace ?? "control",
    aliases: [],
    label: "control port",
    node: model,
  }],
};
