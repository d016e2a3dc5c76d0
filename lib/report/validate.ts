/**
 * Validating: everything that can be said of a specification without running it.
 *
 * @module
 */
import type { BindValues } from "../plan/binds/binds.ts";
import { compileCapability } from "../expose/compile.ts";
import { unservable } from "../expose/servable.ts";
import type { Capability } from "../plan/capability.ts";
import { checkUnexposed } from "../plan/flows/unexposed.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { ReadText } from "../document/files/files.ts";
import { inOrder, withoutEchoes } from "../document/diagnostics/report.ts";
import type { Specification } from "../document/specification.ts";

/**
 * What `serve` would refuse. A document that only consumes can still be called and imported: it is reported, and is no error.
 * Where nothing could be read at all, that has been reported.
 */
function unservedFindings(capability: Capability, found: readonly Diagnostic[]): Diagnostic[] {
  const { document, surfaces } = capability;
  const readable = document.consumes !== undefined || document.exposes !== undefined ||
    document.aggregates !== undefined || document.binds !== undefined;
  if (!readable && found.some(({ severity }) => severity === "error")) return [];
  return unservable(capability).map(({ diagnostic }) =>
    surfaces.length === 0 && readable
      ? {
        ...diagnostic,
        severity: "warning",
        message: `${diagnostic.message}; it can be called and imported`,
      }
      : diagnostic
  );
}

/**
 * Every finding about a specification, in order of file and place. A variable without a value is a warning.
 *
 * @param spec The specification as read.
 * @param binds What values its variables have.
 * @param readText Reads the files it names.
 * @param beside What has been found beside what reading found, such as by strict checking.
 * @param verbose Whether harmless freedoms are reported as well.
 */
export async function validateSpecification(
  spec: Specification,
  binds: BindValues,
  readText: ReadText,
  beside: readonly Diagnostic[] = [],
  verbose = false,
): Promise<Diagnostic[]> {
  const capability = await compileCapability(spec, { binds, readText, bindsOptional: true });
  const found = [...spec.diagnostics, ...beside, ...capability.diagnostics];
  const unexposed = [...checkUnexposed(capability, found), ...unservedFindings(capability, found)];
  const harmless = verbose ? [...spec.leniencies ?? [], ...capability.leniencies] : [];
  return inOrder(withoutEchoes([...found, ...unexposed, ...harmless]), spec.files);
}
