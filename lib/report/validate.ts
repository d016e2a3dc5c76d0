/**
 * Validating: everything that can be said of a specification without running it.
 *
 * @module
 */
import type { BindValues } from "../plan/binds/binds.ts";
import { compileCapability } from "../expose/compile.ts";
import { checkUnexposed } from "../plan/flows/unexposed.ts";
import type { Diagnostic } from "../document/diagnostic.ts";
import type { ReadText } from "../document/files.ts";
import { inOrder, withoutEchoes } from "../document/report.ts";
import type { Specification } from "../document/specification.ts";

/**
 * Every finding about a specification, in order of file and place. A variable without a value is a warning.
 *
 * @param spec The specification as read.
 * @param binds What values its variables have.
 * @param readText Reads the files it names.
 * @param beside What has been found beside what reading found, such as by strict checking.
 * @param verbose Whether harmless freedoms are told as well.
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
  const unexposed = checkUnexposed(capability, found);
  const harmless = verbose ? [...spec.leniencies ?? [], ...capability.leniencies] : [];
  return inOrder(withoutEchoes([...found, ...unexposed, ...harmless]), spec.files);
}
