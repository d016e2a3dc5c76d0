/**
 * The codes of diagnostics: each says one kind of finding, and has an entry in docs/diagnostics.md.
 *
 * @module
 */

/**
 * Every code, with what it means in one line.
 *
 * @example What a code means
 * ```ts
 * import { CODES, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const { diagnostics } = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.equal(CODES[diagnostics[0]!.code], "The file is not valid YAML.");
 * ```
 */
export const CODES = {
  "yaml-syntax": "The file is not valid YAML.",
  "duplicate-key": "A mapping has one key twice.",
  "duplicate-anchor": "Two nodes have one anchor.",
  "unused-anchor": "No alias means an anchor.",
  "unknown-tag": "A tag of YAML means nothing here, or does not fit its value.",
  "several-documents": "The file holds several YAML documents.",
  "unreadable-file": "The file cannot be read.",
  "not-utf-8": "The file is not UTF-8 text.",
  "empty-file": "The file is empty.",
  "not-a-capability": "The file is YAML, but not a capability.",
  "dialect-not-supported": "The document is of a dialect that is only recognised.",
  "unknown-version": "The declared version was never released.",
  "unknown-key": "A key has no meaning at its place.",
  "unofficial-key": "A key has a meaning here that the official schema does not know.",
  "empty-value": "A key or an entry of a list has no value.",
  "contradiction": "What a node says contradicts itself, so a part of it has no effect.",
  "wrong-type": "A value is of the wrong type and is left out.",
  "unknown-type": "A type is not a known type.",
  "unknown-method": "A method is not a method of HTTP.",
  "invalid-port": "A port is not a number from 1 to 65535.",
  "other-name": "A key, a type or an operation has another name than the official one, and is read anyway.",
  "other-form": "A section or a collection has another form than the official one, and is read anyway.",
  "coerced": "A value is of another type than expected, and was brought to it.",
  "unquoted-template": "A template is without quotes, so YAML reads it as a mapping.",
  "invisible-character": "A text has a character that is not shown.",
  "missing-name": "An entry of a list has no name.",
  "unknown-skill-source": "A tool of a skill refers to nothing that exists.",
  "unknown-surface": "A surface is of a type that Capstan does not know.",
  "duplicate-name": "Two entries of a list have one name.",
  "no-port": "A surface is to listen, and names no port.",
  "nothing-to-serve": "Nothing of the document can be served.",
  "shared-port": "Two surfaces are to listen on one port.",
  "import-not-found": "An import names a file or a namespace that is not there.",
  "import-names-file": "An import names a file where a namespace belongs.",
  "import-cycle": "Imports lead back to a file that imports them.",
  "import-not-followed": "An import is where imports are not followed.",
  "namespace-collision": "Two imports or entries have one namespace.",
  "unknown-namespace": "A call names a namespace that nothing consumed has.",
  "unknown-operation": "A call names an operation that its namespace does not have.",
  "unknown-flow": "A ref names no aggregate flow.",
  "flow-cycle": "Flows refer to each other, or call each other, in a circle.",
  "missing-variable": "A variable is used and has no value.",
  "no-base-uri": "A consumed API has no baseUri.",
  "invalid-base-uri": "A baseUri is not an http or https address.",
  "blocked-address": "A baseUri leads to an address that is never called.",
  "no-tunnel": "A consumed API is to be called through a tunnel, which Capstan does not open.",
  "unknown-authentication": "An authentication is of an unknown type, or incomplete.",
  "unknown-bind-location": "A bind's location has a scheme that Capstan does not read.",
  "no-call": "Nothing says what a node runs.",
  "duplicate-operation": "A namespace has several operations of one name.",
  "path-parameter-without-place": "A path parameter has no place in the path.",
  "path-notation": "A path is written in the notation of another tool.",
  "one-name-two-places": "One name is used in two places of a request, with different types.",
  "file-encoding": "A file part that must be bytes does not say that its value is base64.",
  "input-of-credentials": "An input is where callers send credentials, and gets no value.",
  "credentials-in-clear": "Credentials would travel without encryption.",
  "unused-required-input": "A required input has no place in the request.",
  "input-without-place": "A resource needs a value that its uri does not give.",
  "invalid-uri": "A resource has no uri that clients can read.",
  "unused-input": "A declared input is used nowhere.",
  "unused-step": "A step only reads, and nothing uses what it gives.",
  "unused-output": "A mapping gives what no declared output has.",
  "unknown-word": "A template names no input, but one with a similar name exists.",
  "unknown-with-key": "A with entry gives what the operation does not take.",
  "script-language": "A script is in a language that Capstan does not run.",
  "unknown-bind-name": "A variable has a name that the file of its bind does not have.",
  "file-not-found": "A file that the specification names cannot be read.",
  "file-refused": "A file that the specification names may not be read.",
  "bad-json-path": "A JSONPath cannot be read.",
  "unknown-step": "A step is of an unknown type, or refers to a step that is not there.",
  "body-on-get": "A GET or HEAD declares a body.",
  "key-without-place": "An API key travels in the body of a request that has no fields for it.",
  "pattern-not-checked": "A pattern is not valid, or cannot be checked in a bounded time.",
  "unknown-format": "An outputRawFormat is unknown, or lacks its schema.",
  "template-section": "A template uses a tag of Mustache that Capstan does not run.",
  "bad-template": "A placeholder is not a reference, or is never closed.",
  "bad-expression": "A text that should be an expression or a size is not one.",
  "unusable-collector": "The collector of traces cannot be used as it is written.",
  "strict-unknown-key": "Strict: the official schema does not know this key.",
  "strict-missing-key": "Strict: the official schema requires a key.",
  "strict-wrong-type": "Strict: the official schema wants another type.",
  "strict-not-allowed": "Strict: the official schema does not allow this value here.",
  "strict-pattern": "Strict: the text does not match the official schema's pattern.",
  "strict-choice": "Strict: the node matches none, or several, of the forms the official schema allows.",
  "strict-version": "Strict: the declared version has no official schema.",
} as const;

/** A code of docs/diagnostics.md. */
export type DiagnosticCode = keyof typeof CODES;
